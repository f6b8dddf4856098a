import {
  type Auth,
  type ConnectionPlan,
  type DialStage,
  describeAuth,
  effectiveSettings,
  formatServer,
} from '../connection/index.js';
import { CliError, gravestOf } from '../errors.js';
import { checkCertificates } from './check-certificates.js';
import { checkCredentials } from './check-credentials.js';
import { checkServer } from './check-server.js';
import type { Finding, Status } from './finding.js';
import type { Report, Where } from './report.js';
import { type Patient, planAsFarAsPossible, WITHOUT_FILES } from './settings-plan.js';

/**
 * Looks at everything that a connection depends on, from the settings to the permissions, and tells what it finds.
 * What is wrong early on hides nothing that can be looked at all the same.
 *
 * @throws CliError the gravest failure, where there is one; warnings are none
 */
export async function diagnose(patient: Patient, report: Report): Promise<void> {
  const failures: CliError[] = [];
  const counts: Record<Status, number> = { ok: 0, warning: 0, failure: 0, unknown: 0, skipped: 0 };
  const tell = async (finding: Finding, where?: Where): Promise<void> => {
    counts[finding.status] += 1;
    if (finding.failure !== undefined) failures.push(finding.failure);
    await report.finding(finding, where);
  };

  const { sources, findings, whole, plan, stopAt } = planAsFarAsPossible(patient);
  await report.section('Settings');
  for (const setting of effectiveSettings(sources)) await report.setting(setting);
  for (const finding of findings) await tell(finding);
  const unread = whole === undefined ? stopAt : await checkFiles(whole, report, tell);
  if (plan !== undefined) {
    const unusable = new Set([...stopAt, ...unread]);
    for (const server of plan.servers) {
      const name = formatServer(server);
      await report.section(`Server ${name}`);
      const check = { ...withoutUnusable(plan, unusable), stopAt: unusable };
      await checkServer(
        { ...check, server: unusable.size === 0 ? server : { ...server, auth: NO_AUTH } },
        (finding, address) => tell(finding, { server: name, address }),
      );
    }
  }
  await report.end(counts);
  const gravest = gravestOf(failures);
  if (gravest !== undefined) throw summarize(gravest, failures.length);
}

const NO_AUTH: Auth = { method: 'none' };

/**
 * Looks at the credentials and the TLS files.
 *
 * @returns the stages that cannot be tried, for want of files that are of use
 */
async function checkFiles(
  plan: ConnectionPlan,
  report: Report,
  tell: (finding: Finding) => Promise<void>,
): Promise<ReadonlySet<DialStage>> {
  await report.section('Credentials and certificates');
  let unusable: ReadonlySet<DialStage> = new Set();
  for (const auth of differentAuths(plan)) {
    for (const finding of await checkCredentials(auth)) {
      await tell(finding);
      if (finding.failure?.kind === 'usage') unusable = new Set(['login']);
    }
  }
  for (const finding of await checkCertificates(plan)) {
    await tell(finding);
    if (finding.failure?.kind === 'usage') unusable = WITHOUT_FILES;
  }
  return unusable;
}

function differentAuths({ servers }: ConnectionPlan): readonly Auth[] {
  return [...new Map(servers.map(({ auth }) => [describeAuth(auth), auth])).values()];
}

function withoutUnusable(plan: ConnectionPlan, unusable: ReadonlySet<DialStage>): { readonly plan: ConnectionPlan } {
  const { tls } = plan;
  if (tls === undefined || !unusable.has('tls')) return { plan };
  return { plan: { ...plan, tls: tls.first ? { ...tls, ca: undefined, certificate: undefined } : undefined } };
}

function summarize(gravest: CliError, count: number): CliError {
  const { kind, message, hint, details } = gravest;
  const told = count === 1 ? message : `${count} failures; the gravest: ${message}`;
  return new CliError(kind, told, { hint, details: { ...details, failures: count }, cause: gravest });
}
