import { describe, expect, it } from 'vitest';
import { judgeCertificate } from '../../src/diagnosis/check-certificates.js';
import { describeServices, readServiceName } from '../../src/diagnosis/check-services.js';
import { describeLists, describePermissions } from '../../src/diagnosis/check-user.js';
import { describeDate, type Finding } from '../../src/diagnosis/finding.js';
import { readUserReport } from '../../src/diagnosis/permissions.js';
import { findingLines, settingLine } from '../../src/diagnosis/report.js';
import { resolveServer } from '../../src/diagnosis/resolve.js';
import { summarize } from '../../src/diagnosis/round-trips.js';
import { judgeMeasurements, type Measurement } from '../../src/diagnosis/rtt.js';
import { measurementFields, measurementLines } from '../../src/diagnosis/rtt-text.js';
import { CliError, type ErrorKind } from '../../src/errors.js';
import { failureOf } from '../connection/planning.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');

describe('round trips', () => {
  it.each<[number[], object]>([
    [[3], { count: 1, minMs: 3, medianMs: 3, meanMs: 3, maxMs: 3 }],
    [[4, 1, 3, 2], { count: 4, minMs: 1, medianMs: 2.5, meanMs: 2.5, maxMs: 4 }],
    [[9, 1, 2], { count: 3, minMs: 1, medianMs: 2, meanMs: 4, maxMs: 9 }],
  ])('%j', (tookMs, summary) => {
    expect(summarize(tookMs)).toEqual(summary);
  });
});

describe('a date', () => {
  it.each([
    ['2026-01-01T00:30:00Z', '2026-01-01 00:30 UTC (in 30 minutes)'],
    ['2025-12-31T12:00:00Z', '2025-12-31 12:00 UTC (12 hours ago)'],
    ['2026-02-01T00:00:00Z', '2026-02-01 (in 31 days)'],
  ])('%s', (date, shown) => {
    expect(describeDate(new Date(date), NOW)).toBe(shown);
  });
});

describe('a certificate', () => {
  const certificate = (validFrom: string, validTo: string) => ({
    subject: 'O=Example\nCN=me',
    issuer: 'CN=ca',
    validFrom,
    validTo,
  });
  it.each<[string, string, string, string]>([
    ['Jan  1 00:00:00 2025 GMT', 'Jan  1 00:00:00 2027 GMT', 'ok', 'until 2027-01-01'],
    ['Jan  1 00:00:00 2025 GMT', 'Jan  5 00:00:00 2026 GMT', 'warning', 'until 2026-01-05 (in 4 days)'],
    ['Jan  1 00:00:00 2025 GMT', 'Dec 25 00:00:00 2025 GMT', 'failure', 'expired on 2025-12-25 (7 days ago)'],
    ['Jan  9 00:00:00 2026 GMT', 'Jan  1 00:00:00 2027 GMT', 'failure', 'valid from 2026-01-09 (in 8 days) on'],
  ])('from %s until %s: %s', (from, until, status, message) => {
    const finding = judgeCertificate(certificate(from, until), 'client certificate', 'me.pem', NOW);
    expect(finding).toMatchObject({ status, message: expect.stringContaining(message) });
    expect(finding.message).toContain('client certificate me.pem: O=Example, CN=me, issued by CN=ca');
    expect(finding.failure?.kind).toBe(status === 'failure' ? 'authorization' : undefined);
  });
});

describe('the permissions', () => {
  it.each<[string, object | undefined]>([
    ['', undefined],
    ['[]', undefined],
    ['{"error":{"code":400}}', undefined],
    ['{"data":{"user":"U","account":"A"}}', { user: 'U', account: 'A', publish: undefined, expiresInMs: undefined }],
    ['{"data":{"user":"UX","user_name":"anna","account_name":"shop"}}', { user: 'anna', account: 'shop' }],
    [
      '{"data":{"permissions":{"publish":{"allow":["a.>"],"deny":["a.b"]},"subscribe":{}},"expires":2000000000}}',
      { publish: { allow: ['a.>'], deny: ['a.b'] }, subscribe: undefined, expiresInMs: 2_000 },
    ],
    ['{"server":{"time":"2026-01-01T00:00:00Z"},"data":{}}', { serverTime: new Date(NOW) }],
    ['{"server":{"time":"noon"},"data":{}}', { serverTime: undefined }],
  ])('are read out of %s', (text, report) => {
    if (report === undefined) expect(readUserReport(text)).toBeUndefined();
    else expect(readUserReport(text)).toMatchObject(report);
  });

  it.each([
    [undefined, 'everything'],
    [{ allow: ['a.>', 'b'], deny: undefined }, 'a.>, b'],
    [{ allow: undefined, deny: ['c'] }, 'everything but c'],
    [{ allow: ['a.>'], deny: ['a.b', 'a.c'] }, 'a.> but a.b, a.c'],
  ])('%j are %s', (lists, shown) => {
    expect(describeLists(lists)).toBe(shown);
  });

  it.each([
    [0, 'ok', 'agree'],
    [90_000, 'warning', "90.0 s ahead of this machine's"],
    [-90_000, 'warning', "90.0 s behind this machine's"],
  ])('come with a clock %i ms away', (offsetMs, status, message) => {
    const text = JSON.stringify({ server: { time: new Date(NOW + offsetMs).toISOString() }, data: {} });
    const report = readUserReport(text);
    if (report === undefined) throw new Error('not read');
    expect(describePermissions({ kind: 'reported', report, askedMs: NOW }).at(-1)).toMatchObject({
      check: 'clock',
      status,
      message: expect.stringContaining(message),
    });
  });
});

