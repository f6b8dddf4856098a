import { countOf, formatCount } from '../../../units.js';
import { formatLatency, formatRate } from '../numbers.js';
import { describeShape } from '../terminal/describe-shape.js';
import { swatch } from './charts/chart.js';
import { type Compared, titleOf } from './compared.js';
import { html, type Markup } from './markup.js';
import { formatMoment } from './numbers.js';

const SEPARATOR = ' · ';

/** What the page is about. */
export function drawTitle(compared: readonly Compared[]): string {
  const names = [...new Set(compared.map(({ report }) => titleOf(report)))];
  return compared.length === 1 ? `Benchmark of ${names[0]}` : `Benchmarks compared: ${names.join(', ')}`;
}

/** The title and, under it, what was measured how and when; of several reports, which letter is which. */
export function drawHead(compared: readonly Compared[]): Markup {
  const title = html`<h1>${drawTitle(compared)}</h1>`;
  if (compared.length === 1) return html`<header>${title}<p class="about">${compared.map(describe)}</p></header>`;
  const entries = compared.map(
    (one) =>
      html`<li>${swatch(one.look)} <strong>${one.key}</strong> <span>${[titleOf(one.report), describe(one)].join(SEPARATOR)}</span></li>`,
  );
  return html`<header>${title}<ul class="about">${entries}</ul></header>`;
}

function describe({ report }: Compared): string {
  const { runs, started_at, environment } = report;
  return [
    ...describeShape(report),
    ...(runs === undefined ? [] : [countOf(runs.length, 'run', 'runs')]),
    `natsctl ${environment.natsctl}`,
    formatMoment(started_at),
  ].join(SEPARATOR);
}

/** What somebody who reads the figures has to know first. */
export function drawWarnings(compared: readonly Compared[]): Markup | undefined {
  const warnings = compared.flatMap(({ key, report }) => {
    const interrupted = report.interrupted ? ['interrupted: it was ended by a signal before its planned end'] : [];
    return [...interrupted, ...report.warnings].map((text) => ({ key, text }));
  });
  if (warnings.length === 0) return undefined;
  return html`<aside class="warnings" aria-labelledby="warnings"><h2 id="warnings">${warnings.length === 1 ? 'Warning' : 'Warnings'}</h2><ul>
${warnings.map(({ key, text }) => html`<li>${key !== '' && html`<strong>${key}</strong> `}${text}</li>\n`)}</ul></aside>
`;
}

/** The figures that are asked for first, in large. */
export function drawKeyFigures({ report }: Compared): Markup {
  const { rate, latency_ms, errors, lost } = report;
  const latencies = latency_ms && {
    p50: latency_ms.p50,
    p99: latency_ms.p99,
    'p99.9': latency_ms.p999,
    max: latency_ms.max,
  };
  const failed = Object.values(errors).reduce((sum, ofKind) => sum + ofKind, 0);
  const figures: ReadonlyArray<readonly [name: string, value: string]> = [
    ['messages/s', formatRate(rate)],
    ...Object.entries(latencies ?? {}).map(([name, ms]) => [name, formatLatency(ms)] as const),
    ['errors', formatCount(Math.round(failed))],
    ['lost', formatCount(Math.round(lost))],
  ];
  return html`<dl class="key">${figures.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
`;
}
