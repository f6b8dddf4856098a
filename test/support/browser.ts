import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { requireTool } from './tools.js';

/** Starts the browser; its sandbox needs what neither root nor a container has. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: requireTool('chromium'), chromiumSandbox: false });
}

/** A page that is open, and what it did that a page which is only read must not do. */
export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** Messages of the console, errors, dialogs. */
  readonly complaints: readonly string[];
  /** URLs, the page's own first. */
  readonly requests: readonly string[];
}

/** Opens a URL in a window of its own. */
export async function openPage(browser: Browser, url: string, options: BrowserContextOptions): Promise<OpenPage> {
  const page = await browser.newPage(options);
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => {});
  });
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(url, { waitUntil: 'load' });
  return { page, complaints, requests, [Symbol.asyncDispose]: () => page.close() };
}

/** So often a picture is asked for: now and then, a Chromium without a graphics card never draws one of a window. */
const MOST_TRIES = 5;

/** Writes a picture of the whole page to a file, as PNG; each try opens a window of its own. */
export async function takePicture(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
  path: string,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    await using opened = await openPage(browser, url, options);
    try {
      await opened.page.screenshot({ path, fullPage: true });
      return;
    } catch (error) {
      if (tries === MOST_TRIES || !String(error).includes('Unable to capture screenshot')) throw error;
    }
  }
}
