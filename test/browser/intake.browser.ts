/// <reference lib="dom" />
import { eventually } from '../support/registry.js';
import { startWorkbench, type Workbench } from '../support/workbench.js';

/** Reports that come on paper, words of the coder, and who may send. */
describe('intake in the browser', () => {
  let bench: Workbench;
  beforeAll(async () => {
    bench = await startWorkbench();
  });
  afterEach(async () => {
    await bench.closePages();
    expect(bench.complaints()).toEqual([]);
  });
  afterAll(() => bench?.stop());

  it('takes a pasted report by keyboard, says what is wrong where it is, and leads to the abstract', async () => {
    const page = await bench.signedIn('quill');
    await page.keyboard.press('n');
    await page.keyboard.press('r');
    await page.waitForSelector('form[aria-label="New report"]');
    await page.focus('[name=dateOfBirth]');
    await page.keyboard.type('2/30/1960');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('#wrong-text:has-text("Paste the words")');
    await page.waitForSelector('#wrong-dateOfBirth:has-text("has no day 30")');
    await page.fill('[name=dateOfBirth]', '2/3/1960');
    await page.fill('[name=nameLast]', 'Papermaker');
    await page.fill('[name=nameFirst]', 'Ada');
    await page.fill('[name=medicalRecordNumber]', 'PAPER1');
    await page.fill(
      '[name=text]',
      'Left breast, upper outer quadrant, core biopsy: Invasive ductal carcinoma, grade 2.',
    );
    // A reload loses nothing of it.
    await eventually(
      'the sealed words',
      () => page.evaluate(() => Object.keys(sessionStorage).some((name) => name.endsWith('sealed.report'))),
      (kept) => kept,
    );
    await page.reload();
    await page.waitForSelector('form[aria-label="New report"]');
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('[name=nameLast]')?.value === 'Papermaker',
    );
    await page.focus('[name=text]');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('[role=status] >> text=It is reportable');
    await page.click('[role=status] >> text=Open the abstract');
    await page.waitForSelector('h1:has-text("Papermaker, Ada")');
    const id = page.url().split('/').at(-1)!;
    expect(await bench.items(id)).toMatchObject({ primarySite: 'C504', dateOfBirth: '19600203' });
  });

  it('takes a file, and says when it is none of text', async () => {
    const page = await bench.signedIn('quill');
    await page.goto(`${bench.api.url}/reports/new`);
    await page.waitForSelector('form[aria-label="New report"]');
    await page.setInputFiles('[name=file]', {
      name: 'scan.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from('%PDF-1.7 not text'),
    });
    await page.fill('[name=nameLast]', 'Scanned');
    await page.click('button:has-text("Send the report")');
    await page.waitForSelector('[role=alert]:has-text("Copy its words and paste them")');
    expect(await page.inputValue('[name=nameLast]')).toBe('Scanned');
    await page.click('text=Without scan.pdf');
    await page.setInputFiles('[name=file]', {
      name: 'report.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('Colon, sigmoid, biopsy: Adenocarcinoma, moderately differentiated.'),
    });
    await page.click('button:has-text("Send the report")');
    await page.waitForSelector('[role=status] >> text=It is reportable');
  });

  it('starts an abstract by hand', async () => {
    const page = await bench.signedIn('quill');
    await page.goto(`${bench.api.url}/abstracts/new`);
    await page.waitForSelector('form[aria-label="New abstract"]');
    await page.keyboard.press('Tab');
    await page.click('button:has-text("Start the abstract")');
    await page.waitForSelector('#wrong-nameLast:has-text("begins with a name")');
    await page.fill('[name=nameLast]', 'Byhand');
    await page.keyboard.press('Enter');
    await page.waitForSelector('h1:has-text("Byhand")');
    await page.waitForSelector('text=No report');
  });

  it('adds a word of a facility, uses it for the next report, and takes it out with undo', async () => {
    const page = await bench.signedIn('quill');
    await page.goto(`${bench.api.url}/words`);
    await page.waitForSelector('form[aria-label="Add a term"]');
    await page.fill('[name=term]', 'zorbic carcinoma');
    await page.fill('[name=code]', '9999/3');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#wrong-code:has-text("for example 8500/3")');
    await page.fill('[name=code]', '8520/3');
    await page.keyboard.press('Enter');
    await page.waitForSelector('table tr:has-text("zorbic carcinoma") >> text=8520/3');
    const id = await bench.draft({
      filler: 'Z1',
      text: 'Left breast, upper outer quadrant, core biopsy: Zorbic carcinoma, grade 2.',
    });
    expect(await bench.items(id)).toMatchObject({ histologicTypeIcdO3: '8520' });
    await page.click('tr:has-text("zorbic") >> text=Take out');
    await page.waitForSelector('text=No terms yet');
    await page.click('[role=status] >> text=Undo');
    await page.waitForSelector('table tr:has-text("zorbic carcinoma")');
  });

  it('lists senders in order, for the administrator alone', async () => {
    const page = await bench.signedIn('admin');
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.waitForSelector('h1:has-text("Senders over MLLP")');
    await page.keyboard.press('a');
    // A key may come before the new field has the focus.
    const lineAt = (line: number): Promise<unknown> =>
      page.waitForSelector(`input[aria-label="address of line ${line}"]:focus`);
    await lineAt(1);
    await page.keyboard.type('not an address');
    await page.click('button:has-text("Save")');
    await page.waitForSelector('[role=alert]:has-text("Choose as whom")');
    await page.selectOption('select[aria-label="Line 1 is taken as"]', { label: 'Alpha' });
    await page.click('button:has-text("Save")');
    await page.waitForSelector('tr [role=alert]:has-text("address")');
    expect(await page.inputValue('input[aria-label="address of line 1"]')).toBe('not an address');
    await page.fill('input[aria-label="address of line 1"]', '10.1.2.3');
    await page.click('button:has-text("Add a sender")');
    await lineAt(2);
    await page.keyboard.type('10.1.2.4');
    await page.selectOption('select[aria-label="Line 2 is taken as"]', { label: 'Beta' });
    await page.click('button[aria-label="Line 2 up"]');
    await page.keyboard.press('Control+s');
    await page.waitForSelector('[role=status]:has-text("from the next message on")');
    await page.reload();
    await page.waitForSelector('table');
    expect(await page.inputValue('input[aria-label="address of line 1"]')).toBe('10.1.2.4');
    const other = await bench.signedIn('quill');
    await other.goto(`${bench.api.url}/senders`);
    await other.waitForSelector('[role=alert]:has-text("You do not have the right")');
  });
});
