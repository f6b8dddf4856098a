import { type Connection, type ConnectionPlan, connect, denialError } from '../connection/index.js';
import { CliError } from '../errors.js';
import { exitCodeOf, listenForStop, prepareReadyFile, type ReadyFile, type StopSignals } from '../lifecycle/index.js';
import { escapeForLog, type Output } from '../output/index.js';
import { answerTo, type CannedReply } from './canned-reply.js';
import { type ReplierOptions, startReplier } from './replier.js';

export interface ReplyTask extends Pick<ReplierOptions, 'subject' | 'queue' | 'count' | 'delayMs'> {
  readonly plan: ConnectionPlan;
  readonly canned: CannedReply;
  /** Written once the server has confirmed the subscription; removed at the end. */
  readonly readyFile: string | undefined;
}

/**
 * Answers requests until there were as many as wanted, or a signal comes: then it answers what has come.
 *
 * @returns the exit code: 0 where there was no number to reach, or it was reached
 * @throws CliError
 */
export async function runReply(task: ReplyTask, output: Output): Promise<number> {
  const signals = listenForStop();
  let readyFile: ReadyFile | undefined;
  try {
    if (task.readyFile !== undefined) readyFile = await prepareReadyFile(task.readyFile);
    const connecting = connect(task.plan);
    const connection = await Promise.race([connecting, signals.first]);
    if (typeof connection === 'string') return exitCodeOf(connection);
    try {
      return await replyOn(connection, task, readyFile, signals, output);
    } finally {
      await connection.close();
    }
  } finally {
    signals.release();
    await readyFile?.remove();
  }
}

async function replyOn(
  connection: Connection,
  task: ReplyTask,
  readyFile: ReadyFile | undefined,
  signals: StopSignals,
  output: Output,
): Promise<number> {
  const { subject, queue, count } = task;
  const denied = tellOfConnection(connection, output);
  const replier = await startReplier(connection, {
    ...task,
    answer: (request, number) => answerTo(request, number, task.canned),
    onAnswered(request, answer) {
      if (!output.style.verbose) return;
      const [asked, answered] = [request.data, answer.body].map((body) => escapeForLog(Buffer.from(body).toString()));
      output.detail(`Received request on ${request.subject}: ${asked}, replied: ${answered}`);
    },
  });
  const url = connection.server();
  await readyFile?.write({ pid: process.pid, subject, queue, url });
  output.notice(`replying on ${subject}${queue === undefined ? '' : `, queue ${queue}`}, at ${url}`);

  const lost = connection.closed.then((reason) => {
    throw reason ?? new CliError('connection', 'the connection was closed');
  });
  const signal = await Promise.race([replier.done, denied, lost, signals.first]);
  if (signal === undefined) return 0;
  output.notice(`${signal}: finishing what is in hand; once more to end at once`);
  const hurried = await Promise.race([replier.drain(), lost, signals.second]);
  if (hurried !== undefined) return exitCodeOf(hurried);
  return count === undefined || replier.answered() >= count ? 0 : exitCodeOf(signal);
}

/** Tells what becomes of the connection; rejects where the server denies what we listen to. */
function tellOfConnection({ events }: Connection, output: Output): Promise<never> {
  events.on('disconnected', () => output.warn('the connection to the server was lost; reconnecting'));
  events.on('reconnected', (server) => output.notice(`connected to ${server} again`));
  const denied = new Promise<never>((_, reject) => {
    events.on('denied', (denial) => {
      const error = denialError(denial);
      if (denial.operation === 'subscription') reject(error);
      else output.warn(error.message);
    });
  });
  // Before anybody waits for it, the confirmation tells the same.
  denied.catch(() => undefined);
  return denied;
}
