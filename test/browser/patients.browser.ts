/// <reference lib="dom" />
import { type Page } from 'playwright-core';
import { clinicalAnswers } from '../support/answers.js';
import { eventually } from '../support/registry.js';
import { reportAgain } from '../support/shared-tumor.js';
import { BREAST, startWorkbench, type Workbench } from '../support/workbench.js';

/** Patients and their tumors: what stands behind a value, how it was on another day, and whether two tumors are one. */
describe('patients in the browser', () => {
  let bench: Workbench;
  beforeAll(async () => {
    bench = await startWorkbench();
  });
  afterEach(async () => {
    await bench.closePages();
    expect(bench.complaints()).toEqual([]);
  });
  afterAll(() => bench?.stop());

  const patientOf = async (id: string): Promise<string> => (await bench.alpha.get(`abstracts/${id}`)).body.patientId;
  const cell = (page: Page, section: string, item: string, column: number): Promise<string | null> =>
    page.textContent(`section[aria-label^="${section}"] tr:has(th:text-is("${item}")) >> td >> nth=${column}`);

  it('shows a value as it stood on an earlier day, what it is now, who changed it and why', async () => {
    const id = await bench.draft({ filler: 'H1', last: 'Yesterday' });
    const { revision } = (await bench.alpha.get(`abstracts/${id}`)).body;
    await bench.alpha
      .patch(`abstracts/${id}`)
      .set('If-Match', `"${revision}"`)
      .send({ items: { primarySite: 'C509' } });
    const page = await bench.signedIn('quill');
    await page.goto(`${bench.api.url}/patients/${await patientOf(id)}`);
    await page.click('text=History as of any date');
    await page.waitForSelector('h1:has-text("as of now")');
    // One change back: the site as the coder proposed it.
    await page.keyboard.press('[');
    await page.waitForSelector('tr[data-differs="true"]');
    expect(await cell(page, 'Abstract', 'Primary Site', 0)).toContain('C50.4 Upper-outer quadrant of breast');
    expect(await cell(page, 'Abstract', 'Primary Site', 1)).toContain('C50.9');
    expect(await cell(page, 'Abstract', 'Primary Site', 2)).toMatch(
      /the platform \(.*proposed from a report.*since then: registrar, typed by a person/s,
    );
    // The address can be given to a colleague, and holds nothing of the person.
    expect(page.url()).toMatch(/\/history\?at=/);
    await page.reload();
    await page.waitForSelector('tr[data-differs="true"]');
    // Any date: before there was anything, and today.
    await page.fill('#as-of', '3/15/2001');
    await page.press('#as-of', 'Enter');
    await page.waitForSelector('text=it was not there yet');
    await page.waitForSelector('text=Before the first of');
    await page.fill('#as-of', '2/30/2024');
    await page.press('#as-of', 'Enter');
    await page.waitForSelector('[role=alert]:has-text("has no day 30")');
    await page.fill('#as-of', 't');
    await page.press('#as-of', 'Enter');
    await page.waitForSelector('section[aria-label^="Abstract"] >> text=as it is now');
    // By keyboard: the slider walks the changes.
    await page.focus('input[type=range]');
    await page.keyboard.press('ArrowLeft');
    await page.waitForSelector('tr[data-differs="true"]');
    expect(await page.getAttribute('input[type=range]', 'aria-valuetext')).toMatch(/^change \d+ of \d+, /);
  });

  it('finds a person by the sound of the name', async () => {
    await bench.draft({ filler: 'S1', last: 'Schmidt', mrn: 'SND1' });
    const page = await bench.signedIn('quill');
    await page.goto(`${bench.api.url}/patients`);
    await page.fill('input[name=name]', 'smith');
    await page.press('input[name=name]', 'Enter');
    await page.waitForSelector('text=look for one that contains it or sounds like it');
    await page.selectOption('select', { label: 'sounds like' });
    await page.press('input[name=name]', 'Enter');
    await page.waitForSelector('[aria-label=Found] >> text=Schmidt');
    // What was typed stands in no address.
    expect(page.url()).not.toMatch(/smith/i);
  });

  it('shows consolidated values beside the abstracts, and the treatment on the timeline', async () => {
    const person = { last: 'Sharedby', first: 'Ada', birth: '19480404', mrn: 'SH1' };
    const first = await bench.draft({ ...person, filler: 'B1' });
    await bench.complete(first);
    const patientId = await patientOf(first);
    // The other facility reports the same tumor with another grade.
    const { tumorId } = await reportAgain(bench.central, first, bench.registry.facilities[1], {
      gradePathological: '3',
      rxDateSurgery: '20240320',
    });
    expect(tumorId).toBe((await bench.alpha.get(`abstracts/${first}`)).body.tumorId);

    const page = await bench.signedIn('central');
    await page.goto(`${bench.api.url}/patients/${patientId}`);
    // The patient's page says where facilities differ; the tumor's own page shows each value.
    await page.click('section[aria-label="Tumors"] p:has-text("Facilities differ") >> text=Grade Pathological');
    const row = 'main tr:has(button:text-is("Grade Pathological")) >> td';
    await page.waitForSelector(row);
    expect(page.url()).toMatch(/\/tumors\/[0-9a-f-]{36}$/);
    expect(await page.locator(row).allTextContents()).toEqual([
      expect.stringMatching(/^2 .* reported it first, on .*; a later report does not replace it$/),
      expect.stringMatching(/^2.*taken$/),
      expect.stringMatching(/^3.*differs ?take$/),
    ]);
    // Differences come first, alone with one key; an item opens where its value comes from.
    expect(await page.locator('main tbody').first().textContent()).toMatch(/^What differs/);
    await page.keyboard.press('d');
    await page.waitForFunction(() => document.querySelectorAll('main tbody').length === 1);
    await page.keyboard.press('d');
    await page.click('button:text-is("Grade Pathological")');
    await page.waitForSelector('tr[class*=lineage] li >> nth=1');
    expect(await page.textContent('tr[class*=lineage]')).toMatch(/Consolidated.*made|empty → 2/s);
    await page.waitForSelector('section[aria-labelledby=stage] >> text=/version \\d/');
    // As it was before the second report: nothing differs, and the moment stands in the address.
    await page.keyboard.press('[');
    await page.waitForSelector('[role=status]:has-text("Change ")');
    expect(page.url()).toMatch(/\/tumors\/[0-9a-f-]{36}\?at=/);
    // What was derived after the second report may be a change of its own, before which it still differs.
    await eventually(
      'a day on which nothing differs',
      async () => {
        const count = await page.locator('main tr[data-differs=true]').count();
        if (count > 0) await page.keyboard.press('[');
        return count;
      },
      (count) => count === 0,
    );
    await page.keyboard.press('n');
    await page.waitForSelector('main tr[data-differs=true]');
    const surgery = page.locator('section[aria-label="Timeline"] li', { hasText: 'Surgery' });
    expect(await surgery.textContent()).toContain('2024-03-20');
    // A registrar of one facility sees its own abstract alone, and nothing that names the other's values.
    const own = await bench.signedIn('quill');
    await own.goto(`${bench.api.url}/patients/${patientId}`);
    await own.click('section[aria-label="Tumors"] h3 a');
    await own.waitForSelector(row);
    expect(await own.locator(row).allTextContents()).toEqual([expect.stringMatching(/^2/)]);
    await own.waitForSelector('text=What all facilities together say is for the central registry');
    expect(await own.textContent('main')).not.toMatch(/Beta|BETA1|differs/);
    // From the case to its tumor, and by its number from anywhere.
    await own.goto(`${bench.api.url}/abstracts/${first}`);
    await own.click('nav[aria-label=Sections] >> text=Consolidated tumor');
    await own.waitForSelector(row);
    const id = own.url().split('/').at(-1)!;
    await own.goto(bench.api.url);
    await own.waitForSelector('header nav');
    await own.keyboard.press('Control+k');
    await own.keyboard.type(id);
    await own.click('[role=option]:has-text("Tumor")');
    await own.waitForSelector(row);
  });

  async function pair(mark: string): Promise<{ left: string; right: string }> {
    const person = { mrn: mark, last: `Twosided${mark}`, birth: '19501010' };
    const left = await bench.draft({ ...person, filler: `${mark}-1`, text: BREAST });
    const right = await bench.draft({
      ...person,
      filler: `${mark}-2`,
      text: BREAST.replaceAll('left', 'right').replace('Left', 'Right'),
    });
    return { left, right };
  }

  it('decides a pair by keyboard, wants a reason against the rules, and takes it back', async () => {
    const { right } = await pair('PA');
    const page = await bench.signedIn('quill');
    await bench.open(page, right);
    await page.click('nav[aria-label=Sections] >> text=compare tumors');
    await page.waitForSelector('[aria-label="What the rules say"] >> text=Two primaries');
    expect(await page.textContent('[aria-label="What the rules say"]')).toContain('breast 2018, rule M7');
    expect(await page.textContent('tr[data-differs=true]:has-text("Laterality")')).toContain('differs');
    // One primary goes against rule M7: it asks why, and nothing is stored.
    await page.keyboard.press('1');
    await page.waitForSelector('[role=alert]:has-text("Say why: breast 2018, rule M7")');
    await page.keyboard.type('metastasis by the surgeon');
    await page.keyboard.press('Escape');
    await page.keyboard.press('1');
    await page.waitForSelector('[role=status]:has-text("Decided: one primary")');
    await page.click('[role=status] >> text=Undo');
    await page.waitForSelector('[role=status]:has-text("was taken back")');
    await page.click('text=decided ones too');
    await page.waitForSelector('section[aria-label="Earlier decisions"] li >> nth=1');
    expect(await page.textContent('section[aria-label="Earlier decisions"]')).toContain('metastasis by the surgeon');
  });

  it('tells the second of two people who decided first, and keeps the reason', async () => {
    const { left } = await pair('PB');
    const patientId = await patientOf(left);
    const [{ id }] = (await bench.alpha.get(`primaries/comparisons?patientId=${patientId}`)).body.items;
    const [one, two] = await Promise.all([bench.signedIn('quill'), bench.signedIn('sorrel')]);
    for (const page of [one, two]) {
      await page.goto(`${bench.api.url}/primaries?pair=${id}`);
      await page.waitForSelector('[aria-label="What the rules say"] >> text=Two primaries');
      await page.waitForSelector('form[aria-label=Decision]');
    }
    await one.keyboard.press('2');
    await one.waitForSelector('[role=status]:has-text("Decided: two primaries")');
    await two.keyboard.press('r');
    await two.keyboard.type('not sure yet');
    await two.keyboard.press('Escape');
    await two.keyboard.press('u');
    await two.waitForSelector('[role=alert]:has-text("quill decided on this pair while you looked at it")');
    expect(await two.inputValue('#decision-note')).toBe('not sure yet');
    await two.waitForSelector('section[aria-label="Earlier decisions"] >> text=quill: two primaries');
    // Both decisions stand side by side; nothing of the second is stored until its person says so.
    const both = await two.textContent('form[aria-label=Decision] [role=alert]:has-text("Theirs")');
    expect(both).toMatch(/Yours is not stored.*Theirs.*two primaries, quill.*Yours.*left open. not sure yet/s);
    const decisions = async (): Promise<(string | null)[]> =>
      (await bench.alpha.get(`primaries/comparisons/${id}`)).body.decisions.map(
        (one: { decision: string | null }) => one.decision,
      );
    expect(await decisions()).toEqual(['separate_primaries']);
    await two.click('text=Decide as I did');
    await two.waitForSelector('[role=status]:has-text("Left open with your note")');
    expect(await decisions()).toEqual([null, 'separate_primaries']);
  });

  it('starts the next tumor of a patient with what is of the person, and asks for reasons in the page', async () => {
    const id = await bench.draft({ filler: 'C1', last: 'Copied' });
    await bench.complete(id);
    const page = await bench.signedIn('quill');
    await bench.open(page, id);
    await page.click('button[aria-label="More for this case"]');
    await page.click('text=Next tumor of this patient');
    await eventually(
      'the new abstract',
      () => Promise.resolve(page.url()),
      (url) => !url.includes(id),
    );
    await page.waitForSelector('#item-nameLast');
    const made = page.url().split('/').at(-1)!;
    const [before, after] = [await bench.items(id), await bench.items(made)];
    for (const item of ['nameLast', 'dateOfBirth', 'medicalRecordNumber', 'addrAtDxCity', 'vitalStatus'])
      expect([item, after[item]]).toEqual([item, before[item]]);
    for (const item of ['primarySite', 'histologicTypeIcdO3', 'dateOfDiagnosis', 'classOfCase', 'textDxProcPath'])
      expect([item, after[item]]).toEqual([item, undefined]);
    expect(await patientOf(made)).toBe(await patientOf(id));

    // Withdrawn with a reason, by keyboard, in the page.
    await page.click('button[aria-label="More for this case"]');
    await page.click('text=Withdraw…');
    await page.waitForSelector('#reason:focus');
    await page.keyboard.type('started by mistake');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-state=withdrawn]');
    const lineage = (await bench.alpha.get(`abstracts/${made}/lineage`)).body;
    expect(lineage[0].origin).toEqual({ kind: 'person', reason: 'started by mistake' });
    await page.click('button[aria-label="More for this case"]');
    await page.click('text=Open again…');
    await page.waitForSelector('#reason:focus');
    await page.keyboard.type('it was right');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-state=draft]');
  });

  it('completes and opens the next draft with one key', async () => {
    const id = await bench.draft({ filler: 'N1', last: 'Completedone' });
    const next = await bench.draft({ filler: 'N2', last: 'Nextdraft' });
    const page = await bench.signedIn('quill');
    const { revision } = (await bench.alpha.get(`abstracts/${id}`)).body;
    await bench.alpha
      .patch(`abstracts/${id}`)
      .set('If-Match', `"${revision}"`)
      .send({ items: { ...clinicalAnswers(await bench.items(id)), textRemarks: null } });
    await bench.open(page, id);
    // The last words are still in their field when the key is pressed.
    await page.focus('#item-textRemarks');
    await page.keyboard.type('the last words');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('[role=status]:has-text("Completed: accession")');
    await eventually(
      'the next draft',
      () => Promise.resolve(page.url()),
      (url) => !url.includes(id) && /\/abstracts\//.test(url),
    );
    expect((await bench.alpha.get(`abstracts/${id}`)).body).toMatchObject({
      state: 'complete',
      items: { textRemarks: 'the last words' },
    });
    expect(next).not.toBe(id);
    await page.waitForSelector('#item-primarySite');
  });
});
