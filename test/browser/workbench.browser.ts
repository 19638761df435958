/// <reference lib="dom" />
import { clinicalAnswers } from '../support/answers.js';
import { addUser, eventually, PASSWORD, SYSTEM } from '../support/registry.js';
import { saved, startWorkbench, type Workbench } from '../support/workbench.js';

describe('the workbench in a browser', () => {
  let bench: Workbench;
  beforeAll(async () => {
    bench = await startWorkbench();
    await addUser(bench.registry, 'researcher', 'researcher', null);
  });
  afterEach(async () => {
    await bench.closePages();
    // A refused style or script, a failed chunk or an uncaught error is a fault of the page.
    expect(bench.complaints()).toEqual([]);
  });
  afterAll(() => bench?.stop());

  it('completes a case by keyboard alone', async () => {
    const id = await bench.draft({ filler: 'W1' });
    const page = await bench.signedIn('quill');
    let strokes = 0;
    const press = async (key: string): Promise<void> => {
      strokes += 1;
      await page.keyboard.press(key);
    };
    const type = async (text: string): Promise<void> => {
      strokes += text.length;
      await page.keyboard.type(text);
    };
    await bench.open(page, id);
    const answers = clinicalAnswers(await bench.items(id));
    const began = Date.now();
    await press('Alt+1');
    await press('Shift+F4');
    // Down the form as it stands: what is known stays, what is asked is typed.
    for (let guard = 0; guard < 160; guard += 1) {
      const field = await page.evaluate(() => {
        const active = document.activeElement as HTMLInputElement | null;
        return active?.dataset.field === undefined ? null : { id: active.dataset.field, filled: active.value !== '' };
      });
      if (field === null || field.id === 'textDxProcPath') break;
      const answer = answers[field.id];
      if (!field.filled && typeof answer === 'string') await type(answer);
      await press('Enter');
    }
    await saved(page);
    await press('Control+Enter');
    await eventually(
      'completion',
      () => bench.alpha.get(`abstracts/${id}`),
      ({ body }) => body.state === 'complete',
    );
    const seconds = (Date.now() - began) / 1000;
    process.stderr.write(`a straightforward case: ${strokes} keystrokes, ${seconds.toFixed(1)} s by machine\n`);
    expect(strokes).toBeLessThan(260);
    const { body } = await bench.alpha.get(`abstracts/${id}`);
    expect(body.items).toMatchObject({ primarySite: 'C504', histologicTypeIcdO3: '8500', classOfCase: '14' });
    expect(body.items.accessionNumberHosp).toMatch(/^2024/);
    // Accepted by the person, not left to the machine.
    expect(body.standings.primarySite.by).toBe('person');
  });

  it('lights the words behind a field, and keeps words that a person attaches', async () => {
    const id = await bench.draft({ filler: 'W2' });
    const page = await bench.signedIn('quill');
    await bench.open(page, id);
    await page.focus('#item-histologicTypeIcdO3');
    await page.waitForSelector('mark[data-focused="true"]');
    expect(await page.textContent('mark[data-focused="true"]')).toMatch(/ductal carcinoma/i);
    await page.focus('#item-laterality');
    await page.evaluate(() => {
      const line = [...document.querySelectorAll('[data-line]')].find((one) => one.textContent?.includes('COMMENT'));
      const text = document.createTreeWalker(line!, NodeFilter.SHOW_TEXT).nextNode()!;
      const at = text.textContent!.indexOf('lump');
      getSelection()!.setBaseAndExtent(text, at, text, at + 4);
    });
    await page.keyboard.press('F7');
    await eventually(
      'the evidence',
      () => bench.alpha.get(`abstracts/${id}`),
      ({ body }) => body.standings.laterality.by === 'person',
    );
    const { body } = await bench.alpha.get(`abstracts/${id}`);
    const [span] = body.standings.laterality.spans;
    const report = (await bench.alpha.get(`reports/${body.reports[0].id}`)).body;
    expect(report.texts[0].text.slice(span.start, span.end)).toBe('lump');
  });

  it('finds a code by words, shows the finding at once, takes the fix back', async () => {
    const id = await bench.draft({ filler: 'W3' });
    const page = await bench.signedIn('quill');
    await bench.open(page, id);
    await page.focus('#item-histologicTypeIcdO3');
    await page.keyboard.press('F2');
    await page.keyboard.type('lobular carcinoma in situ');
    await page.waitForSelector('[role=listbox] [role=option]:has-text("8520/2")');
    await page.keyboard.press('Enter');
    await saved(page);
    expect(await bench.items(id)).toMatchObject({ histologicTypeIcdO3: '8520', behaviorCodeIcdO3: '2' });
    const finding = 'section[aria-label="Findings"] li[data-kind="error"]:has-text("DT04")';
    await page.focus('#item-dateOfLastContact');
    await page.keyboard.type('1/1/2023');
    await page.keyboard.press('Enter');
    await page.waitForSelector(finding);
    await page.keyboard.press('Alt+Backspace');
    await page.waitForSelector(finding, { state: 'detached' });
    await saved(page);
    expect(await bench.items(id)).not.toHaveProperty('dateOfLastContact');
  });

  it('loses nothing when the network goes, the page tells so, and it goes on by itself', async () => {
    const id = await bench.draft({ filler: 'W4' });
    const page = await bench.signedIn('quill');
    await bench.open(page, id);
    await page.context().setOffline(true);
    await page.focus('#item-classOfCase');
    await page.keyboard.type('14');
    await page.keyboard.press('Enter');
    await page.keyboard.type('3/2024');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-status="offline"]');
    expect(await bench.items(id)).not.toHaveProperty('classOfCase');
    await page.context().setOffline(false);
    await saved(page);
    expect(await bench.items(id)).toMatchObject({ classOfCase: '14', dateOf1stContact: '202403' });
  });

  it('keeps what was typed while the session ends, and goes on after unlocking', async () => {
    const id = await bench.draft({ filler: 'W5' });
    const page = await bench.signedIn('quill');
    await bench.open(page, id);
    await bench.registry.scoped(SYSTEM, (tx) =>
      tx.query(`UPDATE user_session SET ended_at = now() WHERE ended_at IS NULL`),
    );
    await page.focus('#item-classOfCase');
    await page.keyboard.type('22');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=dialog] >> text=Locked');
    await page.fill('[role=dialog] input[name=login]', 'quill');
    await page.fill('[role=dialog] input[name=password]', PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=dialog]', { state: 'detached' });
    await saved(page);
    expect((await bench.items(id)).classOfCase).toBe('22');
  });

  it('merges two people in one case and lets them choose where both changed the same', async () => {
    const id = await bench.draft({ filler: 'W6' });
    const [one, two] = await Promise.all([bench.signedIn('quill'), bench.signedIn('sorrel')]);
    await Promise.all([bench.open(one, id), bench.open(two, id)]);
    await one.context().setOffline(true);
    await one.focus('#item-classOfCase');
    await one.keyboard.type('10');
    await one.keyboard.press('Enter');
    await one.waitForSelector('[data-status="offline"]');
    await two.focus('#item-classOfCase');
    await two.keyboard.type('14');
    await two.keyboard.press('Enter');
    await two.focus('#item-tumorSizeSummary');
    await two.keyboard.type('021');
    await two.keyboard.press('Enter');
    await eventually(
      'what the other saved',
      () => bench.items(id),
      ({ tumorSizeSummary }) => tumorSizeSummary === '021',
    );
    await one.context().setOffline(false);
    await one.waitForSelector('section[aria-label="Saved by somebody else"]');
    expect(await one.inputValue('#item-tumorSizeSummary')).toBe('021');
    await one.click('button:has-text("Keep 10")');
    await saved(one);
    expect(await bench.items(id)).toMatchObject({ classOfCase: '10', tumorSizeSummary: '021' });
  });

  it('says at the field what it cannot hold, and takes dates as people type them', async () => {
    const id = await bench.draft({ filler: 'W7' });
    const page = await bench.signedIn('quill');
    await bench.open(page, id);
    await page.focus('#item-dateOf1stContact');
    await page.keyboard.type('2/30/2024');
    await page.keyboard.press('Enter');
    expect(await page.getAttribute('#item-dateOf1stContact', 'aria-invalid')).toBe('true');
    await page.waitForSelector('[role=alert]:has-text("has no day 30")');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('15 mar 24'.replace('24', '2024'));
    await page.keyboard.press('Enter');
    await saved(page);
    expect((await bench.items(id)).dateOf1stContact).toBe('20240315');
  });

  it('logs a contact from the due list by keyboard, and the person leaves the list', async () => {
    const id = await bench.draft({ filler: 'W0' });
    await bench.complete(id);
    const { patientId } = (await bench.alpha.get(`abstracts/${id}`)).body;
    expect((await bench.central.post('follow-up/passes')).status).toBe(202);
    const due = (): Promise<{ patientId: string }[]> =>
      bench.alpha.get('follow-up/tasks').then(({ body }) => body.items);
    await eventually('the task', due, (tasks) => tasks.some((task) => task.patientId === patientId));
    const page = await bench.signedIn('clerk');
    await page.goto(`${bench.api.url}/follow-up?patient=${patientId}`);
    await page.waitForSelector('[data-contact-form]');
    await page.locator('main').click({ position: { x: 5, y: 200 } });
    // Alive, yesterday: the field for contacts, its letter, the day.
    await page.keyboard.press('c');
    await page.keyboard.press('a');
    await page.keyboard.press('Tab');
    await page.keyboard.type('t-1');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=status]:has-text("The contact is stored")');
    await eventually('the list without them', due, (tasks) => !tasks.some((task) => task.patientId === patientId));
  });

  it('shows each role its own screens and answers the others with a clear page', async () => {
    const id = await bench.draft({ filler: 'W8' });
    const screens = async (login: string): Promise<string[]> => {
      const page = await bench.signedIn(login);
      const labels = await page.locator('header nav a').allTextContents();
      await page.goto(`${bench.api.url}/abstracts/${id}`);
      await page.waitForSelector(login === 'clerk' || login === 'quill' ? '#item-primarySite' : '[role=alert]');
      return labels;
    };
    expect(await screens('quill')).toEqual(['Home', 'Worklists', 'Primaries', 'Patients', 'Follow-up']);
    expect(await screens('clerk')).toEqual(['Home', 'Patients', 'Follow-up']);
    expect(await screens('researcher')).toEqual(['Home']);
    expect(await screens('admin')).toEqual([
      'Home',
      'Facilities',
      'Tokens',
      'Settings',
      'People and roles',
      'MLLP senders',
      'Staging',
      'Dictionaries',
    ]);
  });

  it('lets a person change keys, refuses those that cannot be, and keeps the choice', async () => {
    const id = await bench.draft({ filler: 'K1' });
    const page = await bench.signedIn('quill');
    await bench.open(page, id);
    await page.click('button[aria-label="Map of keys"]');
    const change = 'button[aria-label$="change the keys of Accept the suggestion of the field"]';
    await page.click(change);
    await page.waitForSelector('[role=status]:has-text("Press the new keys")');
    await page.keyboard.press('Control+t');
    await page.waitForSelector('[role=status]:has-text("The browser needs these keys itself")');
    await page.keyboard.press('F8');
    await page.waitForSelector('[role=status]:has-text("These keys are “Next finding”")');
    await page.keyboard.press('Control+e');
    expect(await page.textContent(change)).toBe('Ctrl+E');
    await page.keyboard.press('Escape');
    await page.waitForSelector('[role=dialog]', { state: 'detached' });
    await page.reload();
    await page.waitForSelector('mark');
    await page.focus('#item-laterality');
    await page.keyboard.press('F4');
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.field)).toBe('laterality');
    await page.keyboard.press('Control+e');
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.field)).toBe(
      'histologicTypeIcdO3',
    );
    await page.click('button[aria-label="Map of keys"]');
    // The same person at another machine has the choice too; somebody else does not.
    const [elsewhere, other] = await Promise.all([bench.signedIn('quill'), bench.signedIn('sorrel')]);
    for (const [where, keys] of [
      [elsewhere, 'Ctrl+E'],
      [other, 'F4'],
    ] as const) {
      await bench.open(where, id);
      await where.click('button[aria-label="Map of keys"]');
      expect(await where.textContent(change)).toBe(keys);
    }
    await page.click('text=back to F4');
    expect(await page.textContent(change)).toBe('F4');
    await eventually(
      'the choice taken back',
      () =>
        page.evaluate(() =>
          fetch('/api/v1/session').then(async (answer) => ((await answer.json()) as { keys: object }).keys),
        ),
      (keys) => Object.keys(keys).length === 0,
    );
  });

  it('keeps persons out of addresses, titles and what outlives the page', async () => {
    const id = await bench.draft({ filler: 'W9' });
    const page = await bench.signedIn('quill');
    const addresses: string[] = [];
    page.on('request', (request) => addresses.push(request.url()));
    await bench.open(page, id);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('PersonWj');
    await page.waitForSelector('[role=option]:has-text("PersonWj")');
    await page.keyboard.press('Enter');
    await page.waitForSelector('h1:has-text("PersonWj")');
    const kept = await page.evaluate(
      () => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.title + document.cookie,
    );
    expect([...addresses, page.url(), kept].filter((text) => /PersonWj|19600101|1960-01-01/i.test(text))).toEqual([]);
  });
});
