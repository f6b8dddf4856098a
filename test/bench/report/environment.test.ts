import { afterEach, describe, expect, it, vi } from 'vitest';
import { describeEnvironment, type Machine } from '../../../src/bench/report/environment.js';
import { VERSION } from '../../../src/version.js';

const MACHINE: Machine = {
  arch: () => 'x64',
  availableParallelism: () => 4,
  cpus: () => [{ model: ' A processor ', speed: 1, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } }],
  hostname: () => 'build-7.example.org',
  platform: () => 'linux',
  release: () => '6.12.0',
  totalmem: () => 8e9,
};
const SERVER = { url: 'nats://127.0.0.1:4222', info: undefined, tls: false };

afterEach(() => vi.unstubAllEnvs());

describe('the environment of a report', () => {
  it('says what ran where, and against what', () => {
    const info = { version: '2.15.2', server_name: 'n1', cluster: 'c1', max_payload: 1_048_576, jetstream: true };
    expect(describeEnvironment(['natsctl', 'bench'], { ...SERVER, info, tls: true }, MACHINE)).toEqual({
      natsctl: VERSION,
      node: process.version,
      platform: 'linux x64',
      kernel: '6.12.0',
      cpu: 'A processor',
      cores: 4,
      memory_bytes: 8e9,
      machine: expect.stringMatching(/^[0-9a-f]{16}$/),
      server: {
        url: 'nats://127.0.0.1:4222',
        version: '2.15.2',
        name: 'n1',
        cluster: 'c1',
        max_payload: 1_048_576,
        jetstream: true,
        tls: true,
      },
      command: ['natsctl', 'bench'],
    });
  });

  it('tells machines apart without their names', () => {
    const of = (hostname: string) => describeEnvironment([], SERVER, { ...MACHINE, hostname: () => hostname }).machine;
    expect(of('a')).toBe(of('a'));
    expect(of('a')).not.toBe(of('b'));
    expect(JSON.stringify(describeEnvironment([], SERVER, MACHINE))).not.toContain('build-7');
  });

  it('has no secrets of the command line, and nothing of the variables', () => {
    vi.stubEnv('NATS_PASSWORD', 'hush-env');
    vi.stubEnv('NATS_URL', 'nats://me:hush-url@h');
    const text = JSON.stringify(describeEnvironment(['natsctl', '--password', 'hush-flag'], SERVER));
    expect(text).not.toContain('hush');
    expect(text).not.toContain('NATS_');
  });

  it('takes a machine that does not know its processors', () => {
    expect(describeEnvironment([], SERVER, { ...MACHINE, cpus: () => [] }).cpu).toBe('unknown');
  });
});
