import { setTimeout as delay } from 'node:timers/promises';
import { type ConnectionPlan, connect } from '../../connection/index.js';
import { CliError } from '../../errors.js';
import type { Judge } from '../judge.js';
import { beginPatience, type Patience, type TellPause } from '../patience.js';
import type { Reply, RequestMessage } from '../request.js';
import { RequestInbox } from './request-inbox.js';
import { WorkWindow } from './work-window.js';

/** Many requests over one connection. */
export interface ManyRequests<Input> {
  readonly plan: ConnectionPlan;
  /** As they come, with some at a time that came together. */
  readonly inputs: AsyncIterable<readonly Input[]>;
  /**
   * Makes an input a request.
   *
   * @param n of the input, counted from 1
   * @throws CliError `usage` where the input is none
   */
  readonly toRequest: (input: Input, n: number) => RequestMessage;
  /** How many may be asked and not yet handed on. */
  readonly concurrency: number;
  /** Whether results are handed on in the order of the inputs, or as they come. */
  readonly ordered: boolean;
  /** With each request. */
  readonly patience: Patience;
  readonly judge: Judge;
  readonly tellPause: TellPause;
}

/** What came of one input. */
export interface RequestResult {
  /** Of the input, counted from 1. */
  readonly n: number;
  /** Undefined where the input is no request. */
  readonly subject: string | undefined;
  readonly reply: Reply | undefined;
  /** Why it failed; a service's error comes with its reply. */
  readonly failure: CliError | undefined;
}

/**
 * Sends the requests, and hands on one result for each input. A request that fails is a result too. Where the
 * connection is lost, those in flight fail, and further ones wait for a server, all together no longer than the
 * time-out or the patience allows; after that they fail at once until a server is back.
 *
 * @param take is handed the results; a promise means that it cannot keep up, and holds the inputs back
 * @throws CliError where the first connect fails, or as the inputs and `take` do
 */
export async function requestMany<Input>(
  requests: ManyRequests<Input>,
  take: (result: RequestResult) => void | Promise<void>,
): Promise<void> {
  const { plan, inputs, concurrency, ordered, patience } = requests;
  const waitServerMs = Math.max(plan.waitServerMs, patience.waitMs);
  const connection = await connect({ ...plan, waitServerMs });
  const inbox = new RequestInbox(connection, {
    timeoutMs: plan.timeoutMs,
    reconnectMs: Math.max(plan.timeoutMs, waitServerMs),
  });
  try {
    const window = new WorkWindow<RequestResult>({ size: concurrency, ordered, emit: take });
    let n = 0;
    for await (const batch of inputs) {
      for (const input of batch) {
        for (let full = window.room(); full !== undefined; full = window.room()) await full;
        n += 1;
        window.add(resultOf(requests, inbox, input, n));
      }
    }
    await window.drained();
  } finally {
    inbox.close();
    await connection.close();
  }
}

async function resultOf<Input>(
  requests: ManyRequests<Input>,
  inbox: RequestInbox,
  input: Input,
  n: number,
): Promise<RequestResult> {
  let subject: string | undefined;
  try {
    const request = requests.toRequest(input, n);
    subject = request.subject;
    const reply = await askPatiently(requests, inbox, request);
    return { n, subject, reply, failure: requests.judge(subject, reply) };
  } catch (failure) {
    if (!(failure instanceof CliError)) throw failure;
    return { n, subject, reply: undefined, failure };
  }
}

async function askPatiently<Input>(
  { patience, tellPause }: ManyRequests<Input>,
  inbox: RequestInbox,
  request: RequestMessage,
): Promise<Reply> {
  const left = beginPatience(patience);
  for (;;) {
    try {
      return await inbox.ask(request);
    } catch (error) {
      const pauseMs = left.pauseAfter(error);
      if (pauseMs === undefined) throw error;
      tellPause(error as CliError, pauseMs);
      await delay(pauseMs);
    }
  }
}