describe('the services', () => {
  it('are told by name, with how many instances answered', () => {
    expect(describeServices(['b', 'a', 'b'])).toMatchObject({
      message: 'b (2), a (1)',
      facts: { services: { a: 1, b: 2 } },
    });
    expect(describeServices([]).message).toContain('none');
    expect(describeServices(Array.from({ length: 13 }, (_, at) => `s${at}`)).message).toMatch(/s9 \(1\), and 3 more$/);
  });

  it.each([
    ['{"name":"greeter"}', 'greeter'],
    ['{"name":1}', undefined],
    ['null', undefined],
    ['nonsense', undefined],
  ])('are named in %s', (text, name) => expect(readServiceName(Buffer.from(text))).toBe(name));
});

describe('the report for a person', () => {
  it('has a line for each finding, and one for the mend', () => {
    const finding: Finding = { check: 'round_trip', status: 'failure', message: 'a\u001b[2J', hint: 'b' };
    expect(findingLines(finding)).toEqual(['  failure  round trip    a\\e[2J', '           mend          b']);
    expect(findingLines({ ...finding, status: 'ok', hint: undefined })).toHaveLength(1);
  });

  it('breaks lines on a terminal, and in a pipe none', () => {
    const finding: Finding = { check: 'tcp', status: 'ok', message: 'word '.repeat(20).trim() };
    const lines = findingLines(finding, { columns: 60 });
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
    expect(lines[1]).toMatch(/^ {25}word/);
    expect(findingLines(finding)).toHaveLength(1);
  });

  it('has a line for each setting', () => {
    const setting = { name: 'creds', value: '~/x\u0007', from: '--creds', unused: undefined };
    expect(settingLine(setting)).toBe('  creds            ~/x\\x07  (--creds)');
    expect(settingLine({ ...setting, unused: 'why' })).toContain('(--creds; not used: why)');
  });
});

describe('the addresses of a server', () => {
  const server = { host: 'a.example', port: 4222, tls: false, auth: { method: 'none' } } as const;
  const code =
    (name: string): (() => Promise<never>) =>
    () =>
      Promise.reject(Object.assign(new Error(name), { code: name }));

  it('are those of its host, or the host itself', async () => {
    expect(await resolveServer(server, 100, async () => ['1.2.3.4', '::1'])).toEqual(['1.2.3.4', '::1']);
    expect(await resolveServer({ ...server, host: '::1' }, 100, code('ENOTFOUND'))).toEqual(['::1']);
  });

  it.each([
    [code('ENOTFOUND'), 'unknown host'],
    [code('EAI_AGAIN'), 'the host name could not be resolved (EAI_AGAIN)'],
    [() => new Promise<never>(() => undefined), 'no answer within 20 ms'],
  ])('are missed: %#', async (resolve, reason) => {
    expect(await failureOf(() => resolveServer(server, 20, resolve))).toMatchObject({
      kind: 'connection',
      message: `no connection to nats://a.example:4222: ${reason}`,
      hint: expect.stringContaining('a.example'),
    });
  });
});

describe('measurements', () => {
  const measured = (server: string): Measurement => ({
    kind: 'measured',
    server,
    address: '127.0.0.1:4222',
    roundTrips: summarize([0.123456, 0.2]),
    connectMs: 1.23456,
    serverName: 'a\u001b',
    version: '2.15.0',
    tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', certificate: undefined },
    auth: { method: 'user', user: 'anna', status: 'accepted' },
  });
  const failed = (server: string, kind: ErrorKind): Measurement => ({
    kind: 'failed',
    server,
    address: undefined,
    failure: new CliError(kind, `${kind} at ${server}`),
  });

  it.each<[string, Measurement[], ErrorKind | undefined]>([
    ['none failed', [measured('a'), measured('b')], undefined],
    ['one address of a server failed', [failed('a', 'connection'), measured('a')], undefined],
    ['one address of a server refused us', [failed('a', 'authorization'), measured('a')], 'authorization'],
    ['one server failed', [measured('a'), failed('b', 'connection')], 'connection'],
    ['a refusal weighs more', [failed('a', 'connection'), failed('b', 'authorization')], 'authorization'],
    ['a time-out weighs less', [failed('a', 'timeout'), failed('b', 'connection')], 'connection'],
  ])('where %s', (_, measurements, kind) => {
    expect(judgeMeasurements(measurements)?.kind).toBe(kind);
  });

  it('are a line of JSON with stable names', () => {
    expect(measurementFields(measured('nats://a:4222'))).toEqual({
      server: 'nats://a:4222',
      address: '127.0.0.1:4222',
      rtt_ms: 0.16,
      rtt_min_ms: 0.12,
      rtt_median_ms: 0.16,
      rtt_mean_ms: 0.16,
      rtt_max_ms: 0.2,
      round_trips: 2,
      connect_ms: 1.23,
      tls: true,
      tls_version: 'TLSv1.3',
      cipher: 'TLS_AES_256_GCM_SHA384',
      auth: 'user',
      auth_status: 'accepted',
      user: 'anna',
      server_name: 'a\u001b',
      version: '2.15.0',
    });
  });

  it('are a block of lines for a person', () => {
    expect(measurementLines(measured('nats://a:4222'))).toEqual([
      'nats://a:4222  127.0.0.1:4222',
      '  round trip  min 0.12 ms, median 0.16 ms, mean 0.16 ms, max 0.20 ms (of 2)',
      '  connect     1.23 ms',
      '  TLS         TLSv1.3, TLS_AES_256_GCM_SHA384',
      '  login       user "anna", accepted',
      '  server      NATS server 2.15.0, a\\e',
    ]);
    expect(measurementLines(failed('nats://a:4222', 'timeout'))).toEqual([
      'nats://a:4222',
      '  failed      timeout at nats://a:4222',
    ]);
  });
});
