import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageOf } from '../../../../src/bench/report/page.js';
import { openPage, startBrowser, takePicture } from '../../../support/browser.js';
import { project } from '../../../support/project.js';
import { tools } from '../../../support/tools.js';
import { HOSTILE, hostileReport } from './hostile.js';
import { rampReport, reportOfRuns, requestReport } from './page-reports.js';

const PAGES = ['one', 'long', 'two', 'ramp', 'hostile'] as const;
const WIDTHS = [400, 1400] as const;
const SCHEMES = ['light', 'dark'] as const;
const VIEWS = WIDTHS.flatMap((width) => SCHEMES.map((colorScheme) => ({ width, colorScheme })));

describe.skipIf(tools.chromium.path === undefined)('in a browser', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    const ramp = await rampReport();
    const [base, now] = [
      await reportOfRuns({ stallAt: 20 }),
      await reportOfRuns({ seed: 7, rate: 5_600, medianMs: 0.7 }),
    ];
    folder = project({
      'one.html': await pageOf([await requestReport({ stallAt: 34 })]),
      'long.html': await pageOf([await requestReport({ seconds: 600, stallAt: 34 })]),
      'two.html': await pageOf([base, now]),
      'ramp.html': await pageOf([{ ...ramp, interrupted: true }]),
      'hostile.html': await pageOf([hostileReport(ramp), hostileReport(await reportOfRuns({ seconds: 5 }))]),
    });
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  function urlOf(name: string): string {
    return pathToFileURL(join(folder, `${name}.html`)).href;
  }

  describe.each(PAGES)('%s', (name) => {
    it.each(VIEWS)('is drawn $width px wide in $colorScheme, and nothing else happens', async (view) => {
      const options = { viewport: { width: view.width, height: 900 }, colorScheme: view.colorScheme };
      await using opened = await openPage(browser, urlOf(name), options);
      const { page, complaints, requests } = opened;
      const picture = join(folder, `${name}-${view.width}-${view.colorScheme}.png`);
      await takePicture(browser, urlOf(name), options, picture);

      expect(await widthOf(page)).toBe(view.width);
      expect(await undrawnLines(page)).toEqual([]);
      expect(await textsOutside(page)).toEqual([]);
      expect(await chartsWithoutInk(page, picture)).toEqual([]);
      expect(complaints).toEqual([]);
      expect(requests).toEqual([urlOf(name)]);
    });

    it.each(SCHEMES)('can be read by everybody, in %s', async (colorScheme) => {
      await using opened = await openPage(browser, urlOf(name), { viewport: { width: 800, height: 900 }, colorScheme });
      await opened.page.evaluate(unfold);
      await opened.page.evaluate(axe.source);
      const violations = await opened.page.evaluate(`axe.run().then(({ violations }) =>
        violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 120)).join(' ')))`);
      expect(violations).toEqual([]);
    });
  });

  it('shows what is hostile as text', async () => {
    await using opened = await openPage(browser, urlOf('hostile'), {});
    const shown = HOSTILE.replace('\u202e', '\\u202e');
    expect(await opened.page.title()).toContain(shown);
    expect(await opened.page.textContent('h1')).toContain(shown);
    expect(await opened.page.evaluate('document.querySelectorAll("script, img, iframe, object, a").length')).toBe(0);
  });

  it('runs no script and loads nothing where a mistake of ours let it in', async () => {
    const injected =
      '<script>document.title = "run"</script><img src="/loaded.png" onerror="document.title = \'run\'"><link rel="stylesheet" href="/loaded.css"></main>';
    const text = (await pageOf([await requestReport({ seconds: 2 })])).replace('</main>', injected);
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.setHeader('content-type', 'text/html').end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      await using opened = await openPage(browser, `http://127.0.0.1:${port}/report.html`, {});
      expect(await opened.page.title()).toBe('Benchmark of request greeter.greet');
      expect(asked).toEqual(['/report.html']);
      expect(opened.complaints.join('\n')).toContain('Content Security Policy');
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('is reached by keyboard: what scrolls, and what unfolds', async () => {
    await using opened = await openPage(browser, urlOf('one'), { viewport: { width: 400, height: 900 } });
    const { page } = opened;
    await page.focus('summary');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Figures of each second');
    expect(await page.locator('details tbody tr').count()).toBe(60);
  });

  it('is printed in dark on light, whatever the screen has', async () => {
    await using opened = await openPage(browser, urlOf('two'), { colorScheme: 'dark' });
    const { page } = opened;
    const colors = 'getComputedStyle(document.body).backgroundColor + getComputedStyle(document.body).color';
    expect(await page.evaluate(colors)).toBe('rgb(20, 23, 28)rgb(228, 231, 236)');
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate(colors)).toBe('rgb(255, 255, 255)rgb(27, 31, 38)');
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  });
});

/** Of all that would have to be scrolled sideways. */
function widthOf(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth');
}

/** Lines of charts that take no room. */
function undrawnLines(page: Page): Promise<readonly string[]> {
  return page.evaluate(`[...document.querySelectorAll('.lines path')].filter((path) =>
    !(path.getTotalLength() > 0 && path.getBoundingClientRect().width > 0)).map((path) => path.outerHTML)`);
}

/** Texts of charts that are cut off at an edge of the page. */
function textsOutside(page: Page): Promise<readonly string[]> {
  return page.evaluate(`[...document.querySelectorAll('svg text')].filter((text) => {
    const { left, right } = text.getBoundingClientRect();
    return left < 0 || right > innerWidth;
  }).map((text) => text.textContent)`);
}

const unfold = 'for (const details of document.querySelectorAll("details")) details.open = true';

interface Area {
  readonly label: string;
  readonly color: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** So many pixels of a line's own colour are a line. */
const LEAST_INK = 12;

/** Charts in whose place the picture has no pixels of the colour of their first line. */
async function chartsWithoutInk(page: Page, picture: string): Promise<readonly string[]> {
  const areas: readonly Area[] = await page.evaluate(`[...document.querySelectorAll('.plot > svg')].map((svg) => {
    const { left, top, width, height } = svg.getBoundingClientRect();
    const drawn = svg.querySelector('.line:not(.plan), .run');
    const { stroke, fill } = getComputedStyle(drawn);
    const color = drawn.matches('.run') ? fill : stroke;
    return { label: svg.getAttribute('aria-label'), color, left, top: top + scrollY, width, height };
  })`);
  expect(areas.length).toBeGreaterThan(0);
  const bare: string[] = [];
  for (const { label, color, ...area } of areas) {
    const rounded = Object.fromEntries(Object.entries(area).map(([name, value]) => [name, Math.floor(value)]));
    const { data, info } = await sharp(picture)
      .extract(rounded as Omit<Area, 'label' | 'color'>)
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (inkOf(data, info.channels, color) < LEAST_INK) bare.push(`${label} ${color}`);
  }
  return bare;
}

/** How many pixels are near a colour: `rgb(29, 95, 196)`. */
function inkOf(pixels: Uint8Array, channels: number, color: string): number {
  const wanted = (color.match(/\d+/g) ?? []).slice(0, 3).map(Number);
  let ink = 0;
  for (let at = 0; at < pixels.length; at += channels) {
    if (wanted.every((value, i) => Math.abs((pixels[at + i] ?? 0) - value) < 48)) ink += 1;
  }
  return ink;
}
