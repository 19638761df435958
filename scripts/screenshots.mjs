/**
 * `npm run screenshots`: every screen of the web app, in light and dark, at 960 and 1440 px and the densest at 200 %, written to screenshots/. Starts its own platform
 * with the demo's invented people, and ends it. `npm run screenshots -- patient primaries` makes those alone.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureModules, findBrowser } from './services/install.mjs';

const tell = (line) => process.stderr.write(`${line}\n`);
await ensureModules(tell);
const executablePath = findBrowser();
if (executablePath === null) {
  tell('screenshots: there is no Chromium here (Debian package chromium)');
  process.exit(2);
}
const { root } = await import('./build.mjs');
const { startPlatform } = await import('./platform.mjs');
const { buildWeb } = await import('./web/build.mjs');
const { chromium } = await import('playwright-core');
const { seed } = await import('../demo/seed.mjs');
const { runDemo } = await import('../demo/run.mjs');
const { sendOpenCases } = await import('../demo/open-cases.mjs');
const { startFollowUpWork } = await import('../demo/follow-up-work.mjs');
const { reportAgain } = await import('../demo/shared-tumor.mjs');

const wanted = process.argv.slice(2);
const isWanted = ([name]) => wanted.length === 0 || wanted.some((one) => name.startsWith(one));
const out = path.join(root, 'screenshots');
/** A wide screen, half of one, and half of one at 200 % (the same room in larger letters). */
const FORMATS = [
  ...[1440, 960].flatMap((width) =>
    ['light', 'dark'].map((scheme) => ({ name: `${scheme}-${width}`, scheme, viewport: { width, height: 900 } })),
  ),
  {
    name: 'zoom-200',
    scheme: 'light',
    viewport: { width: 720, height: 450 },
    deviceScaleFactor: 2,
    only: (name) => ['abstract', 'abstract-lookup', 'tumor', 'follow-up', 'drafts'].includes(name),
  },
];
const outbound = mkdtempSync(path.join(os.tmpdir(), 'perennial-screenshots-'));
await buildWeb();
const platform = await startPlatform({ say: tell, env: { OUTBOUND_DIR: outbound, REGISTRY_KIND: 'central' } });
const browser = await chromium.launch({
  executablePath,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});

