import { type ErrorKind, EXIT_CODES } from '../../errors.js';
import type { HelpTopic } from '../page.js';

const WHEN: Readonly<Record<ErrorKind, string>> = {
  internal: 'a defect in natsctl',
  usage: 'bad flags, a bad subject or body, a file that cannot be read',
  connection: 'no server reached, or the connection lost and not regained',
  authorization: 'the server refused the credentials, or denies the subject',
  no_responders: 'nobody serves the subject; no such pool runs',
  timeout: 'no reply or message in time, or too few',
  service_error: 'the service answered with an error, or a program run for a message failed',
  expectation: 'what came is not what --expect, --expect-match or --expect-json asks for',
  pool: 'no worker stays alive, and the cause is none of the above; a pool cannot do now what it is told',
};

export const exitCodes: HelpTopic = {
  name: 'exit-codes',
  describe: 'What the exit status says',
  blocks: [
    {
      rows: [
        ['0', 'done'],
        ...(Object.entries(EXIT_CODES) as Array<[ErrorKind, number]>).map(
          ([kind, code]) => [`${code}  ${kind}`, WHEN[kind]] as const,
        ),
        ['129, 130, 143', 'ended by SIGHUP, SIGINT or SIGTERM before the work was done'],
      ],
    },
    'A number never changes its meaning. Where one run has several outcomes, the exit code is the one that comes first in this list: 1, 2, 4, 3, 5, 6, 7, 8.',
    'Ctrl-C and SIGTERM are the ordinary way to end serve, server, a reply without --count and a sub without a goal: they finish what is in hand and exit with 0. A reader that goes away, as in "natsctl sub a | head -1", ends the program with 0.',
    'natsctl run passes the exit code of its command on; 125 is a failure of natsctl itself, 126 a command that cannot be executed, 127 one that was not found, 128 and a number a signal that ended it.',
    'With --json the error is the last line on stderr, an object with its kind:',
    { code: ['{"error":{"kind":"no_responders","message":"…","subject":"a.b"}}'] },
  ],
};
