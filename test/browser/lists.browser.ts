/// <reference lib="dom" />
import { type Page } from 'playwright-core';
import { eventually, SYSTEM } from '../support/registry.js';
import { startWorkbench, type Workbench } from '../support/workbench.js';

/** A long list: read in parts as it is scrolled, looked at again where it is in view, and never jumping. */
describe('a list in the browser', () => {
  const ROWS = 4_500;
  let bench: Workbench;
  let origin: string;
  beforeAll(async () => {
    bench = await startWorkbench();
    origin = await bench.draft({ filler: 'L0' });
  });
  // Names say the place: Long00001 is the oldest. Those of a test before are no drafts any more.
  const fill = (rows: number): Promise<unknown> =>
    bench.registry.scoped(SYSTEM, async (tx) => {
      await tx.query(
        `UPDATE abstract SET state = 'complete' WHERE state = 'draft' AND items->>'nameLast' LIKE 'Long%'`,
      );
      await tx.query(
        `INSERT INTO abstract (facility_id, patient_id, state, items, created_at)
           SELECT facility_id, patient_id, state, items || jsonb_build_object('nameLast', 'Long' || lpad(n::text, 5, '0')), timestamptz '2024-01-01' + n * interval '1 minute'
             FROM abstract, generate_series(1, $2::int) n WHERE id = $1`,
        [origin, rows],
      );
    });
  const remove = (from: number, to: number): Promise<unknown> =>
    bench.registry.scoped(SYSTEM, (tx) =>
      tx.query(
        `UPDATE abstract SET state = 'complete' WHERE state = 'draft' AND items->>'nameLast' BETWEEN $1 AND $2`,
        [named(from), named(to)],
      ),
    );
  const named = (n: number): string => `Long${String(n).padStart(5, '0')}`;
  afterEach(async () => {
    await bench.closePages();
    expect(bench.complaints()).toEqual([]);
  });
  afterAll(() => bench?.stop());

  async function open(page: Page): Promise<void> {
    await page.goto(`${bench.api.url}/worklists/drafts`);
    await page.waitForSelector('[role=grid] [role=row] [role=gridcell]');
  }
  const row = (page: Page, n: number) => page.locator('[role=row]', { hasText: named(n) });
  const scrollTo = (page: Page, index: number): Promise<void> =>
    page.evaluate((top) => {
      document.querySelector('[role=grid]')!.scrollTop = top;
    }, index * 32);
  /** Scroll until a row is on the screen: as far as was read, wait for more, and on. */
  async function down(page: Page, n: number): Promise<void> {
    await eventually(
      `row ${n}`,
      async () => {
        await scrollTo(page, n - 5);
        return row(page, n).count();
      },
      (count) => count === 1,
    );
  }
  const topOf = async (page: Page, n: number): Promise<number> => (await row(page, n).boundingBox())?.y ?? NaN;
  /** Which parts were asked for. */
  function listen(page: Page): string[] {
    const parts: string[] = [];
    page.on('request', (request) => {
      const { pathname, searchParams } = new URL(request.url());
      if (pathname.endsWith('/worklists/drafts'))
        parts.push(['cursor', 'until'].filter((name) => searchParams.has(name)).join(' '));
    });
    return parts;
  }

  it('asks for the parts in view alone when it is looked at again, and nothing jumps', async () => {
    await fill(800);
    const page = await bench.signedIn('quill');
    await open(page);
    await down(page, 640);
    await row(page, 641).click();
    await row(page, 645).locator('input').check();
    await row(page, 648).locator('input').check();
    const before = await topOf(page, 641);
    const parts = listen(page);
    // Others took rows above it, in the same part and far up.
    await remove(602, 630);
    await remove(10, 80);
    await page.keyboard.press('m');
    await page.waitForSelector('[role=status] >> text=2 given to you');
    await eventually(
      'the owner in the row',
      () => row(page, 648).textContent(),
      (text) => text?.includes('quill') === true,
    );
    expect(await row(page, 630).count()).toBe(0);
    expect(await topOf(page, 641)).toBe(before);
    expect(await row(page, 641).getAttribute('data-current')).toBe('true');
    expect(parts.length).toBeLessThanOrEqual(3);
    expect(new Set(parts)).toEqual(new Set(['cursor until']));
    // What is far up is read again when it is come to.
    await scrollTo(page, 0);
    await row(page, 9).waitFor();
    await row(page, 81).waitFor();
    expect(await row(page, 10).count()).toBe(0);
  });

  it('sees after a while what others did, and keeps marks and the current row', async () => {
    await fill(120);
    const page = await bench.signedIn('quill');
    await page.clock.install();
    await open(page);
    await row(page, 4).locator('input').check();
    await row(page, 6).click();
    await remove(6, 6);
    await remove(2, 2);
    await page.clock.fastForward(16_000);
    await row(page, 6).waitFor({ state: 'detached' });
    expect(await row(page, 2).count()).toBe(0);
    expect(await row(page, 4).locator('input').isChecked()).toBe(true);
    // The one that followed takes the place of the one that went.
    await page.waitForSelector(`[role=row][data-current=true]:has-text("${named(7)}")`);
  });

  it('gives any number of rows at once, and takes them back', async () => {
    await fill(450);
    const page = await bench.signedIn('quill');
    await open(page);
    await down(page, 440);
    await page.locator('[role=columnheader] input').check();
    await page.waitForSelector('[role=toolbar] >> text=451 marked');
    const owned = async (): Promise<number> =>
      (
        await bench.registry.scoped(SYSTEM, (tx) =>
          tx.query<{ count: number }[]>(
            `SELECT count(*)::int AS count FROM abstract WHERE state = 'draft' AND assigned_to IS NOT NULL`,
          ),
        )
      )[0]?.count ?? -1;
    const had = await owned();
    await page.keyboard.press('m');
    await page.waitForSelector('[role=status] >> text=451 given to you');
    expect(await owned()).toBe(451);
    await page.keyboard.press('z');
    await page.waitForSelector('[role=status] >> text=Taken back');
    expect(await owned()).toBe(had);
  });

  it('holds a part of a very long list, and reads the rest again when it comes to it', async () => {
    await fill(ROWS);
    const page = await bench.signedIn('quill');
    await open(page);
    await row(page, 1).click();
    for (let n = 90; n < ROWS; n += 90) await down(page, n);
    await down(page, ROWS);
    const held = await page.getAttribute('[role=columnheader] input', 'aria-label');
    expect(Number(/\d+/.exec(held ?? '')?.[0])).toBeLessThanOrEqual(4_000);
    await scrollTo(page, 300);
    await row(page, 305).waitFor();
    // Keys go on from where they stood.
    await page.keyboard.press('ArrowDown');
    await page.waitForSelector(`[role=row][data-current=true]:has-text("${named(2)}")`);
  });
});
