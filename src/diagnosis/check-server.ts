import { isIP } from 'node:net';
import {
  type Auth,
  type ConnectionPlan,
  type DialStage,
  hostPort,
  loadAuthenticator,
  type PlannedServer,
} from '../connection/index.js';
import { CliError } from '../errors.js';
import { checkServices } from './check-services.js';
import { checkUser } from './check-user.js';
import { CHECK_OF_STAGE, certificateFacts, describeWay } from './describe-way.js';
import { type Finding, failed, isOfAddress } from './finding.js';
import { mendOf } from './mend.js';
import { round } from './milliseconds.js';
import { fetchPeerCertificate } from './peer-certificate.js';
import { type Probe, probe } from './probe.js';
import { type Resolve, resolveServer } from './resolve.js';
import { measureRoundTrips } from './round-trips.js';
import { readUserJwt } from './user-jwt.js';

/** What is found at one address of a server; `address` undefined for the server as a whole. */
export type Tell = (finding: Finding, address: string | undefined) => Promise<void>;

export interface ServerCheck {
  readonly plan: ConnectionPlan;
  readonly server: PlannedServer;
  /** Goes no further than to these: `login` without credentials that are of use, `tls` without its files. */
  readonly stopAt: ReadonlySet<DialStage>;
  readonly resolve?: Resolve;
}

/** As many round trips say how far away a server is. */
const ROUND_TRIPS = 5;

/**
 * Resolves a server's name, connects to each of its addresses, and measures.
 *
 * An address that is not reached is a failure where no other address of the server is, else a warning: connections
 * go to another one.
 */
export async function checkServer(check: ServerCheck, tell: Tell): Promise<void> {
  const { plan, server, resolve } = check;
  let addresses: readonly string[];
  try {
    addresses = await resolveServer(server, plan.timeoutMs, resolve);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    await tell(failed('dns', error), undefined);
    return;
  }
  if (isIP(server.host) === 0) {
    const message = `${server.host} is ${addresses.join(', ')}`;
    await tell({ check: 'dns', status: 'ok', message, facts: { addresses } }, undefined);
  }
  const perAddress: Array<readonly Finding[]> = [];
  for (const address of addresses) perAddress.push(await checkAddress(check, address));
  const isReached = perAddress.some((findings) => !findings.some(({ status }) => status === 'failure'));
  for (const [index, findings] of perAddress.entries()) {
    const where = hostPort({ host: addresses[index] as string, port: server.port });
    for (const finding of findings) {
      await tell(isReached ? withoutFailure(finding) : finding, where);
    }
  }
}

function withoutFailure(finding: Finding): Finding {
  if (finding.failure === undefined || !isOfAddress(finding.failure)) return finding;
  const { failure: _, ...rest } = finding;
  return { ...rest, status: 'warning', hint: 'connections go to another address of this name' };
}

async function checkAddress({ plan, server, stopAt }: ServerCheck, address: string): Promise<readonly Finding[]> {
  const probed = await probe(plan, server, address, stopAt);
  const findings = describeWay(probed, stopAt, Date.now());
  const { connection, failure } = probed;
  if (failure !== undefined) return [...findings, await explain(failure, probed, { plan, server, address })];
  if (connection === undefined) return findings;
  try {
    const trips = await measureRoundTrips(connection, ROUND_TRIPS, plan.timeoutMs);
    const message = `min ${trips.minMs.toFixed(2)} ms, median ${trips.medianMs.toFixed(2)} ms, max ${trips.maxMs.toFixed(2)} ms`;
    const facts = {
      rtt_min_ms: round(trips.minMs),
      rtt_median_ms: round(trips.medianMs),
      rtt_max_ms: round(trips.maxMs),
    };
    return [
      ...findings,
      { check: 'round_trip', status: 'ok', message, facts },
      ...(await checkUser(connection, plan.timeoutMs)),
      await checkServices(connection),
    ];
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [...findings, failed('round_trip', error)];
  } finally {
    await connection.close();
  }
}

interface Where {
  readonly plan: ConnectionPlan;
  readonly server: PlannedServer;
  readonly address: string;
}

async function explain(failure: CliError, probed: Probe, { plan, server, address }: Where): Promise<Finding> {
  const { dial } = probed;
  if (dial === undefined) return failed('login', failure);
  const isMistrusted = dial.stage === 'tls' && /CERT|VERIFY/.test(String((dial.error as NodeJS.ErrnoException)?.code));
  const certificate = isMistrusted
    ? await fetchPeerCertificate({
        host: address,
        port: server.port,
        servername: isIP(server.host) === 0 ? server.host : undefined,
        first: plan.tls?.first === true,
        timeoutMs: plan.timeoutMs,
      })
    : undefined;
  const hint = mendOf(failure, {
    dial,
    host: server.host,
    isNamed: plan.serversFrom !== 'default',
    certificate,
    ...(await identityOf(dial.server.auth)),
    nowMs: Date.now(),
  });
  return { ...failed(CHECK_OF_STAGE[dial.stage], failure, hint), facts: certificateFacts(certificate) };
}

/** Who we say that we are, as far as that is no secret. */
async function identityOf(auth: Auth): Promise<{ publicKey: string | undefined; account: string | undefined }> {
  try {
    const told = (await loadAuthenticator(auth))('') as { readonly jwt?: string; readonly nkey?: string } | undefined;
    return { publicKey: told?.nkey || undefined, account: readUserJwt(told?.jwt ?? '')?.account };
  } catch {
    // The credentials' own check tells of it.
    return { publicKey: undefined, account: undefined };
  }
}
