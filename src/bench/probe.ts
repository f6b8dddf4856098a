import { type ConnectionPlan, connect } from '../connection/index.js';
import { CliError } from '../errors.js';
import { requestOnce } from '../requests/index.js';
import { makeBodies } from './load/bodies.js';
import { headersOf } from './load/load-headers.js';
import type { LoadPlan } from './load/load-plan.js';

/** Whoever takes longer for one reply is measured all the same. */
const PATIENCE_MS = 1_000;

/**
 * Sends one request of the load before it, so that a subject that nobody serves, or that is denied, is told of at once.
 *
 * @throws CliError `no_responders`, `authorization`, `connection`, or `usage` where the body is too large for the
 *   server; nothing where the reply is an error or does not come in time: those are for the load to count
 */
export async function probeResponder(plan: LoadPlan): Promise<void> {
  const connection = await connect(namedProbe(plan.connection));
  try {
    const [body] = makeBodies(plan.bodies, plan.seed);
    const timeoutMs = Math.min(plan.timeoutMs, PATIENCE_MS);
    await requestOnce(connection, {
      subject: plan.subjects[0] as string,
      body: body as Uint8Array,
      headers: headersOf(plan),
      timeoutMs,
    });
  } catch (error) {
    if (!(error instanceof CliError) || error.kind !== 'timeout') throw withHint(error);
  } finally {
    await connection.close();
  }
}

function withHint(error: unknown): unknown {
  if (!(error instanceof CliError) || error.kind !== 'no_responders') return error;
  const hint = 'start a service there; natsctl bench service starts one itself and measures it';
  return new CliError(error.kind, error.message, { hint, details: error.details, cause: error });
}

function namedProbe(plan: ConnectionPlan): ConnectionPlan {
  return { ...plan, name: `${plan.name} probe` };
}
