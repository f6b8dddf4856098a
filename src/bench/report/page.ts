import type { BenchReport } from './report.js';

/**
 * The page of `--html`, of one report or of several beside each other: see `page/render-page.ts`, which is loaded here
 * alone.
 *
 * @param reports at least one; of two of one load, the page says what changed from the first to the second
 * @param tolerance a share, 0.05 if not given
 * @throws CliError `usage` where the histogram of a report cannot be read
 */
export async function pageOf(reports: readonly BenchReport[], tolerance?: number): Promise<string> {
  const { renderPage } = await import('./page/render-page.js');
  return renderPage(reports, tolerance);
}
