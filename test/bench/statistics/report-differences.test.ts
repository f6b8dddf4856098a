import { describe, expect, it } from 'vitest';
import { differencesError, differencesOf } from '../../../src/bench/statistics/report-differences.js';
import { sampleReport } from './sample-report.js';

const base = sampleReport();
const { environment, shape } = base;

describe('differencesOf', () => {
  it.each([
    ['machine', { environment: { ...environment, machine: 'ba98' } }, '0123456789ab', 'ba98'],
    ['cpu', { environment: { ...environment, cpu: 'Another' } }, 'A processor', 'Another'],
    ['cores', { environment: { ...environment, cores: 4 } }, '2', '4'],
    ['node', { environment: { ...environment, node: '22.12.0' } }, '24.1.0', '22.12.0'],
    [
      'server.version',
      { environment: { ...environment, server: { ...environment.server, version: '2.9.0' } } },
      '2.15.0',
      '2.9.0',
    ],
    ['server.tls', { environment: { ...environment, server: { ...environment.server, tls: true } } }, 'false', 'true'],
    ['workload', { workload: 'pub' }, 'request', 'pub'],
    ['engine', { engine: 'wire' }, 'client', 'wire'],
    ['shape.clients', { shape: { ...shape, clients: 4 } }, '1', '4'],
    ['shape.size', { shape: { ...shape, size: '64..4096' } }, '128', '64..4096'],
    ['shape.inflight', { shape: { ...shape, inflight: undefined } }, '16', undefined],
    [
      'shape.ramp',
      { shape: { ...shape, ramp: { from: 1, to: 2, duration_s: 3 } } },
      undefined,
      '{"from":1,"to":2,"duration_s":3}',
    ],
  ] as const)('names %s', (name, given, before, after) => {
    expect(differencesOf(base, sampleReport(given))).toEqual([{ name, base: before, new: after }]);
  });

  it('lets differ what may be what is compared', () => {
    const next = sampleReport({
      subject: 'greeter2.greet',
      runs: [base, base],
      shape: { ...shape, seed: 2 },
      environment: { ...environment, natsctl: '0.2.0', server: { ...environment.server, url: 'nats://127.0.0.1:1' } },
    });
    expect(differencesOf(base, next)).toEqual([]);
  });

  it('refuses with exit 2, naming each', () => {
    const next = sampleReport({ engine: 'wire', shape: { ...shape, clients: 4, queue: 'workers' } });
    expect(differencesError(differencesOf(base, next))).toMatchObject({
      exitCode: 2,
      message:
        'the reports do not compare: they differ in engine (client, now wire), shape.clients (1, now 4), shape.queue (none, now workers)',
      hint: expect.stringContaining('--force'),
    });
    expect(differencesError(differencesOf(base, next), 'small')?.message).toMatch(/^the reports of small do not/);
    expect(differencesError([])).toBeUndefined();
  });
});
