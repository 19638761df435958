import { chromium, type Browser } from 'playwright-core';

/** The system's Chromium, without a sandbox (tests run as root in containers) and without calls to the outside. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.PERENNIAL_TEST_BROWSER;
  if (!executablePath) throw new Error('no Chromium was found: install it or set PERENNIAL_TEST_BROWSER');
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
