import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../src/testing/index.js';
import { createTempDir } from '../support/guardian.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { runProgram } from '../support/program.js';
import { hasBash } from '../support/terminal.js';
import { natsServers } from '../support/tools.js';

/** A shell script as it stands in somebody's CI. */
interface Script {
  readonly file: string;
  /** What it shows: its first comment. */
  readonly title: string;
  readonly shell: readonly [string, ...string[]];
}

const folder = fileURLToPath(new URL('../scripts/', import.meta.url));
const launcher = fileURLToPath(new URL('../../bin/natsctl.js', import.meta.url));

const scripts = readdirSync(folder).map((name): Script => {
  const file = join(folder, name);
  const text = readFileSync(file, 'utf8');
  const title = /^# (.*)$/m.exec(text)?.[1] ?? name;
  return {
    file,
    title,
    shell: text.startsWith('#!/usr/bin/env bash') ? ['bash', '-eu', '-o', 'pipefail'] : ['sh', '-eu'],
  };
});

/** The PATH with a natsctl on it, as an install gives it. */
function installedPath(): string {
  const bin = createTempDir('bin');
  symlinkSync(launcher, join(bin, 'natsctl'));
  return `${bin}:${process.env['PATH']}`;
}

const path = installedPath();

function itRunsAllScripts(url: () => string): void {
  for (const { file, title, shell } of scripts) {
    it.skipIf(shell[0] === 'bash' && !hasBash)(title, async () => {
      const [program, ...flags] = shell;
      const env = { PATH: path, NATS_URL: url() };
      const result = await runProgram(program, [...flags, file], { env, cwd: createTempDir('ci') });
      expect(result, result.stderr).toMatchObject({ code: 0 });
    });
  }
}

describe('a script in CI, with the development server', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());
  itRunsAllScripts(() => server.url);
});

for (const { name, path: binary } of natsServers.slice(0, 1)) {
  describe.skipIf(binary === undefined)(`a script in CI, with ${name}`, () => {
    let server: NatsServer;
    beforeAll(async () => {
      server = await startNatsServer({ binary: binary ?? '' });
    });
    afterAll(() => server[Symbol.asyncDispose]());
    itRunsAllScripts(() => server.url);
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
