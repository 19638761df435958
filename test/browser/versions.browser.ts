/// <reference lib="dom" />
import { type Page } from 'playwright-core';
import { violations } from '../support/axe.js';
import { nextOrchard, zipOf } from '../support/staging.js';
import { BREAST, startWorkbench, type Workbench } from '../support/workbench.js';

const item = (id: string, number: number, level: string): string =>
  `    <ItemDef naaccrId="${id}" naaccrNum="${number}" naaccrName="${id}" length="4" parentXmlElement="${level}" recordTypes="A,M,C"/>`;
const dictionary = (...items: readonly string[]): Buffer =>
  Buffer.from(`<?xml version="1.0"?>
<NaaccrDictionary dictionaryUri="http://example.org/harbor.xml" naaccrVersion="260" specificationVersion="1.8" xmlns="http://naaccr.org/naaccrxml">
  <ItemDefs>
${items.join('\n')}
  </ItemDefs>
</NaaccrDictionary>`);

/** What the registry works with, in versions: staging algorithms, dictionaries of its own items, and what of it wants attention. */
describe('versions of what the registry works with, in the browser of its administrator', () => {
  let bench: Workbench;
  beforeAll(async () => {
    bench = await startWorkbench();
  });
  afterEach(async () => {
    await bench.closePages();
    expect(bench.complaints()).toEqual([]);
  });
  afterAll(() => bench?.stop());

  /** No finding of axe-core, light and dark, on a whole screen and on half of one. */
  async function accessible(page: Page): Promise<void> {
    await page.setViewportSize({ width: 960, height: 800 });
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violations(page)).toEqual([]);
    }
  }

  it('installs a staging algorithm, asks for a report before it stages, and shows both runs', async () => {
    const page = await bench.signedIn('admin');
    await page.keyboard.press('g');
    await page.keyboard.press('v');
    await page.waitForSelector('h1:has-text("Staging algorithms")');
    await page.waitForSelector('tr:has-text("ships with the platform")');
    await page.setInputFiles('#algorithm-file', {
      name: 'broken.zip',
      mimeType: 'application/zip',
      buffer: Buffer.from('no zip'),
    });
    await page.waitForSelector('[role=alert]:has-text("broken.zip was not taken, and nothing is changed")');
    await page.click('[role=alert] button:text-is("Close")');
    const install = (version: string): Promise<void> =>
      page.setInputFiles('#algorithm-file', {
        name: 'orchard.zip',
        mimeType: 'application/zip',
        buffer: Buffer.from(zipOf(nextOrchard(version))),
      });
    await install('4.2');
    await page.waitForSelector('[role=status]:has-text("4.2")');
    // What it would change is reported at once; nothing is staged by it.
    await page.waitForSelector('p:has-text("Report, finished")');
    await accessible(page);
    await page.click('button:text-is("Stage by it")');
    await page.waitForSelector('section[aria-label^="Stage by"]:has-text("The way back is to stage by")');
    await page.click('button:text-is("Stage by 4.2 from now on")');
    await page.waitForSelector('text=It stages now. To leave it, choose another version');
    await page.waitForSelector('p:has-text("Staged again, finished")');
    await page.click('summary:has-text("2 runs so far")');
    await page.waitForSelector('details li:has-text("staged by"):has-text("done")');
  });

  it('says by line why a dictionary was refused, uses one that is right, takes it out of use and back', async () => {
    const page = await bench.signedIn('admin');
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await page.waitForSelector('h1:has-text("Dictionaries")');
    const choose = (buffer: Buffer): Promise<void> =>
      page.setInputFiles('#dictionary-file', { name: 'harbor.xml', mimeType: 'application/xml', buffer });
    await choose(dictionary(item('harborTide', 12_101, 'Tumor'), item('primarySite', 12_102, 'Tumor')));
    await page.waitForSelector('[role=alert]:has-text("harbor.xml was not taken, and nothing is changed")');
    await page.waitForSelector('[role=alert] tr:has-text("primarySite")');
    await page.click('[role=alert] button:text-is("Close")');
    await choose(dictionary(item('harborTide', 12_101, 'Tumor'), item('harborPier', 12_102, 'Patient')));
    await page.waitForSelector('[role=status]:has-text("Its 2 items may be typed, imported and sent from now on")');
    await page.waitForSelector('tr:has-text("harborPier"):has-text("12102"):has-text("patient")');
    await accessible(page);
    await page.click('button:text-is("Take out of use")');
    await page.click('button:text-is("Take it out of use")');
    await page.waitForSelector('[role=status]:has-text("The dictionary is out of use")');
    await page.waitForSelector('text=Out of use: its items can be neither typed, imported nor sent');
    await page.click('[role=status] button:text-is("Undo")');
    await page.waitForSelector('[role=status]:has-text("may be typed, imported and sent again")');
    await page.waitForSelector('button:text-is("Take out of use")');
  });

  it('shows an administrator what wants attention, and nothing of patients', async () => {
    await bench.send({ filler: 'V1', mrn: 'V1', authority: 'DELTA', text: BREAST });
    const page = await bench.signedIn('admin');
    await page.waitForSelector(
      'section[aria-labelledby=attention] li:has-text("Reports without a facility"):has-text("1")',
    );
    await page.waitForSelector('section[aria-labelledby=registry] li:has-text("Dictionaries in use"):has-text("1")');
    await accessible(page);
    await page.click('section[aria-labelledby=attention] a:has-text("Reports without a facility")');
    await page.waitForSelector('section[aria-labelledby=without-facility] tr:has-text("DELTA")');
  });
});
