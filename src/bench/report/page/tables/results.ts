import { formatCount } from '../../../../units.js';
import { formatLatency, formatRate, formatShare } from '../../numbers.js';
import { describeValue } from '../../terminal/figure-tables.js';
import { type Compared, namedWith } from '../compared.js';
import { html, type Markup, type Piece } from '../markup.js';
import { drawTable } from './table.js';

/** Whether something was kept: a sign and a word, so that no colour is needed. */
function verdict(isKept: boolean): Markup {
  return html`<span class="${isKept ? 'kept' : 'missed'}">${isKept ? '✓ kept' : '✗ missed'}</span>`;
}

/** What `--slo` asked, and what became of it; undefined where it asked nothing. */
export function limitsTable(compared: readonly Compared[]): Markup | undefined {
  const rows = compared.flatMap((one) =>
    (one.report.slo ?? []).map((limit) => ({
      name: namedWith(one, limit.name),
      values: [limit.limit, describeValue(limit), verdict(limit.kept)],
    })),
  );
  return drawTable({ caption: 'Limits', columns: ['Limit', 'At most', 'Measured', 'Result'], rows, holds: 'figures' });
}

/** Whether the rate of an open loop was kept; undefined where there was no plan. */
export function planTable(compared: readonly Compared[]): Markup | undefined {
  const rows = compared.flatMap((one) => {
    const { plan } = one.report;
    if (plan === undefined) return [];
    const { rate, kept, most_behind_ms, is_kept } = plan;
    return [
      {
        name: namedWith(one, `${formatRate(rate)} a second`),
        values: [formatShare(kept), formatLatency(most_behind_ms), verdict(is_kept)],
      },
    ];
  });
  return drawTable({
    caption: 'Planned rate',
    columns: ['Plan', 'Sent of it', 'Most behind', 'Within 1 %'],
    rows,
    holds: 'figures',
  });
}

/** The steps of a ramp; undefined where there was none. */
export function rampTable(one: Compared): Markup | undefined {
  const { ramp } = one.report;
  if (ramp === undefined) return undefined;
  const hasLatency = ramp.steps.some(({ p99_ms }) => p99_ms !== undefined);
  const rows = ramp.steps.map(({ rate, achieved, p99_ms, errors, kept, missed }) => {
    const latency: readonly Piece[] = hasLatency ? [p99_ms === undefined ? '–' : formatLatency(p99_ms)] : [];
    return {
      name: html`${formatRate(rate)} a second${rate === ramp.knee_rate && html` <strong>(knee)</strong>`}`,
      values: [
        formatRate(achieved),
        ...latency,
        formatCount(errors),
        html`${verdict(kept)}${missed !== undefined && `: ${missed}`}`,
      ],
    };
  });
  return drawTable({
    caption: namedWith(one, 'Steps of the ramp'),
    columns: ['Planned', 'Achieved', ...(hasLatency ? ['p99'] : []), 'Errors', 'Limits'],
    rows,
    holds: 'figures',
  });
}
