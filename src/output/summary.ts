import type { Output } from './streams.js';

/** Tells at the end what came of many things: a line on stderr, an object there with `--json`. */
export function tellSummary(output: Output, text: string, fields: object): void {
  if (!output.style.json) output.notice(text);
  else if (!output.style.quiet) output.log(`${JSON.stringify({ summary: fields })}\n`);
}
