import { escapeLine } from '../escape.js';
import { round } from './milliseconds.js';
import type { AuthStatus, Measurement } from './rtt.js';

/** The JSON form of a measurement. */
export function measurementFields(measurement: Measurement): object {
  const { server, address } = measurement;
  if (measurement.kind === 'failed') {
    const { kind, message, hint } = measurement.failure;
    return { server, address, error: { kind, message, hint } };
  }
  const { roundTrips, connectMs, serverName, version, tls, auth } = measurement;
  const { count, minMs, medianMs, meanMs, maxMs } = roundTrips;
  return {
    server,
    address,
    rtt_ms: round(medianMs),
    rtt_min_ms: round(minMs),
    rtt_median_ms: round(medianMs),
    rtt_mean_ms: round(meanMs),
    rtt_max_ms: round(maxMs),
    round_trips: count,
    connect_ms: round(connectMs),
    tls: tls !== undefined,
    tls_version: tls?.version,
    cipher: tls?.cipher,
    auth: auth.method,
    auth_status: auth.status,
    user: auth.user,
    server_name: serverName,
    version,
  };
}

/** The same for a person, control characters escaped: a line for the address, and below it what belongs to it. */
export function measurementLines(measurement: Measurement): readonly string[] {
  const { server, address } = measurement;
  const heading = escapeLine(address === undefined ? server : `${server}  ${address}`);
  if (measurement.kind === 'failed') {
    const { message, hint } = measurement.failure;
    return [
      heading,
      `  failed      ${escapeLine(message)}`,
      ...(hint === undefined ? [] : [`              ${escapeLine(hint)}`]),
    ];
  }
  const { roundTrips, connectMs, serverName, version, tls, auth } = measurement;
  const { count, minMs, medianMs, meanMs, maxMs } = roundTrips;
  const rows: ReadonlyArray<readonly [string, string]> = [
    ['round trip', `min ${ms(minMs)}, median ${ms(medianMs)}, mean ${ms(meanMs)}, max ${ms(maxMs)} (of ${count})`],
    ['connect', ms(connectMs)],
    ['TLS', tls === undefined ? 'none, in plain' : `${tls.version}, ${tls.cipher}`],
    ['login', describeAuthStatus(auth)],
    ['server', `NATS server ${version ?? 'of unknown version'}${serverName === undefined ? '' : `, ${serverName}`}`],
  ];
  return [heading, ...rows.map(([name, text]) => `  ${name.padEnd(10)}  ${escapeLine(text)}`)];
}

function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(2)} ms`;
}

function describeAuthStatus({ method, user, status }: AuthStatus): string {
  const who = user === undefined ? method : `${method} ${JSON.stringify(user)}`;
  if (method === 'none') {
    return status === 'accepted'
      ? "accepted without credentials, as the server's default user"
      : 'none, and none asked for';
  }
  return status === 'accepted' ? `${who}, accepted` : `${who}, though the server asks for no credentials`;
}
