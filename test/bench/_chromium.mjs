/** What benches of the web app share: a Chromium, a signed-in page, and what is seen of its frames and tasks while something goes on. */
/* global PerformanceObserver, requestAnimationFrame */
import { createRequire } from 'node:module';
import { findBrowser } from '../../scripts/services/install.mjs';

const require = createRequire(import.meta.url);

/** @returns a browser, or null where there is no Chromium. */
export async function launch() {
  const executablePath = findBrowser();
  if (executablePath === null) return null;
  const { chromium } = require('playwright-core');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page of a person, on their home screen. */
export async function signedIn(browser, url, { login, password }) {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(url);
  await page.fill('input[name=login]', login);
  await page.fill('input[name=password]', password);
  await page.keyboard.press('Enter');
  await page.waitForSelector('header nav');
  return page;
}

export const quantile = (values, share) => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
};
export const round = (value) => Math.round(value * 10) / 10;

/**
 * Watch the page's main thread while something goes on.
 *
 * @returns frames in ms; tasks of 50 ms and more in ms, as the page sees them; and the processor time of the longest task in ms, which other
 * load on the machine does not lengthen.
 */
export async function watched(page, what) {
  const cdp = await page.context().newCDPSession(page);
  let cpu = 0;
  const mains = new Set();
  const events = [];
  cdp.on('Tracing.dataCollected', ({ value }) => {
    for (const event of value) {
      const thread = `${event.pid}:${event.tid}`;
      if (event.name === 'thread_name' && event.args.name === 'CrRendererMain') mains.add(thread);
      if (event.name === 'ThreadControllerImpl::RunTask' && event.tdur > 4_000)
        events.push([thread, event.tdur / 1_000]);
    }
  });
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { recordMode: 'recordContinuously', includedCategories: ['toplevel', '__metadata'] },
  });
  await page.evaluate(() => {
    const seen = { frames: [], tasks: [], on: true };
    globalThis.seen_ = seen;
    const observer = new PerformanceObserver((list) =>
      seen.tasks.push(...list.getEntries().map((one) => one.duration)),
    );
    observer.observe({ type: 'longtask' });
    let before = null;
    const frame = (now) => {
      if (before !== null) seen.frames.push(now - before);
      before = now;
      if (seen.on) requestAnimationFrame(frame);
      else observer.disconnect();
    };
    requestAnimationFrame(frame);
  });
  await what();
  const { frames, tasks } = await page.evaluate(() => {
    globalThis.seen_.on = false;
    return globalThis.seen_;
  });
  const complete = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve));
  await cdp.send('Tracing.end');
  await complete;
  for (const [thread, ms] of events) if (mains.has(thread)) cpu = Math.max(cpu, ms);
  await cdp.detach();
  return { frames, tasks, cpu };
}

/** Frames and tasks as a figure; the target holds for the longest task and for 99 of 100 frames. */
export const smoothness = ({ frames, tasks, cpu }, target = 50) => {
  const longest = Math.max(0, ...tasks);
  return {
    medianFrame: round(quantile(frames, 0.5)),
    p99Frame: round(quantile(frames, 0.99)),
    worstFrame: round(Math.max(...frames)),
    // Shorter ones are not told by the browser.
    longestTask: longest === 0 ? 'under 50' : round(longest),
    tasksOver50ms: tasks.length,
    longestTaskCpu: round(cpu),
    unit: 'ms',
    target,
    met: longest <= target && quantile(frames, 0.99) < target,
    frames: frames.length,
  };
};

/** Turn the wheel over an element: each twentieth turn is a long one, as with the scrollbar. @param goes turns, or a condition to go on. */
export async function wheel(page, selector, goes, direction = () => 1) {
  const box = await page.locator(selector).first().boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  for (let turn = 0; await goes(turn); turn += 1) {
    await page.mouse.wheel(0, direction(turn) * (turn % 20 === 19 ? 12_000 : 900));
    await page.waitForTimeout(16);
  }
}

/** Where a list stands: rows it has, and whether the last of them is on the screen. */
export const standOf = (page) =>
  page.evaluate(() => {
    const grid = document.querySelector('[role=grid]');
    return {
      rows: Math.round((grid.scrollHeight - 28) / 32),
      atEnd: grid.scrollTop + grid.clientHeight >= grid.scrollHeight - 200,
      atTop: grid.scrollTop === 0,
    };
  });
