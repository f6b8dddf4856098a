import { createHash } from 'node:crypto';
import type { BenchReport } from '../report.js';
import { drawChart } from './charts/chart.js';
import { chartsOverTime } from './charts/over-time.js';
import { percentileChart, readCurve } from './charts/percentile-curve.js';
import { rampCharts, summarizeRamp } from './charts/ramp.js';
import { runsCharts } from './charts/runs.js';
import { type Compared, chartGroups, letter, namedWith, pairsOf } from './compared.js';
import { drawHead, drawKeyFigures, drawTitle, drawWarnings } from './head.js';
import { html, type Markup, trusted } from './markup.js';
import { STYLE } from './style.js';
import { drawComparison } from './tables/comparison.js';
import { errorsTable, figuresTables, runsTable } from './tables/figures.js';
import { limitsTable, planTable, rampTable } from './tables/results.js';
import { secondsTable } from './tables/seconds.js';
import { generatorTable, machineTable, settingsTable } from './tables/surroundings.js';

/** That of `--tolerance`. */
const DEFAULT_TOLERANCE = 0.05;

/**
 * Nothing is loaded and no script runs, not even one that got in by a mistake of ours; the style sheet is known by its
 * hash. The only `data:` is an empty icon, without which a browser asks the page's host for one.
 */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/**
 * The page of `--html`: one file that shows a report, or several beside each other, in any browser and on paper.
 *
 * @param reports at least one; of two of one load, the page says what changed from the first to the second
 * @param tolerance a share: what is worse by more than that and noise is called a regression
 * @throws CliError `usage` where the histogram of a report cannot be read
 */
export async function renderPage(reports: readonly BenchReport[], tolerance = DEFAULT_TOLERANCE): Promise<string> {
  const compared = letter(reports);
  const content = compared.length === 1 ? await drawOne(compared) : await drawSeveral(compared, tolerance);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${drawTitle(compared)}</title>
<link rel="icon" href="data:,">
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>
${drawHead(compared)}
${drawWarnings(compared)}
${content}
${section('Settings and machine', [settingsTable(compared), machineTable(compared), generatorTable(compared)], 'columns')}
</main>
</body>
</html>
`;
  return page.toString();
}

/** A report: what came out, how it went, and then all figures. */
async function drawOne(compared: readonly Compared[]): Promise<readonly (Markup | undefined)[]> {
  return [
    ...compared.map(drawKeyFigures),
    section('Results', results(compared), 'columns'),
    ...(await drawCharts(compared)),
    ...compared.map(drawRamp),
    section('Figures', [...figuresTables(compared), errorsTable(compared)], 'columns'),
    drawRuns(compared),
    section('Each run', compared.map(runsTable)),
    section('Over time', compared.map(secondsTable)),
  ];
}

/** Several: what changed first, then their figures beside each other. */
async function drawSeveral(compared: readonly Compared[], tolerance: number): Promise<readonly (Markup | undefined)[]> {
  const pairs = pairsOf(compared);
  return [
    section(
      'Comparison',
      pairs.map((pair) => drawComparison(pair, tolerance)),
      pairs.length > 1 ? 'columns' : 'stacked',
    ),
    section(
      'Figures',
      [...figuresTables(compared), errorsTable(compared)],
      compared.length === 2 ? 'columns' : 'stacked',
    ),
    section('Results', results(compared), 'columns'),
    drawRuns(compared),
    ...(await drawCharts(compared)),
    ...compared.map(drawRamp),
    section('Each run', compared.map(runsTable)),
    section('Over time', compared.map(secondsTable)),
  ];
}

function results(compared: readonly Compared[]): readonly (Markup | undefined)[] {
  return [limitsTable(compared), planTable(compared)];
}

async function drawCharts(compared: readonly Compared[]): Promise<readonly Markup[]> {
  const groups = chartGroups(compared);
  const sections = groups.map(async (group) => {
    const curves = await Promise.all(group.map(readCurve));
    const curve = percentileChart(curves.filter((one) => one !== undefined));
    const charts = [...chartsOverTime(group), ...(curve === undefined ? [] : [curve])];
    const keys = groups.length === 1 ? '' : `: ${group.map(({ key }) => key).join(', ')}`;
    return section(`Charts${keys}`, charts.map(drawChart));
  });
  return Promise.all(sections);
}

function drawRamp(one: Compared): Markup | undefined {
  const { ramp } = one.report;
  if (ramp === undefined) return undefined;
  const charts = html`<div class="columns">${rampCharts(one).map(drawChart)}</div>`;
  return section(namedWith(one, 'Ramp'), [html`<p>${summarizeRamp(ramp)}</p>`, charts, rampTable(one)]);
}

/** How far runs of the same are apart. */
function drawRuns(compared: readonly Compared[]): Markup | undefined {
  const charts = runsCharts(compared);
  if (charts.length === 0) return undefined;
  const key = html`<p>A dot is a run, the upright line their median, the bar the confidence interval of the median.</p>`;
  return section('Runs', [key, html`<div class="columns">${charts}</div>`]);
}

/** A part of the page under a heading; nothing where it has no content. */
function section(title: string, parts: readonly (Markup | undefined)[], layout = 'stacked'): Markup {
  if (parts.every((part) => part === undefined)) return html``;
  return html`<section><h2>${title}</h2><div class="${layout}">
${parts}</div></section>
`;
}
