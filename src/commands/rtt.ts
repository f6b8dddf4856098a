import { usageError } from '../errors.js';
import { parseWholeNumber } from '../units.js';
import { defineCommand, requireOperands } from './command.js';
import { planFromFlags } from './connection-plan.js';

const MOST_ROUND_TRIPS = 100_000;

export const rtt = defineCommand({
  usage: 'rtt [COUNT]',
  describe: 'Measure the round trip to each server, at each address of its name',
  operands: { COUNT: 'The same as --count' },
  flags: {
    count: { kind: 'value', alias: 'n', describe: 'Round trips to measure at each address', default: '5' },
  },
  examples: [
    ['natsctl rtt', 'the server that every command would use'],
    ['natsctl rtt -s nats://a.example,tls://b.example -n 100', 'two servers, a hundred round trips each'],
    ['natsctl rtt --json', 'an object for each address, with rtt_ms, the median'],
  ],
  epilogue:
    "A round trip is a PING and its PONG, on one connection and after the login; the time to connect is told apart. Told as well: whether it is encrypted, how the login went, and the server's name and version.\n\nExit codes: 0 each server was reached at one of its addresses, 2 usage, else the gravest failure: 4 refused, 3 no connection, 6 no answer.",

  async run({ operands, flags, global, output, env }) {
    requireOperands(operands, [], ['COUNT']);
    const [operand] = operands;
    if (operand !== undefined && flags.count !== undefined)
      throw usageError('COUNT and --count say the same: give one');
    const name = operand === undefined ? '--count' : 'COUNT';
    const count = parseWholeNumber(operand ?? flags.count ?? '5', name, { min: 1, max: MOST_ROUND_TRIPS });
    const plan = planFromFlags(global, env, 'natsctl rtt');
    const { judgeMeasurements, measurementFields, measurementLines, measureServers } = await import(
      '../diagnosis/index.js'
    );
    const measurements = [];
    for await (const measurement of measureServers({ plan, count })) {
      if (output.style.json) await output.record(measurementFields(measurement));
      else await output.data(`${measurementLines(measurement).join('\n')}\n`);
      measurements.push(measurement);
    }
    const failure = judgeMeasurements(measurements);
    if (failure !== undefined) throw failure;
    return 0;
  },
});
