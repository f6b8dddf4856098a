import { compare } from '../../../statistics/compare.js';
import { comparisonCells, summaryOf } from '../../../statistics/comparison-text.js';
import { differencesOf } from '../../../statistics/report-differences.js';
import type { ComparedPair } from '../compared.js';
import { html, type Markup } from '../markup.js';
import { drawTable } from './table.js';

/**
 * What changed from one report to the other, as `natsctl bench compare` says it: what may be chance is called no
 * difference.
 *
 * @param tolerance a share
 */
export function drawComparison({ base, next, name }: ComparedPair, tolerance: number): Markup {
  const comparison = compare(base.report, next.report, { tolerance });
  const differences = differencesOf(base.report, next.report).map(
    ({ name, base = 'none', new: after = 'none' }) => `${name} (${base}, now ${after})`,
  );
  const notes = [
    ...comparison.notes,
    ...(differences.length === 0 ? [] : [`the reports are not of the same: they differ in ${differences.join(', ')}`]),
  ];
  const caption = `From ${base.key} to ${next.key}${name === undefined ? '' : `: ${name}`}`;
  const table = drawTable({
    caption,
    columns: ['Figure', base.key, next.key, 'Change', 'Verdict'],
    rows: comparison.figures.map((figure) => {
      const { title, before, after, change, noise, verdict } = comparisonCells(figure);
      const changeAndNoise = html`${change}${noise !== '' && html`<small>${noise}</small>`}`;
      return { name: title, values: [before, after, changeAndNoise, html`<span class="words">${verdict}</span>`] };
    }),
    holds: 'figures',
  });
  return html`<div><p class="verdict">${caption}: <strong>${summaryOf(comparison)}</strong></p>
${table}${notes.map((note) => html`<p class="note">${note}</p>`)}</div>
`;
}
