import { noNetwork } from './network.js';
import { hasPython } from './python.js';
import { hasBash, hasTerminal } from './terminal.js';
import { areToolsRequired, natsServers, tools } from './tools.js';

/** Run once by vitest: says at the end, in one line, what was left out; fails where tools are required and missing. */
export default function reportMissingTools(): (() => void) | undefined {
  const missing = [
    ...natsServers,
    tools.nats,
    tools.goClient,
    tools.zsh,
    tools.fish,
    tools.chromium,
    tools.prometheus,
    ...tools.nodes,
  ].filter(({ path }) => path === undefined);
  const names = missing.map(({ name }) => name).join(', ');
  if (names !== '' && areToolsRequired(process.env)) {
    throw new Error(`Missing: ${names}. Install with: npm run tools`);
  }
  const reasons = [
    ...(names === '' ? [] : [`the tests that need ${names} (npm run tools installs them)`]),
    ...(noNetwork === undefined ? [] : [`those of the default port (${noNetwork})`]),
    ...(hasBash ? [] : ['those of the completion of bash (there is no bash)']),
    ...(hasPython ? [] : ['those of the examples in Python (there is no python3)']),
    ...(hasTerminal ? [] : ["those in a terminal (there is no util-linux' script)"]),
  ];
  return reasons.length === 0 ? undefined : () => console.log(`Left out: ${reasons.join('; ')}.`);
}
