// A headless Chromium that the machine has; none is downloaded.

import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where Chromium is installed (`CHROMIUM` says otherwise), or undefined. */
export const chromiumPath = [process.env.CHROMIUM, ...PLACES].find((path) => path && existsSync(path));

if (chromiumPath === undefined) {
  console.warn(
    'Browser tests are skipped: no Chromium here. Install it (Debian: apt-get install chromium) or set CHROMIUM.',
  );
}

/** Starts Chromium without its own traffic. The caller closes it. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath as string,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}