/** Screens by the person who sees them: name, address, what to wait for, what to do before the picture. */
async function screensOf(page, url, { letterCode, sharedTumor }) {
  const read = (where) => page.evaluate((one) => fetch(one).then((answer) => answer.json()), `${url}/api/v1/${where}`);
  const draft = (await read('abstracts?state=draft&limit=1')).items[0];
  const batch = (await read('follow-up/letters/batches')).find(({ recipient }) => recipient === 'patient');
  // The patient with most to see.
  const done = (await read('abstracts?state=complete&limit=100')).items;
  const count = (patientId) => done.filter((one) => one.patientId === patientId).length;
  const several = [...done, draft].map((one) => one.patientId).sort((a, b) => count(b) - count(a))[0];
  return [
    ['home', '/', 'main section'],
    ['drafts', '/worklists/drafts', '[role=grid]'],
    ['screening', '/worklists/screening', '[role=grid]'],
    ['not-reportable', '/worklists/not-reportable?sample=all', '[role=grid]'],
    ['failed', '/worklists/failed', 'main h2'],
    ['abstract', `/abstracts/${draft.id}`, 'mark', (on) => on.focus('#item-primarySite')],
    [
      'abstract-lookup',
      `/abstracts/${draft.id}`,
      'mark',
      async (on) => {
        await on.focus('#item-histologicTypeIcdO3');
        await on.keyboard.press('F2');
        await on.keyboard.type('lobular');
        await on.waitForSelector('[role=listbox] [role=option]');
      },
    ],
    [
      'abstract-stage',
      `/abstracts/${draft.id}`,
      'mark',
      async (on) => {
        await on.waitForSelector('#section-site-specific [data-field]');
        await on.locator('#section-site-specific').evaluate((section) => section.scrollIntoView({ block: 'start' }));
      },
    ],
    [
      'abstract-lineage',
      `/abstracts/${draft.id}`,
      'mark',
      async (on) => {
        await on.focus('#item-primarySite');
        await on.keyboard.press('F9');
        await on.waitForSelector('aside[aria-label="Why this value"] li');
      },
    ],
    [
      'patients',
      '/patients',
      'input[name=name]',
      async (on) => {
        await on.fill('input[name=name]', 'a');
        await on.fill('input[name=name]', 'al');
        await on.keyboard.press('Enter');
        await on.waitForSelector('ul[aria-label=Found] li, h2');
      },
    ],
    ['patient', `/patients/${several}`, 'main h2'],
    ['tumor-own', `/tumors/${sharedTumor}`, 'main h2'],
    [
      'history',
      `/patients/${several}/history`,
      'main table, main section h2',
      async (on) => {
        await on.keyboard.press('[');
        await on.waitForSelector('tr[data-differs=true], main section');
      },
    ],
    ['primaries', '/primaries', 'article h2, main h2'],
    [
      'report-new',
      '/reports/new',
      'form',
      async (on) => {
        await on.fill('[name=text]', 'Skin, left forearm, excision: Malignant melanoma, Breslow thickness 0.6 mm.');
        await on.fill('[name=dateOfBirth]', '2/30/1960');
        await on.click('button[type=submit]');
        await on.waitForSelector('[role=alert]:has-text("has no day")');
      },
    ],
    ['abstract-new', '/abstracts/new', 'form'],
    [
      'words',
      '/words',
      'form',
      async (on) => {
        if ((await on.locator('table td').count()) > 0) return;
        await on.fill('[name=term]', 'infiltrating mammary carcinoma');
        await on.fill('[name=code]', '8500/3');
        await on.keyboard.press('Enter');
        await on.waitForSelector('table td');
      },
    ],
    ['follow-up', '/follow-up', '[data-contact-form]'],
    [
      'follow-up-contact',
      '/follow-up?stage=delinquent',
      '[data-contact-form]',
      async (on) => {
        await on.keyboard.press('c');
        await on.keyboard.press('n');
        await on.waitForSelector('text=Next step');
      },
    ],
    [
      'follow-up-assign',
      '/follow-up',
      '[role=grid]',
      async (on) => {
        await on.keyboard.press('x');
        await on.keyboard.press('x');
        await on.keyboard.press('a');
        await on.waitForSelector('[role=option]');
      },
    ],
    ['letters', '/follow-up/letters', 'article'],
    ['letters-batch', `/follow-up/letters?batch=${batch.id}`, '[role=grid]'],
    ['replies', '/follow-up/replies', '#letter-code'],
    [
      'replies-answer',
      '/follow-up/replies',
      '#letter-code',
      async (on) => {
        await on.keyboard.type(letterCode);
        await on.waitForSelector('form[aria-label="What the answer says"]');
        await on.keyboard.press('m');
      },
    ],
    [
      'physicians',
      '/follow-up/physicians',
      'main table',
      async (on) => {
        await on.click('main table button >> nth=0');
        await on.waitForSelector('form[aria-label^=Correct]');
      },
    ],
    ['settings', '/settings', 'main table'],
    ['rates', '/follow-up/rates', 'svg[class*=rates-plot]'],
    [
      'keys',
      '/',
      'main section',
      async (on) => {
        await on.keyboard.press('?');
        await on.waitForSelector('[role=dialog]');
      },
    ],
    [
      'jump',
      '/',
      'main section',
      async (on) => {
        await on.keyboard.press('Control+k');
        await on.keyboard.type('breast');
        await on.waitForSelector('[role=option]');
      },
    ],
    ['code', '/codes/C504', 'main h2'],
    ['account', '/account', 'main h2'],
    ['nothing', '/nowhere', '[role=alert]'],
  ];
}

/** What a central registrar sees that others do not. */
const screensOfCentral = (_page, _url, { sharedTumor }) => [
  [
    'tumor',
    `/tumors/${sharedTumor}`,
    'tr[data-differs=true]',
    async (on) => {
      await on.click('tr[data-differs=true] th button');
      await on.waitForSelector('tr[class*=lineage] li');
    },
  ],
  ['tumor-earlier', `/tumors/${sharedTumor}`, 'tr[data-differs=true]', (on) => on.keyboard.press('[')],
  ['home-central', '/', 'main section'],
];

