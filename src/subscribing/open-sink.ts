import {
  createMessagePrinter,
  createTimestamps,
  LiveText,
  type MessageStyle,
  type Output,
  type Terminal,
} from '../output/index.js';
import type { MessageSink } from './message-sink.js';
import { createPrintSink } from './print-sink.js';

/** What is done with messages. */
export type SinkPlan =
  /** `raw`: control characters reach a terminal as they are. */
  | { readonly kind: 'print'; readonly style: MessageStyle; readonly raw: boolean }
  | {
      readonly kind: 'exec';
      readonly command: string;
      readonly args: readonly string[];
      readonly concurrency: number;
      readonly failFast: boolean;
    }
  | { readonly kind: 'dump'; readonly directory: string; readonly style: MessageStyle }
  | { readonly kind: 'report'; readonly top: number };

/** What a sink works in. */
export interface SinkScope {
  readonly output: Output;
  readonly env: NodeJS.ProcessEnv;
  /** Where stdout is a terminal; its rows may change. */
  readonly terminal: Terminal;
}

/** A sink, and what else is told meanwhile: it must not stand in the middle of what the sink shows. */
export interface OpenSink {
  readonly sink: MessageSink;
  readonly output: Output;
}

/**
 * Makes what takes the messages; loads what only this kind needs.
 *
 * @throws CliError `usage` where a program or a folder cannot be used
 */
export async function openSink(plan: SinkPlan, { output, env, terminal }: SinkScope): Promise<OpenSink> {
  if (plan.kind === 'print') {
    const { form, time, encoding } = plan.style;
    const timestamps = createTimestamps(time);
    const escaped = output.dataIsForTerminal && !plan.raw;
    const print = createMessagePrinter(form, { timestamps, escaped, encoding });
    return { sink: createPrintSink({ print, timestamps, writer: output.writer(), output }), output };
  }
  if (plan.kind === 'dump') {
    const { form, time, encoding } = plan.style;
    const { createDumpSink } = await import('./dump-sink.js');
    const print = createMessagePrinter(form, { timestamps: createTimestamps(time), escaped: false, encoding });
    const extension = form.kind === 'json' ? '.json' : '';
    return { sink: createDumpSink({ directory: plan.directory, print, extension, output }), output };
  }
  if (plan.kind === 'report') {
    const { createReportSink } = await import('./report/report-sink.js');
    const isLive = output.dataIsForTerminal && !output.style.json && env['TERM'] !== 'dumb';
    const live = isLive ? new LiveText(terminal) : undefined;
    const sink = createReportSink({ top: plan.top, live, writer: output.writer(), output });
    return { sink, output: live === undefined ? output : aside(output, live) };
  }
  const [{ ExecSink }, { findProgram }] = await Promise.all([
    import('./exec/exec-sink.js'),
    import('../programs/index.js'),
  ]);
  const { command, args, concurrency, failFast } = plan;
  const program = findProgram(command, args, env['PATH']);
  return { sink: new ExecSink({ program, concurrency, failFast, env, writer: output.writer(), output }), output };
}

/** Takes the live text away before something else is told; it is back at its next turn. */
function aside(output: Output, live: LiveText): Output {
  const before =
    <T extends unknown[], R>(tell: (...args: T) => R) =>
    (...args: T): R => {
      live.clear();
      return tell(...args);
    };
  return { ...output, notice: before(output.notice), warn: before(output.warn), detail: before(output.detail) };
}
