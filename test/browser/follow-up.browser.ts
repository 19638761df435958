/// <reference lib="dom" />
import { letterCode, shiftDays, shiftMonths } from '@perennial/follow-up';
import { dailyPass } from '@perennial/records';
import { type Page } from 'playwright-core';
import { type MadePatient, makePatient } from '../support/follow-up.js';
import { addUser, eventually, SYSTEM } from '../support/registry.js';
import { startWorkbench, type Workbench } from '../support/workbench.js';

const ADDRESS = {
  addrCurrentNoStreet: '12 Elm Street',
  addrCurrentCity: 'Springvale',
  addrCurrentState: 'IL',
  addrCurrentPostalCode: '60999',
  addrCurrentCountry: 'USA',
  telephone: '5551230000',
};
const dayOf = (date: Date): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' }).format(date).replaceAll('-', '');
const TODAY = dayOf(new Date());
const dashed = (day: string): string => day.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');

interface Letter {
  readonly code: string;
  readonly patientId: string;
  readonly state: string;
  readonly name: string;
}

describe('follow-up in a browser', () => {
  let bench: Workbench;
  let facility: string;
  let serial = 0;

  beforeAll(async () => {
    bench = await startWorkbench();
    [facility] = bench.registry.facilities;
  });
  afterEach(async () => {
    await bench.closePages();
    expect(bench.complaints()).toEqual([]);
  });
  afterAll(() => bench?.stop());

  /** People who are due, longest without contact first in the order they are made. */
  async function due(count: number, items: Record<string, string> = {}): Promise<(MadePatient & { task: string })[]> {
    const made: MadePatient[] = [];
    for (let at = 0; at < count; at += 1) {
      serial += 1;
      made.push(
        await makePatient(
          bench.registry,
          {
            ...ADDRESS,
            nameLast: `Due${'abcdefghij'.charAt(serial % 10)}${'abcdefghij'.charAt(Math.floor(serial / 10))}`,
            dateOfBirth: '19500101',
            dateOfLastContact: shiftDays(shiftMonths(TODAY, -20), serial),
            causeOfDeath: '0000',
            icdRevisionNumber: '0',
            autopsy: '0',
            ...items,
          },
          [{ facilityId: facility }],
        ),
      );
    }
    await bench.registry.scoped(SYSTEM, (tx) => dailyPass(tx, TODAY, 'system:test'));
    return Promise.all(
      made.map(async (one) => {
        const { body } = await bench.alpha.get(`follow-up/tasks?patientId=${one.id}`);
        return { ...one, task: body.items[0].id as string };
      }),
    );
  }
  /** Everybody was heard of today, so that a test sees its own people only. */
  const clear = (): Promise<unknown> =>
    bench.registry.scoped(SYSTEM, async (tx) => {
      await tx.query(
        `UPDATE consolidated_patient SET items = items || jsonb_build_object('dateOfLastContact', $1::text) WHERE items->>'vitalStatus' = '1'`,
        [TODAY],
      );
      await dailyPass(tx, TODAY, 'system:test');
    });
  beforeEach(clear);

  const lettersOf = async (batch: string): Promise<Letter[]> =>
    (await bench.alpha.get(`follow-up/letters/batches/${batch}/letters`)).body.items;
  /** A printed letter about each. */
  async function written(people: readonly { task: string }[]): Promise<{ batch: string; letters: Letter[] }> {
    const { body } = await bench.alpha
      .post('follow-up/letters/batches')
      .send({ facilityId: facility, recipient: 'patient', taskIds: people.map(({ task }) => task) });
    await eventually(
      'printing',
      () => bench.alpha.get(`follow-up/letters/batches/${body.id}`),
      (one) => one.body.state === 'ready',
    );
    return { batch: body.id, letters: await lettersOf(body.id) };
  }
  const go = async (page: Page, where: string, ready: string): Promise<void> => {
    await page.goto(`${bench.api.url}${where}`);
    await page.waitForSelector(ready);
  };
  /** Keys of a person, counted. */
  function hands(page: Page): {
    readonly press: (key: string) => Promise<void>;
    readonly type: (text: string) => Promise<void>;
    readonly count: () => number;
  } {
    let count = 0;
    return {
      press: (key) => {
        count += 1;
        return page.keyboard.press(key);
      },
      type: (text) => {
        count += text.length;
        return page.keyboard.type(text);
      },
      count: () => count,
    };
  }
  const patientOf = async (id: string): Promise<Record<string, string>> =>
    bench.registry.scoped(SYSTEM, async (tx) => {
      const [row] = await tx.query<{ items: Record<string, string> }[]>(
        `SELECT items FROM consolidated_patient WHERE id = $1`,
        [id],
      );
      return row!.items;
    });

  it('writes letters about people marked in the due list, shows what they read, prints them, and says what was withdrawn', async () => {
    const people = await due(3);
    const page = await bench.signedIn('quill');
    await page.clock.install();
    await go(page, '/follow-up', '[role=grid]');
    await page.keyboard.press('x');
    await page.keyboard.press('x');
    await page.keyboard.press('w');
    await page.waitForSelector('text=2 people marked in the due list');
    await page.click('button[aria-label^="First letters to patients"]');
    await page.waitForSelector('button:has-text("Make 2 letters")');
    await page.waitForSelector('article[aria-label="Sheet in the window of the envelope"] >> text=12 Elm Street');
    expect(await page.textContent('article[aria-label="Letter"]')).toMatch(/How are you\?.*Code: ____-____-_/s);
    const preview = await page.getAttribute('a:has-text("Open as PDF")', 'href');
    const one = await page.context().request.get(`${bench.api.url}${preview}`);
    expect([one.headers()['content-type'], (await one.body()).subarray(0, 5).toString()]).toEqual([
      'application/pdf',
      '%PDF-',
    ]);
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('a:has-text("Open to print")');
    const batch = new URL(page.url()).searchParams.get('batch')!;
    expect((await lettersOf(batch)).map(({ patientId }) => patientId).sort()).toEqual(
      people
        .slice(0, 2)
        .map(({ id }) => id)
        .sort(),
    );
    const href = await page.getAttribute('a:has-text("Open to print")', 'href');
    const file = await page.context().request.get(`${bench.api.url}${href}`);
    expect(file.headers()['content-disposition']).toMatch(/^inline/);
    expect((await file.body()).subarray(0, 5).toString()).toBe('%PDF-');
    const list = await page.getAttribute('a:has-text("Mailing list CSV")', 'href');
    const csv = await (await page.context().request.get(`${bench.api.url}${list}`)).text();
    expect(csv.trim().split('\n')).toHaveLength(3);
    // Somebody calls and asks not to be written to: the open page says so by itself.
    await bench.alpha.post('follow-up/do-not-contact').send({
      patientId: people[0]!.id,
      facilityId: facility,
      recipients: ['patient'],
      askedBy: 'patient',
      reason: 'by telephone',
    });
    await page.clock.fastForward(16_000);
    await page.waitForSelector('text=One letter was withdrawn since');
    await page.click('button:has-text("withdrawn 1")');
    await page.waitForSelector('[role=row] [data-state="withdrawn"]:has-text("asked not to be contacted")');
    // What waits for its answer is not offered again; whom nobody may write to is named.
    await go(page, '/follow-up/letters?recipient=patient&number=1', 'button:has-text("Make one letter")');
    await page.waitForSelector('summary:has-text("asked not to be contacted")');
  });

  it('lets a facility write in its own words, and refuses what a relative may not be told', async () => {
    await due(1, {
      followUpContactName: 'Kin Person',
      followUpContactNost: '5 Oak Lane',
      followUpContactCity: 'Springvale',
      followUpContactState: 'IL',
      followUpContactPostal: '60999',
    });
    const page = await bench.signedIn('quill');
    await go(page, '/follow-up/letters?recipient=contact&number=1', 'article');
    await page.click('button:has-text("Its words")');
    await page.fill(
      'textarea[name=paragraphs]',
      'Dear {{recipient.name}},\n\nWe ask about the cancer of {{diagnosis}}.',
    );
    await page.click('button:has-text("Keep")');
    await page.waitForSelector('[role=alert]:has-text("paragraph 2: a letter to a relative does not say")');
    await page.waitForSelector('[role=alert]:has-text("{{diagnosis}} is no field")');
    await page.fill(
      'textarea[name=paragraphs]',
      'Dear {{recipient.name}},\n\nWe would like to reach {{patient.name}}.',
    );
    await page.click('button:has-text("Keep")');
    await page.waitForSelector('article[aria-label="Letter"] >> text=We would like to reach Person');
    await page.waitForSelector('article[aria-label="Letter"] >> text=Dear Kin Person');
  });

  it('takes a pile of replies by code and keyboard alone, and is ready for the next at once', async () => {
    const people = await due(7);
    const { letters } = await written(people);
    const page = await bench.signedIn('clerk');
    await go(page, '/follow-up/replies', '#letter-code');
    const { press, type, count } = hands(page);
    const code = (at: number): string => letters[at]!.code.replaceAll('-', '').toLowerCase();
    const found = (at: number): Promise<unknown> => page.waitForSelector(`h2:has-text("${letters[at]!.name}")`);
    const stored = (at: number, words: string): Promise<unknown> =>
      page.waitForSelector(`li:has-text("${letters[at]!.code}"):has-text("${words}")`);

    // Alive today: the code, a, Enter.
    const began = Date.now();
    await type(code(0));
    await found(0);
    await press('a');
    await press('Enter');
    await stored(0, 'alive');
    expect(count()).toBe(11);
    process.stderr.write(`a reply: ${count()} keys, ${Date.now() - began} ms by machine\n`);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('letter-code');
    expect(await page.inputValue('#letter-code')).toBe('');

    // Dead on a day, with a cause.
    await type(code(1));
    await found(1);
    await press('d');
    await type(dashed(shiftDays(TODAY, -9)));
    await press('Tab');
    await type('c50.9');
    await press('Enter');
    await stored(1, 'dead');
    expect(await patientOf(letters[1]!.patientId)).toMatchObject({
      vitalStatus: '0',
      dateOfLastContact: shiftDays(TODAY, -9),
      causeOfDeath: 'C509',
    });
    // Moved, with the new address.
    await type(code(2));
    await found(2);
    await press('m');
    for (const text of ['', '7 New Road', 'Fairview', 'wi', '53000']) {
      if (text !== '') await type(text);
      await press('Tab');
    }
    await press('Enter');
    await stored(2, 'moved');
    expect(await patientOf(letters[2]!.patientId)).toMatchObject({
      addrCurrentNoStreet: '7 New Road',
      addrCurrentState: 'WI',
      dateOfLastContact: TODAY,
    });
    // Refused: nobody writes again.
    await type(code(3));
    await found(3);
    await press('r');
    await press('Enter');
    await stored(3, 'not written to again');
    const refused = (await bench.alpha.get(`follow-up/tasks?patientId=${letters[3]!.patientId}`)).body.items[0];
    expect((await bench.alpha.get(`follow-up/tasks/${refused.id}`)).body.blocked).toContain('patient');
    // Nothing known, and one that came back.
    for (const [at, key, words] of [
      [4, 'u', 'nothing known'],
      [5, 'b', 'came back'],
    ] as const) {
      await type(code(at));
      await found(at);
      await press(key);
      await press('Enter');
      await stored(at, words);
    }
    // Whoever types again is told, and nothing is stored twice.
    const problem = (text: string): Promise<unknown> => page.waitForSelector(`#code-state:has-text("${text}")`);
    await type(code(0));
    await problem(`This letter was answered on ${dashed(TODAY)}`);
    await type(code(5));
    await problem('came back on');
    const wrong = code(6);
    await type(`${wrong.slice(0, 8)}${wrong.endsWith('2') ? '3' : '2'}`);
    await problem('one character is wrong');
    await page.keyboard.press('Control+A');
    await type(letterCode(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8])));
    await problem('No letter of your facilities has the code');
    await page.keyboard.press('Control+A');
    await type(code(6).slice(0, 4));
    await press('Enter');
    await problem('9 characters');
    // Esc leaves a letter as it is.
    await page.keyboard.press('Control+A');
    await type(code(6));
    await found(6);
    await press('Escape');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('letter-code');
    const after = await lettersOf((await bench.alpha.get('follow-up/letters/batches')).body[0].id);
    expect(after.map(({ state }) => state)).toEqual([
      'answered',
      'answered',
      'answered',
      'answered',
      'answered',
      'returned',
      'printed',
    ]);
    // A death of the wrong person is taken back, exactly.
    await page.click('button:has-text("Take the death back")');
    await page.waitForSelector('text=(taken back)');
    expect((await patientOf(letters[1]!.patientId)).vitalStatus).toBe('1');
  });

  it('takes a late answer to a withdrawn letter, with a word about it, and a date that goes back only when somebody says why', async () => {
    const [person] = await due(1);
    const { letters } = await written([person!]);
    await bench.alpha.post('follow-up/do-not-contact').send({
      patientId: person!.id,
      facilityId: facility,
      recipients: ['patient'],
      askedBy: 'family',
      reason: 'in writing',
    });
    const page = await bench.signedIn('clerk');
    await go(page, '/follow-up/replies', '#letter-code');
    await page.keyboard.type(letters[0]!.code);
    await page.waitForSelector('text=A late answer counts all the same');
    await page.keyboard.press('a');
    await page.keyboard.type(dashed(shiftMonths(TODAY, -30)));
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=alert]');
    expect((await lettersOf((await bench.alpha.get('follow-up/letters/batches')).body[0].id))[0]?.state).toBe(
      'withdrawn',
    );
    await page.check('input[name=earlier]');
    await page.click('button:has-text("Store")');
    await page.waitForSelector('li:has-text("alive")');
    expect((await patientOf(person!.id)).dateOfLastContact).toBe(shiftMonths(TODAY, -30));
  });

  it('gives people of the due list to somebody who may have them, and takes it back', async () => {
    const people = await due(3);
    await addUser(bench.registry, 'elsewhere', 'follow_up_clerk', bench.registry.facilities[1]);
    const page = await bench.signedIn('quill');
    await go(page, '/follow-up', '[role=grid]');
    const owners = async (): Promise<string[]> =>
      page.locator('[role=grid] [role=row] > span:last-child').allTextContents();
    await page.keyboard.press('x');
    await page.keyboard.press('x');
    await page.keyboard.press('a');
    await page.waitForSelector('[role=option]');
    expect(await page.locator('[role=option]').allTextContents()).not.toContain(expect.stringContaining('elsewhere'));
    await page.keyboard.type('cle');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=status]:has-text("2 given to clerk")');
    await page.waitForSelector('[role=row] > span:last-child:has-text("clerk")');
    expect((await owners()).slice(1)).toEqual(['clerk', 'clerk', 'nobody']);
    await page.keyboard.press('z');
    await page.waitForSelector('[role=status]:has-text("Taken back")');
    await eventually('owners', owners, (all) => all.slice(1).every((owner) => owner === 'nobody'));
    // One by its own: the current person.
    await page.keyboard.press('m');
    await page.waitForSelector('[role=row] > span:last-child:has-text("quill")');
    expect(
      (await bench.alpha.get('follow-up/tasks')).body.items.filter(
        (line: { assignedName: string | null }) => line.assignedName === 'quill',
      ),
    ).toMatchObject([{ id: people[2]!.task }]);
  });

  it('gives rows of a worklist to somebody, and takes it back', async () => {
    const id = await bench.draft({ filler: 'G1' });
    const page = await bench.signedIn('quill');
    await go(page, `/worklists/drafts?at=${id}`, '[role=grid]');
    const owner = async (): Promise<string | null> =>
      (await bench.alpha.get('worklists/drafts')).body.items.find((row: { id: string }) => row.id === id).owner?.name ??
      null;
    await page.keyboard.press('a');
    await page.waitForSelector('[role=option]');
    await page.keyboard.type('sor');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=status]:has-text("One given to sorrel")');
    expect(await owner()).toBe('sorrel');
    await page.keyboard.press('z');
    await page.waitForSelector('[role=status]:has-text("Taken back")');
    expect(await owner()).toBeNull();
  });

  it('logs calls one after the other, in a few keys each, and plans what comes next by itself', async () => {
    const people = await due(3, { nextFollowUpSource: '3' });
    const page = await bench.signedIn('clerk');
    await go(page, '/follow-up', '[data-contact-form]');
    await page.waitForSelector('section[aria-label="What to say"] >> text=May I speak with');
    await page.waitForSelector('section[aria-label="Ways to reach them"] >> text=555-123-0000');
    const began = Date.now();
    const { press, type, count } = hands(page);
    // Nobody answers: c to the form, n, Enter.
    await press('c');
    await press('n');
    await page.waitForSelector('option:has-text("chart, as planned")', { state: 'attached' });
    await press('Enter');
    await page.waitForSelector('[role=status]:has-text("Next: look in the chart")');
    expect(count()).toBe(3);
    expect((await bench.alpha.get(`follow-up/tasks/${people[0]!.task}`)).body).toMatchObject({
      nextStep: 'chart',
      contacts: [{ channel: 'telephone', outcome: 'no_answer', contactPointId: expect.any(String) as string }],
    });
    // The next person is up and the form has the keys: alive yesterday.
    await eventually(
      'the keys in the next form',
      () =>
        page.evaluate(
          () =>
            document.activeElement?.getAttribute('name') === 'outcome' &&
            document.querySelector('[data-chosen=true]') === null,
        ),
      Boolean,
    );
    await press('a');
    await press('Tab');
    await type('t-1');
    await press('Enter');
    await page.waitForSelector('[role=status]:has-text("Nothing more is due")');
    expect(count()).toBe(9);
    process.stderr.write(`two contacts: ${count()} keys, ${Date.now() - began} ms by machine\n`);
    expect((await patientOf(people[1]!.id)).dateOfLastContact).toBe(shiftDays(TODAY, -1));
    // Enter without a word of what came of it stores nothing.
    await eventually(
      'the last form',
      () => page.evaluate(() => document.activeElement?.getAttribute('name')),
      (name) => name === 'outcome',
    );
    await press('Enter');
    await page.waitForSelector('[role=alert]:has-text("Say what came of it")');
    expect((await bench.alpha.get(`follow-up/tasks/${people[2]!.task}`)).body.contacts).toEqual([]);
  });

  it('shows what others do without a reload: a person they reached leaves the list', async () => {
    const [, second] = await due(2);
    const page = await bench.signedIn('quill');
    await page.clock.install();
    await go(page, '/follow-up', '[role=grid]');
    const row = `[role=grid] [role=row]:has-text("${(await patientOf(second!.id)).nameLast}")`;
    await page.waitForSelector(row);
    await bench.alpha.post('follow-up/contacts').send({
      patientId: second!.id,
      facilityId: facility,
      contactedOn: TODAY,
      channel: 'chart',
      outcome: 'reached',
    });
    await page.clock.fastForward(16_000);
    await page.waitForSelector(row, { state: 'detached' });
  });

  it('takes over what another facility heard, or not', async () => {
    const both = async (): Promise<MadePatient> => {
      serial += 1;
      return makePatient(
        bench.registry,
        {
          nameLast: `Shared${'abcdefghij'.charAt(serial % 10)}`,
          dateOfBirth: '19500101',
          dateOfLastContact: shiftMonths(TODAY, -15),
        },
        bench.registry.facilities.map((facilityId) => ({ facilityId })),
      );
    };
    const [first, second] = [await both(), await both()];
    await bench.registry.scoped(SYSTEM, (tx) => dailyPass(tx, TODAY, 'system:test'));
    for (const { id } of [first, second])
      await bench.central.post('follow-up/contacts').send({
        patientId: id,
        facilityId: bench.registry.facilities[1],
        contactedOn: TODAY,
        channel: 'chart',
        outcome: 'reached',
      });
    const page = await bench.signedIn('clerk');
    await go(page, '/follow-up', 'button:has-text("2 contacts of other facilities wait")');
    await page.click('button:has-text("2 contacts of other facilities wait")');
    const line = async (one: MadePatient): Promise<string> =>
      `section[aria-label="Contacts of other facilities"] li:has-text("${(await patientOf(one.id)).nameLast}")`;
    await page.click(`${await line(first)} >> text=Take over`);
    await page.waitForSelector(await line(first), { state: 'detached' });
    await page.click(`${await line(second)} >> text=Not this`);
    await page.waitForSelector('section[aria-label="Contacts of other facilities"]', { state: 'detached' });
    const open = async (one: MadePatient): Promise<number> =>
      (await bench.alpha.get(`follow-up/tasks?patientId=${one.id}`)).body.items.length;
    expect([await open(first), await open(second)]).toEqual([0, 1]);
  });

  it('finds a person by the address though the view of the list does not hold them', async () => {
    const [person] = await due(1);
    const page = await bench.signedIn('quill');
    await go(page, `/follow-up?stage=due&patient=${person!.id}`, '[data-contact-form]');
    await page.waitForSelector(`aside h2:has-text("${(await patientOf(person!.id)).nameLast}")`);
    await go(page, `/follow-up?patient=${bench.registry.facilities[0]}`, 'text=Nobody has to be asked');
  });

  it('draws the way to the survey and the shortest path under the policy of the page, with tables beside, and fetches the library for it alone', async () => {
    await due(20);
    const page = await bench.signedIn('quill');
    const scripts: string[] = [];
    page.on('request', (request) => scripts.push(request.url()));
    await go(page, '/', 'main section');
    await go(page, '/follow-up', '[role=grid]');
    await page.waitForLoadState('networkidle');
    expect(scripts.filter((url) => /curves-/.test(url))).toEqual([]);
    const survey = shiftMonths(TODAY, 4);
    await go(page, `/follow-up/rates?survey=${survey}`, 'svg[class*=rates-plot]');
    expect(scripts.some((url) => /curves-/.test(url))).toBe(true);
    await eventually(
      'three drawings',
      () => page.locator('svg[class*=rates-plot]').count(),
      (count) => count === 3,
    );
    // Plot's own style sheet passed the policy: without it the drawing would not be a block that shrinks.
    expect(
      await page
        .locator('svg[class*=rates-plot]')
        .first()
        .evaluate((svg) => [svg.querySelector('style')?.sheet?.cssRules.length !== 0, getComputedStyle(svg).display]),
    ).toEqual([true, 'block']);
    const color = (): Promise<string> =>
      page
        .locator('svg[class*=rates-plot] [aria-label="line"] path')
        .first()
        .evaluate((path) => getComputedStyle(path).stroke);
    const light = await color();
    await page.evaluate(() => document.documentElement.setAttribute('data-mantine-color-scheme', 'dark'));
    expect(await color()).not.toBe(light);
    const { points } = (await bench.alpha.get(`follow-up/forecast/curve?surveyDate=${survey}`)).body;
    const rows = page.locator('table:has-text("by day") tbody').first().locator('tr');
    expect(await rows.count()).toBe(points.length);
    expect(await rows.last().textContent()).toContain(dashed(survey));
    await page.waitForSelector('table:has-text("best first") tbody tr a');
    const href = await page.getAttribute('a:has-text("CSV with the arithmetic")', 'href');
    const csv = await (await page.context().request.get(`${bench.api.url}${href}`)).text();
    expect(csv.split('\n')[0]).toContain('probability');
    await page.locator('table:has-text("best first") tbody tr a').first().click();
    await page.waitForSelector('[data-contact-form]');
  });
});
