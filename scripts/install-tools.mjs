#!/usr/bin/env node
/**
 * Installs what the tests run against into .tools/: the current nats-server, an old one, the peer
 * command `nats`, and each Node release line that natsctl supports. The versions stand in
 * tools.json; what is already there in that version is left alone.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ name: string, version: string, path: string, install: (target: string) => void }} Tool
 * `version` is the pinned one or the start of it; `install` puts the program at `target`.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const toolsDir = join(root, '.tools');

/** @type {typeof import('../tools.json')} */
const pins = JSON.parse(readFileSync(join(root, 'tools.json'), 'utf8'));

/** @type {Tool[]} */
const tools = [
  {
    name: 'nats-server',
    version: pins.natsServer.version,
    path: pins.natsServer.path,
    install: (target) => installGoPackage(pins.natsServer, target),
  },
  {
    name: 'nats',
    version: pins.nats.version,
    path: pins.nats.path,
    install: (target) => installGoPackage(pins.nats, target),
  },
  {
    name: 'nats-server (old)',
    version: pins.natsServerOld.version,
    path: pins.natsServerOld.path,
    install: (target) => extractDebianPackage(pins.natsServerOld.debianPackage, 'usr/sbin/nats-server', target),
  },
  ...pins.nodes.map(({ version, path }) => ({
    name: 'node',
    version,
    path,
    /** @param {string} target */
    install: (target) => extractNode(version, target),
  })),
];

for (const tool of tools) {
  const started = performance.now();
  const line = `${tool.name.padEnd(18)} ${tool.version.padEnd(9)}`;
  try {
    const outcome = bringUp(tool) ? `installed in ${((performance.now() - started) / 1000).toFixed(1)} s` : 'is there';
    console.log(`${line} ${outcome}`);
  } catch (error) {
    console.log(`${line} FAILED: ${reasonOf(error)}`);
    process.exitCode = 1;
  }
}

/**
 * Installs the tool unless its pinned version is there; gives whether it had to.
 *
 * @param {Tool} tool
 */
function bringUp(tool) {
  const target = join(toolsDir, tool.path);
  if (isVersion(versionOf(target), tool.version)) return false;
  rmSync(target, { force: true });
  mkdirSync(dirname(target), { recursive: true });
  tool.install(target);
  const got = versionOf(target);
  if (!isVersion(got, tool.version)) {
    rmSync(target, { force: true });
    throw new Error(`what was installed is ${got ?? 'not a program that tells its version'}`);
  }
  return true;
}

/**
 * The version that a program tells of itself, as `v1.2.3`; nothing if it is not there or does not run.
 *
 * @param {string} program
 */
function versionOf(program) {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  const match = /v?(\d+\.\d+\.\d+\S*)/.exec(stdout ?? '');
  return match ? `v${match[1]}` : undefined;
}

/**
 * @param {string | undefined} version
 * @param {string} pinned
 */
function isVersion(version, pinned) {
  return version === pinned || version?.startsWith(`${pinned}.`) === true;
}

/**
 * @param {{ goPackage: string, version: string }} pin
 * @param {string} target
 */
function installGoPackage(pin, target) {
  run('go', ['install', `${pin.goPackage}@${pin.version}`], { env: { GOBIN: dirname(target), CGO_ENABLED: '0' } });
}

/**
 * Takes one file out of a Debian package without installing the package.
 *
 * @param {string} debianPackage
 * @param {string} file
 * @param {string} target
 */
function extractDebianPackage(debianPackage, file, target) {
  inScratchDir((dir) => {
    // As root, apt would otherwise drop to a user who cannot write here.
    const asRoot = process.getuid?.() === 0;
    const download = ['download', debianPackage, ...(asRoot ? ['-o', 'APT::Sandbox::User=root'] : [])];
    try {
      run('apt-get', download, { cwd: dir });
    } catch (error) {
      if (isMissingProgram(error)) throw error;
      run('apt-get', ['update']);
      run('apt-get', download, { cwd: dir });
    }
    const deb = readdirSync(dir).find((name) => name.endsWith('.deb'));
    if (deb === undefined) throw new Error(`apt-get brought no ${debianPackage}`);
    run('dpkg', ['-x', deb, '.'], { cwd: dir });
    copyFileSync(join(dir, file), target);
  });
}

/**
 * Node's own binary, which the npm registry carries in one package for each platform.
 *
 * @param {string} version
 * @param {string} target
 */
function extractNode(version, target) {
  const name = `node-${process.platform}-${process.arch}`;
  inScratchDir((dir) => {
    run('npm', ['install', '--prefix', dir, '--ignore-scripts', '--no-save', `${name}@${version.slice(1)}`]);
    copyFileSync(join(dir, 'node_modules', name, 'bin', 'node'), target);
  });
}

/** @param {(dir: string) => void} work */
function inScratchDir(work) {
  const dir = mkdtempSync(join(tmpdir(), 'natsctl-tools-'));
  try {
    work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/**
 * Runs a program and gives what it wrote to stdout; throws if it cannot be run or fails.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string> }} [options]
 */
function run(program, args, { cwd, env } = {}) {
  return execFileSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** @param {unknown} error */
function isMissingProgram(error) {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** @param {unknown} error */
function reasonOf(error) {
  if (!(error instanceof Error)) return String(error);
  if (isMissingProgram(error) && 'path' in error) {
    return `${error.path} is not on this machine; see CONTRIBUTING.md for naming a binary of your own`;
  }
  const stderr = 'stderr' in error ? String(error.stderr).trim() : '';
  return stderr === '' ? error.message : stderr;
}
