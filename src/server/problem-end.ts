import type { ParseProblem } from '../protocol/command-parser.js';

/** How a client ends that cannot be understood. */
export interface ProblemEnd {
  /** What the client is told with -ERR; undefined where nats-server says nothing to it. */
  readonly text: string | undefined;
  /** In nats-server's words, as its pages show it of a closed connection. */
  readonly reason: string;
  /** For the log. */
  readonly detail: string;
}

export function endOf(problem: ParseProblem): ProblemEnd {
  switch (problem.kind) {
    case 'unknown_operation':
      return { text: 'Unknown Protocol Operation', reason: 'Protocol Violation', detail: nearText(problem.near) };
    case 'line_too_long':
      return {
        text: 'maximum control line exceeded',
        reason: 'Maximum Control Line Exceeded',
        detail: ` of ${problem.limit} bytes`,
      };
    case 'payload_too_large':
      return {
        text: 'Maximum Payload Violation',
        reason: 'Maximum Message Payload Exceeded',
        detail: `: ${problem.size} bytes`,
      };
    case 'malformed':
      return { text: undefined, reason: 'Protocol Violation', detail: `: ${problem.reason}` };
    case 'client_error':
      return {
        text: undefined,
        reason: 'Parse Error',
        detail: `: the client reports ${JSON.stringify(problem.reason)}`,
      };
  }
}

/** What cannot be read, for the log; not where it may be a CONNECT gone wrong, which holds secrets. */
function nearText(near: string): string {
  return /^c/i.test(near) ? '' : ` near ${JSON.stringify(near)}`;
}
