import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../src/testing/index.js';
import { createTempDir } from '../support/guardian.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { membersOfGroup } from '../support/processes.js';
import { startProgram } from '../support/program.js';
import { hasBash } from '../support/terminal.js';
import { natsServers } from '../support/tools.js';

/** A shell script as it stands in somebody's CI. */
interface Script {
  readonly file: string;
  /** What it shows: its first comment. */
  readonly title: string;
  readonly needsBash: boolean;
}

type Shell = readonly [program: string, ...flags: string[]];
const SH: Shell = ['sh', '-eu'];
/** As GitHub Actions and GitLab CI have it. */
const BASH: Shell = ['bash', '-eu', '-o', 'pipefail'];
/** So long that only a script that hangs reaches it. */
const PATIENCE_MS = 45_000;

const folder = fileURLToPath(new URL('../scripts/', import.meta.url));
const launcher = fileURLToPath(new URL('../../bin/natsctl.js', import.meta.url));

const scripts = readdirSync(folder).map((name): Script => {
  const file = join(folder, name);
  const text = readFileSync(file, 'utf8');
  const title = /^# (.*)$/m.exec(text)?.[1] ?? name;
  return { file, title, needsBash: text.startsWith('#!/usr/bin/env bash') };
});

/** The PATH with a natsctl on it, as an install gives it. */
function installedPath(): string {
  const bin = createTempDir('bin');
  symlinkSync(launcher, join(bin, 'natsctl'));
  return `${bin}:${process.env['PATH']}`;
}

const path = installedPath();

function itRunsAllScripts(shell: Shell, url: () => string): void {
  for (const { file, title, needsBash } of scripts) {
    it.skipIf(needsBash && !hasBash)(title, { timeout: PATIENCE_MS + 10_000 }, async () => {
      const [program, ...flags] = needsBash ? BASH : shell;
      const env = { PATH: path, NATS_URL: url() };
      await using script = startProgram(program, [...flags, file], { env, cwd: createTempDir('ci') });
      const impatience = setTimeout(() => script.process.kill('SIGKILL'), PATIENCE_MS);
      const exit = await script.exited;
      clearTimeout(impatience);
      expect(exit, script.stderr.text()).toEqual({ code: 0, signal: null });
      await expect.poll(() => membersOfGroup(script.pid), { message: 'what it has left running' }).toEqual([]);
    });
  }
}

describe('a script in CI, with the development server', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());
  itRunsAllScripts(SH, () => server.url);
});

for (const { name, path: binary } of natsServers.slice(0, 1)) {
  describe.skipIf(binary === undefined)(`a script in CI, with ${name}`, () => {
    let server: NatsServer;
    beforeAll(async () => {
      server = await startNatsServer({ binary: binary ?? '' });
    });
    afterAll(() => server[Symbol.asyncDispose]());
    itRunsAllScripts(hasBash ? BASH : SH, () => server.url);
  });
}

describe('docs/ci.md', () => {
  const guide = readFileSync(new URL('../../docs/ci.md', import.meta.url), 'utf8');
  /** The name that the guide gives to a script, and the script as a YAML reader gives it to the shell. */
  const blocks = [...guide.matchAll(/# test\/scripts\/(\S+)\n *(?:run:|-) \|\n(( +).*\n(?:\3.*\n|\n(?=\3))*)/g)].map(
    ([, name = '', block = '']) => ({ name, script: dedent(block) }),
  );

  it('shows scripts', () => expect(blocks.length).toBeGreaterThan(5));

  it.each(blocks)('shows $name as it is tested', ({ name, script }) => {
    expect(script).toBe(readFileSync(join(folder, name), 'utf8'));
  });
});

function dedent(block: string): string {
  const [indent = ''] = /^ */.exec(block) ?? [];
  return `${block.replaceAll(new RegExp(`^${indent}`, 'gm'), '').trimEnd()}\n`;
}
