/// <reference lib="dom" />
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { clinicalAnswers } from './answers.js';
import { launchBrowser } from './browser.js';
import { queueBackends } from './database.js';
import { hl7, type TestMessage } from './hl7.js';
import { addUser, type App, as, eventually, PASSWORD, startRegistry, type TestRegistry } from './registry.js';

export const BREAST = [
  'SPECIMEN: Breast, left, upper outer quadrant, core biopsy',
  'FINAL DIAGNOSIS: Left breast, upper outer quadrant, core biopsy: Invasive ductal carcinoma, Nottingham grade 2.',
  'COMMENT: The patient reports a lump for three months.',
].join('\n');

export type Client = ReturnType<typeof as>;

/** A registry with API, worker and a browser, as the tests of the web app use them. */
export interface Workbench {
  readonly registry: TestRegistry;
  readonly api: App;
  readonly browser: Browser;
  /** A registrar of the first facility, over HTTP. */
  readonly alpha: Client;
  readonly central: Client;
  /** What browsers complained of since the last look: refused styles and scripts, failed chunks, uncaught errors. */
  complaints(): string[];
  /** A page in a context of its own, signed in. */
  signedIn(login: string): Promise<Page>;
  /** Another page of the same person: another tab. */
  tab(of: Page): Promise<Page>;
  /** Abstracts that came of a message. */
  send(message: TestMessage): Promise<string[]>;
  /** A draft from a report. */
  draft(message: Partial<TestMessage> & { filler: string }): Promise<string>;
  open(page: Page, id: string): Promise<void>;
  items(id: string): Promise<Record<string, string>>;
  complete(id: string): Promise<void>;
  closePages(): Promise<void>;
  stop(): Promise<void>;
}

/** How the draft stands; the screen as it is when it does not come to that. */
export async function standing(page: Page, selector: string): Promise<void> {
  try {
    await page.waitForSelector(selector);
  } catch (error) {
    const shown = await page.evaluate(() => document.querySelector('main')?.textContent?.slice(0, 300) ?? '');
    throw new Error(`waited for ${selector}, but the screen shows: ${shown}`, { cause: error });
  }
}
export const saved = (page: Page): Promise<void> => standing(page, '[data-status="saved"]:text-matches("saved \\\\d")');

/** Persons of the test: their login is the role or, for registrars of the first facility, a name of their own. */
const PEOPLE = [
  ['quill', 'registrar', 0],
  ['sorrel', 'registrar', 0],
  ['central', 'central_registrar', null],
  ['clerk', 'follow_up_clerk', 0],
  ['admin', 'administrator', null],
] as const;

export async function startWorkbench(): Promise<Workbench> {
  const registry = await startRegistry(queueBackends()[0] ?? 'postgres');
  const [api, browser] = await Promise.all([registry.startApi(), launchBrowser(), registry.startWorker()]);
  const alpha = as(api.url, await registry.token('registrar', registry.facilities[0]));
  const central = as(api.url, await registry.token('central_registrar', null));
  const laboratory = as(api.url, await registry.token('facility_reporter', null));
  for (const [login, role, facility] of PEOPLE)
    await addUser(registry, login, role, facility === null ? null : registry.facilities[facility]);
  const contexts: BrowserContext[] = [];
  let complaints: string[] = [];

  const listen = (page: Page): Page => {
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      const ofNetwork = /Failed to load resource/.test(message.text());
      if (message.type() === 'error' && !ofNetwork) complaints.push(message.text());
    });
    // A page that holds something unsent asks before it is left; these tests leave it.
    page.on('dialog', (dialog) => void dialog.accept());
    return page;
  };
  const items = async (id: string): Promise<Record<string, string>> => (await alpha.get(`abstracts/${id}`)).body.items;

  const bench: Workbench = {
    registry,
    api,
    browser,
    alpha,
    central,
    items,
    complaints() {
      const all = complaints;
      complaints = [];
      return all;
    },
    async signedIn(login) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
      contexts.push(context);
      const page = listen(await context.newPage());
      await page.goto(api.url);
      await signIn(page, login);
      return page;
    },
    async tab(of) {
      const page = listen(await of.context().newPage());
      await page.goto(api.url);
      await page.waitForSelector('header nav');
      return page;
    },
    async send(message) {
      const answer = await laboratory.post('intake/hl7').set('Content-Type', 'application/hl7-v2').send(hl7(message));
      const { body } = await eventually(
        'processing',
        () => central.get(answer.headers.location?.replace('/api/v1/', '') ?? ''),
        (one) => one.body.state === 'parsed',
      );
      return body.result[0].abstractIds as string[];
    },
    async draft(message) {
      const [id] = await bench.send({
        mrn: message.filler,
        last: `Person${message.filler.replace(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit)))}`,
        text: BREAST,
        ...message,
      });
      if (id === undefined) throw new Error('the report made no draft');
      return id;
    },
    async open(page, id) {
      await page.goto(`${api.url}/abstracts/${id}`);
      await page.waitForSelector('#item-primarySite');
      await page.waitForSelector('mark');
    },
    async complete(id) {
      const { revision } = (await alpha.get(`abstracts/${id}`)).body;
      const answers = await alpha
        .patch(`abstracts/${id}`)
        .set('If-Match', `"${revision}"`)
        .send({ items: clinicalAnswers(await items(id)) });
      const done = await alpha.post(`abstracts/${id}/complete`).set('If-Match', `"${answers.body.revision}"`);
      if (done.status !== 200) throw new Error(`complete: ${done.status} ${JSON.stringify(done.body)}`);
    },
    async closePages() {
      await Promise.all(contexts.splice(0).map((context) => context.close()));
    },
    async stop() {
      await browser.close();
      await registry.stop();
    },
  };
  return bench;
}

export async function signIn(page: Page, login: string): Promise<void> {
  await page.fill('input[name=login]', login);
  await page.fill('input[name=password]', PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForSelector('header nav');
}
