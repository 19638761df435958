/** Runs the browser bundle of the edits in the system's Chromium; where there is none, in a fresh context of Node's engine without any Node API. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { root } from '../../scripts/build.mjs';
import { lib } from '../../scripts/platform.mjs';

const data = (name, file) => JSON.parse(readFileSync(path.join(root, 'libs', name, 'data', file), 'utf8'));

const fetched = () => ({
  edits: lib('edits', 'node').loadEditBundles(),
  topography: data('icdo3', 'topography.json'),
  morphology: data('icdo3', 'morphology.json'),
  siteType: data('icdo3', 'site-type.json'),
  items: data('naaccr', '260/items.json'),
  staging: data('staging', 'facts.json'),
  primaryTables: data('primaries', 'tables.json'),
  hematopoietic: data('primaries', 'hematopoietic.json'),
});

const CHROMIUM = [
  process.env.PERENNIAL_TEST_BROWSER,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** @returns { name, run(patients, today), close() } */
export async function launch(code) {
  const executablePath = CHROMIUM.find((file) => file && existsSync(file));
  if (executablePath === undefined) {
    process.stderr.write('no Chromium here: the bundle runs in a bare context of V8\n');
    const context = vm.createContext({});
    vm.runInContext(code, context);
    const call = (name, args) =>
      vm.runInContext(
        `JSON.stringify(perennialEdits.${name}(...JSON.parse(input)) ?? null)`,
        Object.assign(context, { input: JSON.stringify(args) }),
      );
    call('start', [fetched()]);
    return {
      name: 'a bare context of V8',
      run: async (...args) => JSON.parse(call('run', args)),
      close: async () => {},
    };
  }
  const { chromium } = await import('playwright-core');
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
  const page = await browser.newPage();
  await page.addScriptTag({ content: code });
  await page.evaluate((tables) => globalThis.perennialEdits.start(tables), fetched());
  return {
    name: `Chromium ${browser.version()}`,
    run: (patients, today) =>
      page
        .evaluate(
          ([list, day]) => JSON.stringify(globalThis.perennialEdits.run(JSON.parse(list), day)),
          [JSON.stringify(patients), today],
        )
        .then(JSON.parse),
    close: () => browser.close(),
  };
}
