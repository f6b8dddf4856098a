import { describe, expect, it } from 'vitest';
import { CliError, type ErrorKind, EXIT_CODES, gravestOf, usageError } from '../src/errors.js';

/** The contract with scripts: README.md, "Exit codes". */
const contract: ReadonlyArray<readonly [kind: ErrorKind, exitCode: number, mayPass: boolean]> = [
  ['internal', 1, false],
  ['usage', 2, false],
  ['connection', 3, true],
  ['authorization', 4, false],
  ['no_responders', 5, true],
  ['timeout', 6, true],
  ['service_error', 7, false],
  ['expectation', 8, false],
  ['pool', 9, false],
];

describe('the kinds of failure', () => {
  it.each(contract)('%s exits with %d', (kind, exitCode) => {
    expect(new CliError(kind, 'it went wrong').exitCode).toBe(exitCode);
  });

  it('are these and no others', () => {
    expect(EXIT_CODES).toEqual(Object.fromEntries(contract.map(([kind, exitCode]) => [kind, exitCode])));
  });

  it.each(contract)('%s (exit %d): trying again may help: %s', (kind, _, mayPass) => {
    expect(new CliError(kind, 'it went wrong').mayPass).toBe(mayPass);
  });
});

describe('CliError', () => {
  it('lets the one who throws it know better whether trying again may help', () => {
    expect(new CliError('connection', 'the certificate is not trusted', { mayPass: false }).mayPass).toBe(false);
  });

  it('keeps hint, details and cause', () => {
    const cause = new Error('ECONNREFUSED');
    const error = new CliError('connection', 'no connection', { hint: 'start one', details: { server: 'a:1' }, cause });
    expect(error).toMatchObject({ message: 'no connection', hint: 'start one', details: { server: 'a:1' }, cause });
  });

  it('is of kind usage where usageError makes it', () => {
    expect(usageError('SUBJECT is missing', 'see --help')).toMatchObject({
      kind: 'usage',
      exitCode: 2,
      message: 'SUBJECT is missing',
      hint: 'see --help',
    });
  });
});

it.each<[readonly ErrorKind[], ErrorKind]>([
  [['connection'], 'connection'],
  [['connection', 'authorization'], 'authorization'],
  [['connection', 'authorization', 'usage'], 'usage'],
  [['expectation', 'service_error', 'timeout', 'no_responders'], 'no_responders'],
  [['usage', 'internal'], 'internal'],
])('of %j the gravest is %s', (kinds, gravest) => {
  expect(gravestOf(kinds.map((kind) => new CliError(kind, '')))?.kind).toBe(gravest);
});
