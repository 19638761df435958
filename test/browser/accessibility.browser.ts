/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
import { type Browser, type Page } from 'playwright-core';
import { launchBrowser } from '../support/browser.js';
import { queueBackends } from '../support/database.js';
import { hl7 } from '../support/hl7.js';
import { addUser, type App, as, eventually, PASSWORD, startRegistry, type TestRegistry } from '../support/registry.js';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const REPORT = 'Left breast, upper outer quadrant, core biopsy: Invasive ductal carcinoma, Nottingham grade 2.';

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

/** WCAG 2.2 A and AA by axe-core. The page's policy takes no script from us, so the browser adds it past the policy. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate(() =>
    (
      window as unknown as { axe: { run(context: Document, options: unknown): Promise<{ violations: Violation[] }> } }
    ).axe
      .run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
      .then((result) => result.violations),
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary}`),
  );
}

describe('accessibility of every screen', () => {
  let registry: TestRegistry;
  let api: App;
  let browser: Browser;
  let page: Page;
  let abstractId: string;
  let patientId: string;

  beforeAll(async () => {
    registry = await startRegistry(queueBackends()[0]!);
    [api, browser] = await Promise.all([registry.startApi(), launchBrowser(), registry.startWorker()]);
    await addUser(registry, 'central', 'central_registrar', null);
    const laboratory = as(api.url, await registry.token('facility_reporter', null));
    const central = as(api.url, await registry.token('central_registrar', null));
    const send = async (filler: string, text: string): Promise<{ abstractIds: string[] }> => {
      const answer = await laboratory
        .post('intake/hl7')
        .set('Content-Type', 'application/hl7-v2')
        .send(hl7({ filler, mrn: filler, text }));
      const { body } = await eventually(
        'processing',
        () => central.get(answer.headers.location!.replace('/api/v1/', '')),
        (one) => one.body.state === 'parsed',
      );
      return body.result[0];
    };
    const { abstractIds } = await send('X1', REPORT);
    await send('X2', 'Lymph node, right neck, aspiration: Atypical cells, cannot exclude malignancy.');
    await send('X3', 'Colon, polypectomy: Tubular adenoma. No high grade dysplasia.');
    abstractId = abstractIds[0]!;
    patientId = (await central.get(`abstracts/${abstractId}`)).body.patientId;
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
      bypassCSP: true,
    });
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(api.url);
  });
  afterAll(async () => {
    await browser?.close();
    await registry?.stop();
  });

  const theme = (scheme: 'light' | 'dark'): Promise<void> =>
    page.evaluate((wanted) => localStorage.setItem('mantine-color-scheme-value', wanted), scheme);

  it.each(['light', 'dark'] as const)('has no violation on the sign-in page, %s', async (scheme) => {
    await theme(scheme);
    await page.reload();
    await page.waitForSelector('input[name=login]');
    expect(await violations(page)).toEqual([]);
  });

  it('lets a person in', async () => {
    await page.fill('input[name=login]', 'central');
    await page.fill('input[name=password]', PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForSelector('header nav');
  });

  const screens: readonly (readonly [name: string, where: () => string, ready: string])[] = [
    ['home', () => '/', 'main h1'],
    ['drafts', () => '/worklists/drafts', '[role=grid]'],
    ['screening', () => '/worklists/screening', '[role=grid]'],
    ['not reportable', () => '/worklists/not-reportable?sample=all', '[role=grid]'],
    ['failed messages', () => '/worklists/failed', 'main h2'],
    ['an abstract', () => `/abstracts/${abstractId}`, 'mark'],
    ['patients', () => '/patients', 'input[name=name]'],
    ['a patient', () => `/patients/${patientId}`, 'main h2'],
    ['follow-up', () => '/follow-up', 'nav[aria-label="Months"] button'],
    ['a code', () => '/codes/C504', 'main h2'],
    ['account', () => '/account', 'main h2'],
    ['nothing', () => '/nowhere', '[role=alert]'],
  ];
  describe.each(['light', 'dark'] as const)('%s', (scheme) => {
    it.each(screens)('%s', async (_name, where, ready) => {
      await theme(scheme);
      await page.goto(`${api.url}${where()}`);
      await page.waitForSelector(ready);
      expect(await violations(page)).toEqual([]);
    });
  });

  it('names every field of the abstract form and goes through them in the order on the screen', async () => {
    await page.goto(`${api.url}/abstracts/${abstractId}`);
    await page.waitForSelector('mark');
    await page.focus('#item-nameLast');
    const walked: string[] = [];
    for (let step = 0; step < 12; step += 1) {
      walked.push(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.field ?? ''));
      await page.keyboard.press('Tab');
    }
    const onScreen = await page
      .locator('[data-form] [data-field]')
      .evaluateAll((fields) => fields.slice(0, 12).map((field) => (field as HTMLElement).dataset.field));
    expect(walked).toEqual(onScreen);
    const unnamed = await page
      .locator('[data-form] [data-field]')
      .evaluateAll(
        (fields) => fields.filter((field) => ((field as HTMLInputElement).labels?.length ?? 0) === 0).length,
      );
    expect(unnamed).toBe(0);
  });

  it('opens the map of keys and the jump field by keyboard, without a violation', async () => {
    await page.goto(`${api.url}/`);
    await page.waitForSelector('main h1');
    await page.keyboard.press('?');
    await page.waitForSelector('[role=dialog]');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('breast');
    await page.waitForSelector('[role=option]');
    expect(await violations(page)).toEqual([]);
  });
});
