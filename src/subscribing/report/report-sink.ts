import type { Msg } from 'nats';
import { type DataWriter, escapeJson, escapeLine, type LiveText, type Output } from '../../output/index.js';
import type { MessageSink } from '../message-sink.js';
import { reportFields, reportTable, TABLE_FRAME_LINES } from './report-table.js';
import { TrafficCounter } from './subject-traffic.js';

export interface ReportOptions {
  /** Of how many subjects it tells. */
  readonly top: number;
  /** Where a person watches; undefined: the report comes at the end alone. */
  readonly live: LiveText | undefined;
  readonly writer: DataWriter;
  readonly output: Output;
}

const REDRAW_MS = 1_000;

/** Counts messages by subject, and reports: once a second on a terminal, and at the end. */
export function createReportSink({ top, live, writer, output }: ReportOptions): MessageSink {
  const counter = new TrafficCounter();
  const asIs = (text: string): string => text;
  const [shown, shownJson] = output.dataIsForTerminal ? [escapeLine, escapeJson] : [asIs, asIs];
  let redrawing: NodeJS.Timeout | undefined;
  const redraw = (): void => {
    if (live === undefined) return;
    const fitting = Math.max(0, live.room - TABLE_FRAME_LINES);
    live.show(reportTable(counter.sinceLast(Math.min(top, fitting)), shown));
  };
  return {
    begin() {
      counter.begin();
      if (live === undefined) return;
      redraw();
      redrawing = setInterval(redraw, REDRAW_MS);
    },
    take: ({ subject, data }: Msg) => counter.note(subject, data.length),
    async end() {
      clearInterval(redrawing);
      live?.clear();
      const report = counter.overall(top);
      const text = output.style.json
        ? shownJson(JSON.stringify(reportFields(report)))
        : reportTable(report, shown).join('\n');
      writer.write(`${text}\n`);
      await writer.flush();
    },
  };
}
