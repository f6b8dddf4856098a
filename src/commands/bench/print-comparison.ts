import {
  type Comparison,
  comparedReport,
  comparisonLines,
  differencesOf,
  type ReportPair,
  reportComparison,
} from '../../bench/index.js';
import type { Output } from '../../output/index.js';

/** Prints one comparison: an object with `--json`, else a table. */
export async function printComparison(
  output: Output,
  pair: ReportPair,
  comparison: Comparison,
  files: { readonly base: string; readonly new: string },
  isFurther: boolean,
): Promise<void> {
  if (output.style.json) {
    const { base, ...rest } = reportComparison(pair, comparison, files.base);
    const next = comparedReport(pair.new, files.new);
    const { workload, subject } = pair.new;
    await output.record({ name: pair.name, workload, subject, base, new: next, ...rest });
    return;
  }
  for (const { name, base = 'none', new: after = 'none' } of differencesOf(pair.base, pair.new)) {
    output.warn(`compared all the same: ${name} differs (${base}, now ${after})`);
  }
  const { workload, subject } = pair.new;
  const title = `${pair.name === undefined ? '' : `${pair.name}: `}${workload} ${subject}`;
  const lines = comparisonLines(title, comparison, await output.dataColors());
  await output.data(`${isFurther ? '\n' : ''}${lines.join('\n')}\n`);
}
