/// <reference lib="dom" />
import { type Page } from 'playwright-core';
import { eventually, PASSWORD, SYSTEM } from '../support/registry.js';
import { saved, signIn, standing, startWorkbench, type Workbench } from '../support/workbench.js';

/** What is typed is not lost: not by a reload while the registry is away, a second tab, an ended session, or another page in between. */
describe('a draft in the browser', () => {
  let bench: Workbench;
  beforeAll(async () => {
    bench = await startWorkbench();
  });
  afterEach(async () => {
    await bench.closePages();
    expect(bench.complaints()).toEqual([]);
  });
  afterAll(() => bench?.stop());

  const kept = (page: Page): Promise<string> =>
    page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
  const sealedCount = (page: Page): Promise<number> =>
    page.evaluate(() => Object.keys(sessionStorage).filter((name) => name.startsWith('perennial.sealed.')).length);
  /** The page's own files are there for a reload without network. */
  const ready = (page: Page): Promise<unknown> =>
    page.evaluate(() => navigator.serviceWorker.ready.then((one) => one.active?.state));
  async function type(page: Page, item: string, text: string): Promise<void> {
    await page.focus(`#item-${item}`);
    await page.keyboard.press('Control+A');
    await page.keyboard.type(text);
    await page.keyboard.press('Tab');
  }

  it('comes back after a reload without network, half-typed words too, and goes when the registry is back', async () => {
    const id = await bench.draft({ filler: 'R1' });
    const page = await bench.signedIn('quill');
    await ready(page);
    await bench.open(page, id);
    await page.context().setOffline(true);
    await type(page, 'classOfCase', '14');
    await type(page, 'textRemarks', 'a remark of secrecy');
    await page.focus('#item-dateOf1stContact');
    await page.keyboard.type('3/');
    await standing(page, '[data-status="offline"]');
    expect(await sealedCount(page)).toBe(1);
    // What is kept says nothing by itself.
    expect(await kept(page)).not.toMatch(/secrecy|Person|classOfCase/);

    await page.reload();
    await page.waitForSelector('h2:has-text("The registry cannot be reached")');
    expect(await page.textContent('[role=alert]')).toContain('is kept in this tab, sealed');
    expect(await page.locator('header nav').count()).toBe(0);

    await page.context().setOffline(false);
    // It is said for some seconds only, so it is looked for first.
    await page.waitForSelector('[role=status] >> text=could not be sent before came back');
    await page.waitForSelector('#item-classOfCase');
    // Whether the header says when depends on which load of the page sent it; that it is stored does not.
    const stored = await eventually(
      'what was kept to be sent',
      () => bench.items(id),
      (items) => items.textRemarks !== undefined,
    );
    expect(stored).toMatchObject({ classOfCase: '14', textRemarks: 'a remark of secrecy' });
    await standing(page, '[data-status="saved"]');
    expect(await page.inputValue('#item-classOfCase')).toBe('14');
    expect(await page.inputValue('#item-dateOf1stContact')).toBe('3/');
    await page.focus('#item-dateOf1stContact');
    await page.keyboard.press('End');
    await page.keyboard.type('2024');
    await page.keyboard.press('Enter');
    await saved(page);
    expect((await bench.items(id)).dateOf1stContact).toBe('202403');
    expect(await sealedCount(page)).toBe(0);
  });

  it('comes back after a reload and an ended session, for the same person alone', async () => {
    const id = await bench.draft({ filler: 'R2' });
    const page = await bench.signedIn('quill');
    await bench.open(page, id);
    await page.context().setOffline(true);
    await type(page, 'classOfCase', '22');
    await standing(page, '[data-status="offline"]');
    await bench.registry.scoped(SYSTEM, (tx) =>
      tx.query(`UPDATE user_session SET ended_at = now() WHERE ended_at IS NULL`),
    );
    await page.context().setOffline(false);
    await page.reload();
    await page.waitForURL(/sign-in/);
    await signIn(page, 'quill');
    await page.waitForSelector('#item-classOfCase');
    await eventually(
      'what was kept to be sent',
      () => bench.items(id),
      (items) => items.classOfCase === '22',
    );
    await standing(page, '[data-status="saved"]');

    // Left behind by one person, it is removed when another one signs in.
    await page.context().setOffline(true);
    await type(page, 'classOfCase', '10');
    await standing(page, '[data-status="offline"]');
    await bench.registry.scoped(SYSTEM, (tx) =>
      tx.query(`UPDATE user_session SET ended_at = now() WHERE ended_at IS NULL`),
    );
    await page.context().setOffline(false);
    await page.goto(`${bench.api.url}/sign-in`);
    await signIn(page, 'sorrel');
    expect(await sealedCount(page)).toBe(0);
    await bench.open(page, id);
    expect(await page.inputValue('#item-classOfCase')).toBe('22');
  });

  it('never goes out under the name of another person who unlocks the page', async () => {
    const id = await bench.draft({ filler: 'R6' });
    const page = await bench.signedIn('quill');
    await bench.open(page, id);
    // Typed while the registry is away, so that no question of the page finds the session over before the keys are in.
    await page.context().setOffline(true);
    await type(page, 'classOfCase', '22');
    await standing(page, '[data-status="offline"]');
    await bench.registry.scoped(SYSTEM, (tx) =>
      tx.query(`UPDATE user_session SET ended_at = now() WHERE ended_at IS NULL`),
    );
    await page.context().setOffline(false);
    await page.waitForSelector('[role=dialog] >> text=Locked');
    await standing(page, '[data-status="signed-out"]');
    await page.fill('[role=dialog] input[name=login]', 'sorrel');
    await page.fill('[role=dialog] input[name=password]', PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForSelector('h1:has-text("sorrel")');
    await bench.open(page, id);
    expect(await page.inputValue('#item-classOfCase')).toBe('');
    expect(await bench.items(id)).not.toHaveProperty('classOfCase');
  });

  it('says when it was saved though the answers to its saves are lost', async () => {
    const id = await bench.draft({ filler: 'R7' });
    const page = await bench.signedIn('quill');
    await bench.open(page, id);
    let lost = 0;
    await page.route(/\/api\/v1\/abstracts\/[^/]+$/, async (route) => {
      if (route.request().method() !== 'PATCH' || lost > 0) return route.continue();
      lost += 1;
      // The registry stores it; the page never hears of that.
      await route.fetch();
      return route.abort('connectionreset');
    });
    await type(page, 'classOfCase', '14');
    await saved(page);
    expect([lost, (await bench.items(id)).classOfCase]).toEqual([1, '14']);
    await page.unrouteAll({ behavior: 'wait' });
  });

  it('shows both values when somebody else changed the same meanwhile', async () => {
    const id = await bench.draft({ filler: 'R3' });
    const page = await bench.signedIn('quill');
    await bench.open(page, id);
    await page.context().setOffline(true);
    await type(page, 'classOfCase', '10');
    await standing(page, '[data-status="offline"]');
    const { revision } = (await bench.alpha.get(`abstracts/${id}`)).body;
    await bench.alpha
      .patch(`abstracts/${id}`)
      .set('If-Match', `"${revision}"`)
      .send({ items: { classOfCase: '14', tumorSizeSummary: '021' } });
    await page.context().setOffline(false);
    await page.reload();
    await page.waitForSelector('section[aria-label="Saved by somebody else"]');
    expect(await page.inputValue('#item-tumorSizeSummary')).toBe('021');
    await page.click('button:has-text("Keep 10")');
    await saved(page);
    expect(await bench.items(id)).toMatchObject({ classOfCase: '10', tumorSizeSummary: '021' });
  });

  it('goes on sending when its screen is left, and is the same draft on coming back', async () => {
    const id = await bench.draft({ filler: 'R4' });
    const page = await bench.signedIn('quill');
    await page.goto(`${bench.api.url}/patients`);
    await page.waitForSelector('input[name=name]');
    await bench.open(page, id);
    await page.context().setOffline(true);
    await type(page, 'classOfCase', '14');
    await standing(page, '[data-status="offline"]');
    await page.click('header nav >> text=Home');
    await page.waitForSelector('main h1, [role=alert]');
    await page.goBack();
    await standing(page, '[data-status="offline"]');
    expect(await page.inputValue('#item-classOfCase')).toBe('14');
    await page.click('header nav >> text=Home');
    await page.context().setOffline(false);
    await eventually(
      'what waited',
      () => bench.items(id),
      ({ classOfCase }) => classOfCase === '14',
    );
  });

  it('is two drafts in two tabs, and both arrive', async () => {
    const id = await bench.draft({ filler: 'R5' });
    const one = await bench.signedIn('quill');
    const two = await bench.tab(one);
    await Promise.all([bench.open(one, id), bench.open(two, id)]);
    await type(one, 'classOfCase', '14');
    await type(two, 'tumorSizeSummary', '021');
    await Promise.all([saved(one), saved(two)]);
    expect(await bench.items(id)).toMatchObject({ classOfCase: '14', tumorSizeSummary: '021' });
    await one.context().setOffline(true);
    await type(one, 'textRemarks', 'from the first');
    await type(two, 'textStaging', 'from the second');
    await standing(one, '[data-status="offline"]');
    await standing(two, '[data-status="offline"]');
    await one.context().setOffline(false);
    await Promise.all([one.reload(), two.reload()]);
    await eventually(
      'both texts',
      () => bench.items(id),
      ({ textRemarks, textStaging }) => textRemarks === 'from the first' && textStaging === 'from the second',
    );
  });
});
