import type { Output } from './streams.js';

/** An output that begins what it tells a person with a name: of one of several that tell at the same time. */
export function namedOutput(output: Output, name: string): Output {
  const of = (message: string): string => `${name}: ${message}`;
  return {
    ...output,
    notice: (message) => output.notice(of(message)),
    warn: (message) => output.warn(of(message)),
    detail: (message) => output.detail(of(message)),
  };
}
