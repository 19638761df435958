/// <reference lib="dom" />
import { type Page } from 'playwright-core';
import { as, eventually } from '../support/registry.js';
import { saved, startWorkbench, type Workbench } from '../support/workbench.js';

/** What goes wrong: the screen says what happened and what to do, and keeps what was typed. */
describe('bad input and bad days in the browser', () => {
  let bench: Workbench;
  beforeAll(async () => {
    bench = await startWorkbench();
  });
  afterEach(async () => {
    await bench.closePages();
    expect(bench.complaints()).toEqual([]);
  });
  afterAll(() => bench?.stop());

  const problem = async (page: Page): Promise<string> => {
    await page.waitForSelector('main [role=alert] :is(h1, h2)');
    return (await page.textContent('main [role=alert]')) ?? '';
  };
  /** Answer some requests of a page with a problem, as the API would. */
  async function answerWith(page: Page, where: RegExp, status: number, method?: string): Promise<void> {
    await page.route(where, (route) =>
      method !== undefined && route.request().method() !== method
        ? route.fallback()
        : route.fulfill({
            status,
            contentType: 'application/problem+json',
            body: JSON.stringify({
              type: `urn:perennial:problem:http.${status}`,
              title: 'A test',
              status,
              instance: 'request-4711',
            }),
          }),
    );
  }
  async function type(page: Page, item: string, text: string): Promise<void> {
    await page.focus(`#item-${item}`);
    await page.keyboard.press('Control+A');
    await page.keyboard.type(text);
    await page.keyboard.press('Tab');
  }

  it('shows a report of 300 kB with control characters, finds in it and keeps its sections', async () => {
    const filler = Array.from(
      { length: 3_400 },
      (_, n) =>
        `${n} Sections show fibrous tissue\u0001 with\u0007 scattered \u202elymphocytes\u202c, no atypia at all.`,
    );
    const id = await bench.draft({
      filler: 'L1',
      text: [
        'FINAL DIAGNOSIS: Left breast, upper outer quadrant, core biopsy: Invasive ductal carcinoma, grade 2.',
        'MICROSCOPIC DESCRIPTION:',
        ...filler,
        'COMMENT: needle in the haystack',
      ].join('\n'),
    });
    const page = await bench.signedIn('quill');
    await bench.open(page, id);
    const text = page.locator('[role=document]');
    expect((await text.textContent())!.length).toBeGreaterThan(280_000);
    await page.fill('input[aria-label="Find in text"]', 'needle in the haystack');
    await page.press('input[aria-label="Find in text"]', 'Enter');
    await page.waitForSelector('mark[data-current=true]');
    expect(await page.locator('mark[data-current=true]').isVisible()).toBe(true);
    // The page is still quick: a key in a field shows at once.
    await type(page, 'classOfCase', '14');
    await saved(page);
    expect((await bench.items(id)).classOfCase).toBe('14');
  });

  it('shows very long and right-to-left names without breaking the screen', async () => {
    const long = 'Wolfeschlegelsteinhausenbergerdorff-Maria'.slice(0, 40);
    const [one, two] = await Promise.all([
      bench.draft({ filler: 'N1', last: long, first: 'Theodora Maximiliana Charlotte Philippa' }),
      bench.draft({ filler: 'N2', last: 'النجار', first: 'ليلى' }),
    ]);
    const page = await bench.signedIn('quill');
    for (const [id, name] of [
      [one, long],
      [two, 'النجار, ليلى'],
    ] as const) {
      await bench.open(page, id);
      expect(await page.textContent('h1')).toContain(name);
      for (const width of [1440, 960, 480]) {
        await page.setViewportSize({ width, height: 900 });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect([id, width, overflow <= 0]).toEqual([id, width, true]);
      }
      await page.setViewportSize({ width: 1440, height: 900 });
      const { patientId } = (await bench.alpha.get(`abstracts/${id}`)).body;
      await page.goto(`${bench.api.url}/patients/${patientId}`);
      await page.waitForSelector('h1');
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    }
  });

  it('takes pasted junk in every field: it stays there, the field says why, nothing else is lost', async () => {
    const id = await bench.draft({ filler: 'J1' });
    const page = await bench.signedIn('quill');
    await bench.open(page, id);
    const before = await bench.items(id);
    const junk = 'C50.4\u0000 <script>alert(1)</script> \u202e; DROP TABLE abstract -- 💥'.padEnd(1_200, 'x');
    const fields = await page
      .locator('[data-form] [data-field]')
      .evaluateAll((all) =>
        all.map((field) => ({ id: (field as HTMLElement).dataset.field!, long: field.tagName === 'TEXTAREA' })),
      );
    expect(fields.length).toBeGreaterThan(50);
    for (const { id: item } of fields) {
      await page.focus(`#item-${item}`);
      await page.evaluate((text) => {
        const field = document.activeElement as HTMLInputElement | HTMLTextAreaElement;
        field.select();
        // As a paste does it.
        document.execCommand('insertText', false, text);
      }, junk);
    }
    await page.focus('#item-nameFirst');
    await page.keyboard.press('Escape');
    await page.focus('input[aria-label="Find in text"]');
    const said = await page
      .locator('[data-form] [data-field]')
      .evaluateAll((all) =>
        all.map((field) => [
          (field as HTMLElement).dataset.field,
          (field as HTMLInputElement).value !== '',
          field.getAttribute('aria-invalid'),
          document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent !== '',
        ]),
      );
    const silent = said.filter(
      ([item, kept, invalid, why]) => item !== 'nameFirst' && !(kept === true && (invalid === 'false' || why === true)),
    );
    expect(silent).toEqual([]);
    expect(await page.inputValue('#item-primarySite')).toContain('DROP TABLE');
    // Taken back with Escape, it is what it was; what could be stored (texts) was, without the control characters.
    expect(await page.inputValue('#item-nameFirst')).toBe(before.nameFirst);
    await page.keyboard.press('Control+s');
    const after = await bench.items(id);
    expect(after).toMatchObject({ primarySite: before.primarySite, histologicTypeIcdO3: before.histologicTypeIcdO3 });
    expect(JSON.stringify(after)).not.toMatch(/\\u0000/);
    // A complete case is not to be had this way, and the screen leads to the first such field.
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('[role=status]:has-text("cannot be stored as it is")');
    expect((await bench.alpha.get(`abstracts/${id}`)).body.state).toBe('draft');
  });

  it('says what a 500, a 403 and an unknown case are, with what to do and the number of the request', async () => {
    const id = await bench.draft({ filler: 'E1' });
    const page = await bench.signedIn('quill');
    await page.goto(`${bench.api.url}/abstracts/00000000-0000-4000-8000-000000000000`);
    expect(await problem(page)).toContain('does not exist, or it belongs to a facility that you do not work for');
    await page.goto(`${bench.api.url}/abstracts/not-a-number`);
    expect(await problem(page)).toContain('There is no such page');
    await answerWith(page, /\/api\/v1\/abstracts\/[^/]+$/, 500, 'GET');
    await page.goto(`${bench.api.url}/abstracts/${id}`);
    const failed = await problem(page);
    expect(failed).toContain('The registry failed');
    expect(failed).toContain('request-4711');
    // Once it works again, one key leads on.
    await page.unrouteAll();
    await page.click('button:has-text("Try again")');
    await page.waitForSelector('#item-primarySite');
    await answerWith(page, /\/api\/v1\/patients\/[^/]+$/, 403);
    await page.goto(`${bench.api.url}/patients/00000000-0000-4000-8000-000000000000`);
    expect(await problem(page)).toContain('An administrator of the registry can give it to you');
  });

  it('keeps what was typed while saving fails with 500, is forbidden, or the case is gone', async () => {
    const id = await bench.draft({ filler: 'E2' });
    const page = await bench.signedIn('quill');
    await bench.open(page, id);
    await answerWith(page, /\/api\/v1\/abstracts\/[^/]+$/, 500, 'PATCH');
    await type(page, 'classOfCase', '14');
    await page.waitForSelector('[data-status="offline"]:has-text("1 change kept here")');
    await page.unrouteAll();
    await saved(page);
    expect((await bench.items(id)).classOfCase).toBe('14');
    await answerWith(page, /\/api\/v1\/abstracts\/[^/]+$/, 403, 'PATCH');
    await type(page, 'textRemarks', 'kept all the same');
    await page.waitForSelector('[data-status="gone"]');
    expect(await page.inputValue('#item-textRemarks')).toBe('kept all the same');
    await page.unrouteAll();
    await page.keyboard.press('Control+s');
    await saved(page);
    expect((await bench.items(id)).textRemarks).toBe('kept all the same');
  });

  it('waits for a slow registry without freezing, and stores every key', async () => {
    const id = await bench.draft({ filler: 'S1' });
    const page = await bench.signedIn('quill');
    await bench.open(page, id);
    let answerNow = (): void => undefined;
    const held = new Promise<void>((resolve) => (answerNow = resolve));
    await page.route(/\/api\/v1\/abstracts\/[^/]+$/, async (route) => {
      if (route.request().method() === 'PATCH') await held;
      await route.continue();
    });
    await type(page, 'classOfCase', '14');
    await page.waitForSelector('[data-status="saving"]');
    await type(page, 'tumorSizeSummary', '021');
    await type(page, 'textRemarks', 'typed while it saved');
    expect(await page.getAttribute('[data-status]', 'data-status')).toBe('saving');
    answerNow();
    await saved(page);
    await page.waitForFunction(() => document.querySelector('[data-unsaved=true]') === null);
    expect(await bench.items(id)).toMatchObject({
      classOfCase: '14',
      tumorSizeSummary: '021',
      textRemarks: 'typed while it saved',
    });
  });

  it('says that the registry is gone, keeps what is typed, and goes on when it is started again', async () => {
    const other = await startWorkbench();
    try {
      const id = await other.draft({ filler: 'G1' });
      const page = await other.signedIn('quill');
      await other.open(page, id);
      const port = new URL(other.api.url).port;
      await other.api.kill();
      await type(page, 'classOfCase', '14');
      await page.waitForSelector('[data-status="offline"]');
      await other.registry.startApi({ API_PORT: port });
      await saved(page);
      expect((await other.items(id)).classOfCase).toBe('14');
    } finally {
      await other.closePages();
      await other.stop();
    }
  });

  it('sends its files compressed, and says so', async () => {
    const page = await (await bench.browser.newContext()).newPage();
    const encodings = new Map<string, string | undefined>();
    page.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (/^\/assets\/index-.*\.(js|css)$/.test(pathname))
        encodings.set(pathname, response.headers()['content-encoding']);
    });
    await page.goto(bench.api.url);
    await page.waitForSelector('input[name=login]');
    expect([...new Set(encodings.values())]).toEqual(['br']);
    await page.context().close();
  });

  it('offers the registry’s own items in a section of their own, within what their dictionary allows', async () => {
    const administrator = as(bench.api.url, await bench.registry.token('administrator', null));
    const definition = (id: string, number: number, more: string): string =>
      `<ItemDef naaccrId="${id}" naaccrNum="${number}" naaccrName="Orchard ${id}" ${more}/>`;
    const items = [
      definition('orchardTree', 12_001, 'length="4" dataType="digits" parentXmlElement="Tumor" padding="leftZero"'),
      definition('orchardSort', 12_003, 'length="3" parentXmlElement="Tumor" regexValidation="[A-C]\\d\\d"'),
    ];
    await administrator
      .post('dictionaries')
      .set('Content-Type', 'application/xml')
      .send(
        `<NaaccrDictionary dictionaryUri="http://example.org/orchard.xml" xmlns="http://naaccr.org/naaccrxml"><ItemDefs>${items.join('')}</ItemDefs></NaaccrDictionary>`,
      )
      .expect(201);
    const id = await bench.draft({ filler: 'O1' });
    const page = await bench.signedIn('quill');
    await bench.open(page, id);
    await page.keyboard.press('Alt+7');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('item-orchardTree');
    await page.keyboard.type('12');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Z1');
    await page.keyboard.press('Enter');
    expect(await page.textContent('#section-own')).toContain('not of the form');
    expect(await page.inputValue('#item-orchardSort')).toBe('Z1');
    await type(page, 'orchardSort', 'B07');
    await saved(page);
    await eventually(
      'both items',
      () => bench.items(id),
      (stored) => stored.orchardTree === '0012' && stored.orchardSort === 'B07',
    );
  });
});
