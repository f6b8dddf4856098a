import type { ConnectionFlags, EffectiveSetting, Environment } from '../../src/connection/index.js';
import type { Finding } from '../../src/diagnosis/finding.js';
import { diagnose } from '../../src/diagnosis/index.js';
import type { Report, Where } from '../../src/diagnosis/report.js';
import { CliError } from '../../src/errors.js';
import { createTempDir } from '../support/guardian.js';

/** All that a diagnosis has told. */
export interface Diagnosis {
  readonly settings: readonly EffectiveSetting[];
  readonly findings: ReadonlyArray<Finding & { readonly where: Where | undefined }>;
  /** What it ends with; undefined where all is well. */
  readonly error: CliError | undefined;
  /** The status of the first finding of each check. */
  readonly statuses: Readonly<Record<string, string>>;
  /** The findings of a check. */
  of(check: string): readonly Finding[];
}

/** Diagnoses with these flags and variables, and short patience. */
export async function diagnosisOf(flags: ConnectionFlags, env: Environment = {}): Promise<Diagnosis> {
  const settings: EffectiveSetting[] = [];
  const findings: Array<Finding & { where: Where | undefined }> = [];
  const report: Report = {
    section: async () => undefined,
    setting: async (setting) => void settings.push(setting),
    finding: async (finding, where) => void findings.push({ ...finding, where }),
    end: async () => undefined,
  };
  const home = env['HOME'] ?? createTempDir('home');
  const patient = { flags: { timeout: '2s', ...flags }, env, home, trace: undefined };
  const error = await diagnose(patient, report).then(
    () => undefined,
    (failure: unknown) => {
      if (failure instanceof CliError) return failure;
      throw failure;
    },
  );
  const statuses: Record<string, string> = {};
  for (const { check, status } of findings) statuses[check] ??= status;
  return { settings, findings, error, statuses, of: (check) => findings.filter((finding) => finding.check === check) };
}
