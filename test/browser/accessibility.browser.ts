/// <reference lib="dom" />
import { type Browser, type Page } from 'playwright-core';
import { violations } from '../support/axe.js';
import { launchBrowser } from '../support/browser.js';
import { queueBackends } from '../support/database.js';
import { hl7 } from '../support/hl7.js';
import { shiftMonths } from '@perennial/follow-up';
import { dailyPass } from '@perennial/records';
import { type MadePatient, makePatient } from '../support/follow-up.js';
import {
  addUser,
  type App,
  as,
  eventually,
  PASSWORD,
  startRegistry,
  SYSTEM,
  type TestRegistry,
} from '../support/registry.js';
import { completeWith, reportAgain } from '../support/shared-tumor.js';

const REPORT = 'Left breast, upper outer quadrant, core biopsy: Invasive ductal carcinoma, Nottingham grade 2.';

describe('accessibility of every screen', () => {
  let registry: TestRegistry;
  let api: App;
  let browser: Browser;
  let page: Page;
  let abstractId: string;
  let patientId: string;
  let tumorId: string;
  let batchId: string;
  let letter: string;

  beforeAll(async () => {
    registry = await startRegistry(queueBackends()[0]!);
    [api, browser] = await Promise.all([registry.startApi(), launchBrowser(), registry.startWorker()]);
    await addUser(registry, 'central', 'central_registrar', null);
    const laboratory = as(api.url, await registry.token('facility_reporter', null));
    const central = as(api.url, await registry.token('central_registrar', null));
    const send = async (filler: string, text: string, mrn = filler): Promise<{ abstractIds: string[] }> => {
      const answer = await laboratory
        .post('intake/hl7')
        .set('Content-Type', 'application/hl7-v2')
        .send(hl7({ filler, mrn, text }));
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
    await send('X4', REPORT.replace('Left', 'Right'), 'X1');
    await addUser(registry, 'admin', 'administrator', null);
    const shared = (await send('X5', REPORT)).abstractIds[0]!;
    await completeWith(central, shared);
    ({ tumorId } = await reportAgain(central, shared, registry.facilities[1], { gradePathological: '3' }));
    abstractId = abstractIds[0]!;
    patientId = (await central.get(`abstracts/${abstractId}`)).body.patientId;
    await writeLetters();
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

  /** People who are due, and letters about two of them: one is printed, one was withdrawn since. */
  async function writeLetters(): Promise<void> {
    const [facilityId] = registry.facilities;
    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '');
    const people: MadePatient[] = [];
    for (let at = 0; at < 4; at += 1)
      people.push(
        await makePatient(
          registry,
          {
            dateOfBirth: '19500101',
            dateOfLastContact: shiftMonths(today, -16 - at),
            addrCurrentNoStreet: '12 Elm Street',
            addrCurrentCity: 'Springvale',
            addrCurrentState: 'IL',
            addrCurrentPostalCode: '60999',
            telephone: '5551230000',
          },
          [{ facilityId }],
        ),
      );
    await registry.scoped(SYSTEM, (tx) => dailyPass(tx, today, 'system:test'));
    const alpha = as(api.url, await registry.token('registrar', facilityId));
    const tasks = (await alpha.get('follow-up/tasks')).body.items as { id: string; patientId: string }[];
    const due = tasks.filter((task) => people.slice(0, 2).some(({ id }) => id === task.patientId));
    const made = await alpha
      .post('follow-up/letters/batches')
      .send({ facilityId, recipient: 'patient', taskIds: due.map(({ id }) => id) });
    batchId = made.body.id;
    await eventually(
      'printing',
      () => alpha.get(`follow-up/letters/batches/${batchId}`),
      ({ body }) => body.state === 'ready',
    );
    const letters = (await alpha.get(`follow-up/letters/batches/${batchId}/letters`)).body.items;
    letter = letters[0].code;
    await alpha.post('follow-up/do-not-contact').send({
      patientId: letters[1].patientId,
      facilityId,
      recipients: ['patient'],
      askedBy: 'patient',
      reason: 'by telephone',
    });
  }

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
    ['a tumor', () => `/tumors/${tumorId}`, 'tr[data-differs=true]'],
    ['a tumor before it was there', () => `/tumors/${tumorId}?at=2020-01-01`, 'main h2'],
    ['history of a patient', () => `/patients/${patientId}/history?at=2020-01-01`, 'main section h2'],
    ['history now', () => `/patients/${patientId}/history`, 'main section h2'],
    ['a pair of primaries', () => '/primaries', 'form[aria-label=Decision]'],
    ['a new report', () => '/reports/new', 'form'],
    ['a new abstract', () => '/abstracts/new', 'form'],
    ['local terms', () => '/words', 'form'],
    ['follow-up', () => '/follow-up', '[data-contact-form]'],
    ['new letters', () => '/follow-up/letters?recipient=patient&number=1', 'article'],
    ['a batch of letters', () => `/follow-up/letters?batch=${batchId}`, '[role=grid]'],
    ['replies', () => '/follow-up/replies', '#letter-code'],
    ['physicians', () => '/follow-up/physicians', 'main h1'],
    ['settings', () => '/settings', 'main table'],
    ['rates and forecast', () => '/follow-up/rates', 'svg[class*=rates-plot]'],
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

  it.each(['light', 'dark'] as const)(
    'has no violation while an answer, a contact or an owner is chosen, %s',
    async (scheme) => {
      await theme(scheme);
      await page.goto(`${api.url}/follow-up/replies`);
      await page.waitForSelector('#letter-code');
      await page.keyboard.type(letter);
      await page.waitForSelector('form[aria-label="What the answer says"]');
      await page.keyboard.press('d');
      await page.waitForSelector('input[name=cause]');
      expect(await violations(page)).toEqual([]);
      await page.goto(`${api.url}/follow-up/letters?recipient=patient&number=1`);
      for (const what of ['Its words', 'Who writes']) {
        await page.click(`button:has-text("${what}")`);
        await page.waitForSelector('aside form input');
        expect(await violations(page)).toEqual([]);
      }
      await page.goto(`${api.url}/follow-up`);
      await page.waitForSelector('[data-contact-form]');
      await page.keyboard.press('c');
      await page.keyboard.press('n');
      await page.waitForSelector('text=Next step');
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('x');
      await page.keyboard.press('a');
      await page.waitForSelector('[role=option]');
      expect(await violations(page)).toEqual([]);
    },
  );

  it.each(['light', 'dark'] as const)('has no violation where a value of a tumor comes from, %s', async (scheme) => {
    await theme(scheme);
    await page.goto(`${api.url}/tumors/${tumorId}`);
    await page.click('tr[data-differs=true] th button >> nth=0');
    await page.waitForSelector('tr[class*=lineage] li');
    expect(await violations(page)).toEqual([]);
  });

  /** Fields as a screen reader is told of them, in its order. */
  async function fieldsInTree(): Promise<{ name: string; description: string }[]> {
    const session = await page.context().newCDPSession(page);
    const form = await session.send('Runtime.evaluate', { expression: "document.querySelector('[data-form]')" });
    const { nodes } = await session.send('Accessibility.queryAXTree', {
      objectId: form.result.objectId!,
      role: 'textbox',
    });
    await session.detach();
    return nodes
      .filter(({ ignored }) => !ignored)
      .map(({ name, description }) => ({
        name: String(name?.value ?? ''),
        description: String(description?.value ?? ''),
      }));
  }

  it('tells a screen reader the name of every field of the abstract form, in the order of the Tab key', async () => {
    await page.goto(`${api.url}/abstracts/${abstractId}`);
    await page.waitForSelector('mark');
    await page.waitForLoadState('networkidle');
    const labels = await page
      .locator('[data-form] [data-field]')
      .evaluateAll((fields) =>
        fields.map((field) => (field as HTMLInputElement).labels?.[0]?.querySelector('span')?.textContent ?? ''),
      );
    const told = await fieldsInTree();
    expect(labels.length).toBeGreaterThan(50);
    expect(labels.filter((label) => label === '')).toEqual([]);
    expect(told.length).toBe(labels.length);
    told.forEach(({ name }, index) => expect(name).toContain(labels[index]));
    // And the Tab key goes through them in that order, without a stop in between that is not a control of the form.
    await page.focus('#item-nameLast');
    const walked: string[] = [];
    for (let guard = 0; walked.length < labels.length && guard < 200; guard += 1) {
      const label = await page.evaluate(() => {
        const active = document.activeElement as HTMLInputElement;
        return active.dataset.field === undefined
          ? null
          : (active.labels?.[0]?.querySelector('span')?.textContent ?? '');
      });
      if (label !== null) walked.push(label);
      await page.keyboard.press('Tab');
    }
    expect(walked).toEqual(labels);
  });

  it('tells a screen reader what is wrong at a field, and which value it shows', async () => {
    await page.goto(`${api.url}/abstracts/${abstractId}`);
    await page.waitForSelector('mark');
    await page.focus('#item-dateOf1stContact');
    await page.keyboard.type('2/30/2024');
    await page.keyboard.press('Enter');
    const told = await fieldsInTree();
    expect(told.find(({ name }) => name.includes('Date of 1st Contact'))?.description).toContain('has no day 30');
    expect(await page.getAttribute('#item-dateOf1stContact', 'aria-invalid')).toBe('true');
    await page.focus('#item-dateOf1stContact');
    await page.keyboard.press('Escape');
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

  describe.each(['light', 'dark'] as const)('of an administrator, %s', (scheme) => {
    it('senders, settings and people', async () => {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, bypassCSP: true });
      const own = await context.newPage();
      own.setDefaultTimeout(20_000);
      await own.goto(api.url);
      await own.evaluate((wanted) => localStorage.setItem('mantine-color-scheme-value', wanted), scheme);
      await own.reload();
      await own.fill('input[name=login]', 'admin');
      await own.fill('input[name=password]', PASSWORD);
      await own.keyboard.press('Enter');
      await own.waitForSelector('header nav');
      await own.goto(`${api.url}/senders`);
      await own.click('text=Add a sender');
      await own.click('text=Save');
      await own.waitForSelector('[role=alert]');
      expect(await violations(own)).toEqual([]);
      await own.goto(`${api.url}/settings`);
      await own.click('button[aria-label^="Change:"] >> nth=0');
      await own.waitForSelector('form[aria-label^="Change:"]');
      expect(await violations(own)).toEqual([]);
      await own.goto(`${api.url}/people`);
      await own.click('tr:has(code:text-is("central")) button');
      await own.click('text=Give a role');
      await own.waitForSelector('form[aria-label^=Give]');
      expect(await violations(own)).toEqual([]);
      await own.goto(`${api.url}/facilities`);
      await own.click('tr button:has-text("Beta")');
      await own.click('text=Take out of use');
      await own.waitForSelector('section[aria-label^=Take]');
      expect(await violations(own)).toEqual([]);
      await own.goto(`${api.url}/tokens`);
      await own.click('button:has-text("Make a token")');
      await own.click('button[aria-label^=Revoke] >> nth=0');
      await own.waitForSelector('section[aria-label^=Revoke]');
      expect(await violations(own)).toEqual([]);
      await context.close();
    });
  });
});
