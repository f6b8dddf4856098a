import { formatCount } from '../../../../units.js';
import { formatRate } from '../../numbers.js';
import { type Compared, namedWith } from '../compared.js';
import { html, type Markup } from '../markup.js';
import { formatMeasured } from '../numbers.js';
import { condense, rateOf } from '../series.js';

/** What the charts over time are drawn from, folded up; without the end tags that HTML does not need, as it is long. */
export function secondsTable(one: Compared): Markup | undefined {
  const { points, secondsAPoint } = condense(one.report.series);
  if (points.length === 0) return undefined;
  const hasLatency = points.some(({ p99_ms }) => p99_ms !== undefined);
  const isPlanned = points.some(({ planned_rate }) => planned_rate !== undefined);
  const title = namedWith(
    one,
    secondsAPoint === 1 ? 'Figures of each second' : `Figures of each ${secondsAPoint} seconds`,
  );
  const cell = (value: number | undefined) => html`<td>${value === undefined ? '–' : formatMeasured(value)}`;
  const columns = [
    'From, s',
    'Messages',
    'A second',
    ...(isPlanned ? ['Planned'] : []),
    'Errors',
    ...(hasLatency ? ['p50, ms', 'p99, ms', 'max, ms'] : []),
  ];
  return html`<details><summary>${title}</summary>
<div class="scroll" role="region" aria-label="${title}" tabindex="0"><table class="figures seconds">
<thead><tr>${columns.map((column) => html`<th scope="col">${column}`)}<tbody>
${points.map((point) => {
  const latencies = hasLatency && [point.p50_ms, point.p99_ms, point.max_ms].map(cell);
  const planned = isPlanned && cell(point.planned_rate);
  return html`<tr><td>${Number(point.t_s.toFixed(1))}<td>${formatCount(point.messages)}<td>${formatRate(rateOf(point))}${planned}<td>${formatCount(point.errors)}${latencies}\n`;
})}</table></div></details>
`;
}
