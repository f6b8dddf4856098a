import { type Comparison, comparisonLines, differencesOf, type ReportPair } from '../../bench/index.js';
import type { Output } from '../../output/index.js';

/** Prints one comparison: an object with `--json`, else a table. */
export async function printComparison(
  output: Output,
  pair: ReportPair,
  comparison: Comparison,
  files: { readonly base: string; readonly new: string },
  isFurther: boolean,
): Promise<void> {
  const differences = differencesOf(pair.base, pair.new);
  if (output.style.json) {
    const described = (report: ReportPair['base'], file: string) => ({
      file,
      started_at: report.started_at,
      natsctl: report.environment.natsctl,
    });
    await output.record({
      name: pair.name,
      workload: pair.new.workload,
      subject: pair.new.subject,
      base: described(pair.base, files.base),
      new: described(pair.new, files.new),
      ...comparison,
      differences,
    });
    return;
  }
  for (const { name, base = 'none', new: after = 'none' } of differences) {
    output.warn(`compared all the same: ${name} differs (${base}, now ${after})`);
  }
  const { workload, subject } = pair.new;
  const title = `${pair.name === undefined ? '' : `${pair.name}: `}${workload} ${subject}`;
  const lines = comparisonLines(title, comparison, await output.dataColors());
  await output.data(`${isFurther ? '\n' : ''}${lines.join('\n')}\n`);
}
