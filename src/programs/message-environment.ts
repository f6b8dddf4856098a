import type { Msg } from 'nats';
import { readHeaders } from '../output/index.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Whose values are those of the message alone: a program that natsctl runs may run natsctl itself. */
const OF_A_MESSAGE = /^NATS_(SUBJECT|REPLY|HEADER_.*)$/s;

/** The environment without what it may hold of another message. */
export function withoutMessage(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !OF_A_MESSAGE.test(name)));
}

/**
 * What a program's environment says of a message: `NATS_SUBJECT`; `NATS_REPLY`, if it has one; and for each header
 * `NATS_HEADER_` and its name in upper case, any character but A to Z, 0 to 9 as `_`. Several values, also of names
 * that become the same, have commas between them. NUL, which no environment can hold, is left out.
 */
export function messageVariables(message: Msg): Record<string, string> {
  const variables: Record<string, string> = { NATS_SUBJECT: withoutNul(message.subject) };
  if (message.reply) variables['NATS_REPLY'] = withoutNul(message.reply);
  const { fields = {} } = readHeaders(message);
  for (const [name, values] of Object.entries(fields)) {
    const variable = `NATS_HEADER_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
    const before = variables[variable];
    variables[variable] = withoutNul([...(before === undefined ? [] : [before]), ...values].join(','));
  }
  return variables;
}

function withoutNul(text: string): string {
  return text.replaceAll('\0', '');
}
