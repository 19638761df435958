/// <reference lib="dom" />
import { type Page } from 'playwright-core';
import { violations } from '../support/axe.js';
import { reportAgain } from '../support/shared-tumor.js';
import { startWorkbench, type Workbench } from '../support/workbench.js';

/** The central registrar's work on what facilities reported: one primary or two, and values that none of them gives rightly. */
describe('consolidated tumors in the browser', () => {
  let bench: Workbench;
  beforeAll(async () => {
    bench = await startWorkbench();
  });
  afterEach(async () => {
    await bench.closePages();
    expect(bench.complaints()).toEqual([]);
  });
  afterAll(() => bench?.stop());

  /** No finding of axe-core, light and dark. */
  async function accessible(page: Page): Promise<void> {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violations(page)).toEqual([]);
    }
  }
  const items = (page: Page): Promise<string | null> => page.textContent('[aria-label="Values of the tumor"]');

  it('shows what a decision merges before the click, merges, leads to what stands, and takes it back', async () => {
    const first = await bench.draft({ filler: 'MB1', last: 'Mergedview', collected: '20240110', birth: '19480404' });
    await bench.complete(first);
    const { patientId, tumorId } = (await bench.alpha.get(`abstracts/${first}`)).body;
    const other = await reportAgain(bench.central, first, bench.registry.facilities[1], {
      dateOfDiagnosis: '20230701',
      dateOf1stContact: '20230701',
      gradePathological: '3',
    });
    const [pair] = (await bench.central.get(`primaries/comparisons?patientId=${patientId}`)).body.items;
    const page = await bench.signedIn('central');
    await page.goto(`${bench.api.url}/primaries?pair=${pair.id}`);
    const effects = page.locator('section[aria-label="What a decision does"]');
    await effects.waitFor();
    expect(await effects.textContent()).toMatch(
      /merges 2 consolidated tumors into the one with the earlier diagnosis, made of 2 abstracts/,
    );
    const grade = effects.locator('tr:has(th:text-is("Grade Pathological")) td');
    expect(await grade.allTextContents()).toEqual(['2', '3', expect.stringMatching(/^3/)]);
    await accessible(page);
    // The rules say otherwise: a reason is wanted.
    await page.keyboard.press('r');
    await page.keyboard.type('one tumor by the pathologist');
    await page.keyboard.press('Escape');
    await page.keyboard.press('1');
    await page.waitForSelector('[role=status]:has-text("Decided: one primary")');

    // The other tumor's page leads to what stands; the patient has one tumor; history tells of it.
    await page.goto(`${bench.api.url}/tumors/${tumorId}`);
    await page.waitForSelector('text=The tumor that stands for it');
    await accessible(page);
    await page.click('text=The tumor that stands for it');
    await page.waitForSelector('text=Another tumor was merged into this one by decision');
    expect(page.url()).toContain(other.tumorId);
    await page.waitForSelector('section[aria-labelledby=pairs] >> text=decided: one primary');
    await page.goto(`${bench.api.url}/patients/${patientId}`);
    await page.waitForSelector('section[aria-label="Tumors"] h3');
    expect(await page.locator('section[aria-label="Tumors"] h3').count()).toBe(1);
    await page.click('text=History as of any date');
    await page.waitForSelector('h2:has-text("merged into another")');

    // Undone on the pair.
    await page.goto(`${bench.api.url}/primaries?pair=${pair.id}&all=true`);
    await effects.waitFor();
    expect(await effects.textContent()).toContain(
      'taking the decision back, takes them apart again: 1 abstract and 1 abstract',
    );
    await page.click('button:has-text("Take back")');
    await page.waitForSelector('[role=status]:has-text("was taken back")');
    await page.goto(`${bench.api.url}/tumors/${tumorId}`);
    await page.waitForSelector('[aria-label="Values of the tumor"]');
    expect(await page.locator('text=The tumor that stands for it').count()).toBe(0);
  });

  it('corrects a value with one click or typed with a reason, says why it stands, and takes it back', async () => {
    const first = await bench.draft({ filler: 'MB2', last: 'Correctedview', collected: '20240110', birth: '19480405' });
    await bench.complete(first);
    const { tumorId, patientId } = (await bench.alpha.get(`abstracts/${first}`)).body;
    await reportAgain(bench.central, first, bench.registry.facilities[1], {
      gradePathological: '3',
      nameMiddle: 'Beatrix',
    });
    const page = await bench.signedIn('central');
    await page.goto(`${bench.api.url}/tumors/${tumorId}`);
    await page.click('button[aria-label="Take 3 as Beta reports it"]');
    await page.waitForSelector('[role=status]:has-text("Grade Pathological is set")');
    await page.waitForSelector('small:has-text("set by a person (central")');
    expect(await items(page)).toMatch(/because as Beta reports it/);
    await page.click('[role=status] >> text=Undo');
    await page.waitForSelector('[role=status]:has-text("the correction was taken back")');
    await page.waitForSelector('button[aria-label="Take 3 as Beta reports it"]');

    // Typed: a reason is wanted, codes are checked, and it stands with its reason.
    await page.click('button:text-is("Grade Pathological")');
    const form = 'form[aria-label="Correct Grade Pathological"]';
    await page.fill(`${form} input >> nth=0`, '1');
    await page.click(`${form} button[type=submit]`);
    await page.waitForSelector(`${form} [role=alert]:has-text("Say why")`);
    await page.fill(`${form} input >> nth=1`, 'the slides were read again');
    await page.click(`${form} button[type=submit]`);
    await page.waitForSelector('text=Set by central');
    await page.waitForSelector('small:has-text("because the slides were read again")');
    await accessible(page);
    await page.click('button:text-is("Laterality")');
    const side = 'form[aria-label="Correct Laterality"]';
    await page.fill(`${side} input >> nth=0`, '8');
    await page.fill(`${side} input >> nth=1`, 'a mistake');
    await page.click(`${side} button[type=submit]`);
    await page.waitForSelector(`${side} [role=alert]:has-text("cannot hold")`);
    await page.click('button:text-is("Take back")');
    await page.waitForSelector('text=Set by central', { state: 'detached' });
    // What is derived is nobody's to set.
    await page.click('button:text-is("Schema ID")');
    await page.waitForSelector('text=Not set by hand: it is derived by staging');

    // The person's values on the patient's page.
    await page.goto(`${bench.api.url}/patients/${patientId}`);
    await page.click('summary:has-text("Correct a value")');
    await page.selectOption('section[aria-labelledby=identity] select', { value: 'nameMiddle' });
    const person = 'section[aria-labelledby=identity] form[aria-label^="Correct Name"]';
    await page.fill(`${person} >> input >> nth=0`, 'Bea');
    await page.fill(`${person} >> input >> nth=1`, 'by the birth certificate');
    await page.press(`${person} >> input >> nth=1`, 'Enter');
    await page.waitForSelector('text=because by the birth certificate');
    await accessible(page);
    // A registrar of a facility corrects the abstract, not what is consolidated.
    const own = await bench.signedIn('quill');
    await own.goto(`${bench.api.url}/tumors/${tumorId}`);
    await own.waitForSelector('[aria-label="Values of the tumor"]');
    expect(await own.locator('button:text-is("take")').count()).toBe(0);
  });
});
