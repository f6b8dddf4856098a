import { expect, it } from 'vitest';
import { CliError } from '../src/errors.js';
import { failureError, reportFailure } from '../src/failure-report.js';

/** What is left of a value that went to another process. */
const sent = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

it('a failure keeps its kind, message, hint and details between processes', () => {
  const error = new CliError('authorization', 'refused', { hint: 'give --creds', details: { server: 'a:4222' } });
  expect(failureError(sent(reportFailure(error)))).toMatchObject({
    kind: 'authorization',
    exitCode: 4,
    message: 'refused',
    hint: 'give --creds',
    details: { server: 'a:4222' },
  });
});

it('an error that nobody foresaw is internal, and says where it was thrown', () => {
  expect(reportFailure(new Error('boom'))).toMatchObject({
    kind: 'internal',
    message: expect.stringMatching(/^Error: boom\n.*failure-report\.test\.ts/),
  });
});

it('a thrown value that is no error is told as text', () => {
  expect(reportFailure('boom')).toMatchObject({ kind: 'internal', message: 'boom' });
});
