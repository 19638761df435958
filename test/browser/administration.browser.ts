/// <reference lib="dom" />
import { startWorkbench, type Workbench } from '../support/workbench.js';

/** Physicians who get letters, settings of a facility, people and their roles: each by the role that may. */
describe('administration in the browser', () => {
  let bench: Workbench;
  beforeAll(async () => {
    bench = await startWorkbench();
  });
  afterEach(async () => {
    await bench.closePages();
    expect(bench.complaints()).toEqual([]);
  });
  afterAll(() => bench?.stop());

  it('adds a physician, says what is wrong where it is, and corrects the address', async () => {
    const page = await bench.signedIn('quill');
    await page.goto(`${bench.api.url}/follow-up/physicians`);
    await page.waitForSelector('text=Nobody can be written to yet');
    await page.keyboard.press('a');
    await page.waitForSelector('form[aria-label="Add a physician"]');
    await page.keyboard.type('Dr. Ada Winslow');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#wrong-physician-npi:has-text("An NPI or a local code is needed")');
    await page.fill('[name=npi]', '1234567890');
    for (const [name, value] of [
      ['line1', '4 Clinic Road'],
      ['city', 'Springvale'],
      ['state', 'IL'],
      ['postalCode', '60999'],
    ] as const)
      await page.fill(`[name=${name}]`, value);
    await page.keyboard.press('Enter');
    await page.waitForSelector('#wrong-physician-npi:has-text("check digit")');
    await page.fill('[name=npi]', '1234567893');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=status]:has-text("Dr. Ada Winslow is kept")');
    await page.waitForSelector('tr:has-text("1234567893"):has-text("4 Clinic Road")');
    // Found by the place, opened by keyboard, corrected; no letters from now on.
    await page.fill('#find-physician', 'springvale winslow');
    await page.focus('button:has-text("Dr. Ada Winslow")');
    await page.keyboard.press('Enter');
    await page.waitForSelector('form[aria-label="Correct Dr. Ada Winslow"]');
    await page.fill('[name=line1]', '9 Harbor Street');
    await page.selectOption('[name=letters]', 'no');
    await page.focus('[name=line1]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('tr:has-text("9 Harbor Street"):has-text("takes none")');
    const [one, ...others] = (await bench.alpha.get('follow-up/physicians')).body;
    expect(others).toEqual([]);
    expect(one).toMatchObject({ npi: '1234567893', line1: '9 Harbor Street', noLetters: true });
  });

  it('shows a registrar how the facility follows, lets an administrator change it with a day and a reason', async () => {
    const admin = await bench.signedIn('admin');
    await admin.keyboard.press('g');
    await admin.keyboard.press('e');
    await admin.waitForSelector('h1:has-text("Settings")');
    await admin.selectOption('select[aria-label=Facility]', bench.registry.facilities[0]);
    await admin.click('button[aria-label="Change: Since the reference date"]');
    await admin.fill('[name=value]', '120');
    await admin.fill('[name=reason]', 'state contract');
    await admin.keyboard.press('Enter');
    await admin.waitForSelector('#wrong-setting-value:has-text("is not within 1 and 100")');
    await admin.fill('[name=value]', '85');
    await admin.keyboard.press('Enter');
    await admin.waitForSelector('[role=status]:has-text("Changed: Since the reference date")');
    await admin.waitForSelector('tr:has-text("Since the reference date"):has-text("85 %"):has-text("usual 80 %")');
    // Whoever manages settings reads no patient.
    expect(await admin.locator('nav[aria-label=Screens] a').allTextContents()).toEqual([
      'Home',
      'Facilities',
      'Tokens',
      'Settings',
      'People and roles',
      'MLLP senders',
      'Staging',
      'Dictionaries',
    ]);

    const page = await bench.signedIn('quill');
    await page.goto(`${bench.api.url}/settings`);
    await page.waitForSelector('tr:has-text("Since the reference date"):has-text("85 %"):has-text("facility, since")');
    await page.click('summary:has-text("One change")');
    await page.waitForSelector('details >> text=state contract');
    expect(await page.locator('button[aria-label^="Change:"]').count()).toBe(0);
    await page.waitForSelector('text=locks after 15 minutes');
    // The letterhead is the registrar's own.
    await page.click('text=Change the letterhead');
    await page.fill('[name=letterhead]', 'Alpha Follow-up Office');
    for (const [name, value] of [
      ['line1', '1 Alpha Street'],
      ['city', 'Springvale'],
      ['state', 'IL'],
      ['postalCode', '60999'],
    ] as const)
      await page.fill(`[name=${name}]`, value);
    await page.keyboard.press('Enter');
    await page.waitForSelector('section[aria-labelledby=letterhead] >> text=Alpha Follow-up Office');
  });

  it('adds a person with a first password, gives and takes roles, and lets nobody change themselves', async () => {
    const page = await bench.signedIn('admin');
    await page.goto(`${bench.api.url}/people`);
    await page.waitForSelector('tr:has-text("quill")');
    await page.keyboard.press('a');
    await page.waitForSelector('form[aria-label="Add a person"]');
    await page.keyboard.type('Hazel Newcomer');
    await page.fill('[name=login]', 'hazel newcomer');
    await page.fill('[name=initials]', 'HN');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#wrong-person-login:has-text("no spaces")');
    await page.fill('[name=login]', 'hazel');
    await page.selectOption('[name=facilityId]', bench.registry.facilities[0]);
    await page.focus('[name=login]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=status]:has-text("The first password of hazel")');
    const password = (await page.textContent('[role=status] code'))!;
    await page.click('button:has-text("Hazel Newcomer")');
    await page.click('text=Give a role');
    await page.selectOption('form[aria-label^="Give Hazel"] [name=role]', 'follow_up_clerk');
    await page.click('form[aria-label^="Give Hazel"] button[type=submit]');
    await page.waitForSelector('tr:has-text("hazel"):has-text("follow-up clerk, whole registry")');
    await page.click('button[aria-label^="Take away: follow-up clerk"]');
    await page.waitForSelector('tr:has-text("hazel"):has-text("follow-up clerk")', { state: 'detached' });
    // Their own row says that somebody else does it.
    await page.click('tr:has(code:text-is("admin")) button');
    await page.waitForSelector('text=Somebody else changes your own roles');

    // The new person chooses a password of their own first.
    const context = await bench.browser.newContext();
    const hazel = await context.newPage();
    await hazel.goto(bench.api.url);
    await hazel.fill('input[name=login]', 'hazel');
    await hazel.fill('input[name=password]', password);
    await hazel.keyboard.press('Enter');
    await hazel.waitForSelector('text=Somebody else knows your password');
    await context.close();
  });

  it('keeps these screens from those who may not', async () => {
    const page = await bench.signedIn('quill');
    await page.goto(`${bench.api.url}/people`);
    await page.waitForSelector('[role=alert]:has-text("You do not have the right")');
    await page.goto(`${bench.api.url}/`);
    await page.waitForSelector('main section');
    expect(await page.locator('main >> text=People and roles').count()).toBe(0);
  });
});