/** What an administrator sees. */
const screensOfAdmin = () => [
  [
    'senders',
    '/senders',
    'main h1',
    async (on) => {
      await on.click('text=Add a sender');
      await on.keyboard.type('10.1.2.3');
      await on.click('text=Save');
      await on.waitForSelector('[role=alert]:has-text("Choose")');
    },
  ],
  [
    'settings-change',
    '/settings',
    'main table',
    async (on) => {
      await on.click('button[aria-label^="Change:"] >> nth=0');
      await on.waitForSelector('form[aria-label^="Change:"]');
    },
  ],
  [
    'people',
    '/people',
    'main table',
    async (on) => {
      await on.click('main table button >> nth=3');
      await on.click('text=Give a role');
      await on.waitForSelector('form[aria-label^=Give]');
    },
  ],
  [
    'facilities',
    '/facilities',
    'main table',
    async (on) => {
      await on.click('main tbody th button >> nth=0');
      await on.click('text=Add a sender’s name');
      await on.waitForSelector('form[aria-label^="Add a name"]');
    },
  ],
  [
    'facilities-retire',
    '/facilities',
    'main table',
    async (on) => {
      await on.click('main tbody th button >> nth=1');
      await on.click('text=Take out of use');
      await on.waitForSelector('section[aria-label^=Take]');
    },
  ],
  [
    'tokens',
    '/tokens',
    'main h1',
    async (on) => {
      await on.click('button:has-text("Make a token")');
      await on.keyboard.type('Laboratory interface');
      await on.keyboard.press('Enter');
      await on.waitForSelector('section[aria-label^=Token]');
      await on.click('button[aria-label^=Revoke] >> nth=0');
    },
  ],
  ['home-admin', '/', 'main section'],
  ['staging', '/staging', 'main table', (on) => on.click('main tbody th button >> nth=0')],
  ['dictionaries', '/dictionaries', 'main h1'],
];

try {
  const seeded = await seed(platform.services.databaseUrl);
  await runDemo(platform.api.url, seeded, { say: () => {}, tell });
  await sendOpenCases(platform.api.url, seeded);
  const letterCode = await startFollowUpWork(platform.api.url, seeded);
  const sharedTumor = await reportAgain(platform.api.url, seeded);
  const { url } = platform.api;
  let made = 0;
  for (const { name: format, viewport, deviceScaleFactor = 1, scheme, only = () => true } of FORMATS) {
    const folder = path.join(out, format);
    mkdirSync(folder, { recursive: true });
    for (const [who, screens] of [
      ['registrar.harbor', screensOf],
      ['central', screensOfCentral],
      ['admin', screensOfAdmin],
    ]) {
      const { login, password } = seeded.users[who];
      const context = await browser.newContext({ viewport, deviceScaleFactor, reducedMotion: 'reduce' });
      const page = await context.newPage();
      page.setDefaultTimeout(30_000);
      await page.goto(url);
      await page.evaluate((wanted) => localStorage.setItem('mantine-color-scheme-value', wanted), scheme);
      await page.reload();
      await page.waitForSelector('input[name=login]');
      await page.screenshot({ path: path.join(folder, 'sign-in.png') });
      await page.fill('input[name=login]', login);
      await page.fill('input[name=password]', password);
      await page.keyboard.press('Enter');
      await page.waitForSelector('header nav');
      const all = await screens(page, url, { letterCode, sharedTumor });
      for (const [name, where, ready, before] of all.filter((one) => isWanted(one) && only(one[0]))) {
        await page.goto(`${url}${where}`);
        await page.waitForSelector(ready);
        await before?.(page);
        await page.waitForLoadState('networkidle');
        await page.screenshot({ path: path.join(folder, `${name}.png`) });
        made += 1;
      }
      await context.close();
    }
  }
  process.stdout.write(`${made + FORMATS.length} pictures in ${out}\n`);
} finally {
  await browser.close();
  await platform.stop();
  rmSync(outbound, { recursive: true, force: true });
}
