import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTempDir } from './guardian.js';
import { runProgram } from './program.js';
import { startInTerminal } from './terminal.js';
import { requireTool } from './tools.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ownScripts = join(root, 'completions');
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A shell that has the completions, as a person has them, in a home of its own. */
export interface CompletingShell {
  readonly home: string;
  /** What it offers where the cursor stands at the end of the line; of each offer what would be inserted. */
  offers(line: string): Promise<string[]>;
  /** Types the lines, tabs in them, and Enter after each; gives the arguments that the program then got of each. */
  run(...lines: readonly string[]): Promise<string[][]>;
}

/** How a shell is started. */
interface Session {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** For what is offered however long a busy machine takes to ask for it. */
export const PATIENT_COMPLETION = { NATSCTL_COMPLETION_TIMEOUT: '10s' } as const;

/** A natsctl for the PATH that answers the scripts, and else writes down what it was called with. */
function createHome(): { home: string; env: Record<string, string>; called: string } {
  const home = createTempDir('shell');
  const called = join(home, 'called');
  const program = join(home, 'natsctl');
  const launcher = join(root, 'bin', 'natsctl.js');
  writeFileSync(
    program,
    `#!/bin/sh\nif [ "$1" = __complete ]; then exec ${quote(process.execPath)} ${quote(launcher)} "$@"; fi\nprintf '%s\\0' "$@" '' >> ${quote(called)}\n`,
  );
  chmodSync(program, 0o755);
  const path = `${home}:${process.env['PATH']}`;
  const env = { HOME: home, XDG_CONFIG_HOME: join(home, '.config'), PATH: path, TERM: 'xterm', ...PATIENT_COMPLETION };
  return { home, called, env };
}

/** Types into a shell; what it is to do next may be typed ahead, it reads when it is done with the last. */
async function type({ program, args, env }: Session, keys: string): Promise<void> {
  await using shell = startInTerminal(program, args, { env, cwd: env['HOME'] ?? '/' });
  await shell.waitForLine('stdout', /shell is ready/);
  shell.stdin?.write(keys);
  const impatience = setTimeout(() => shell.process.kill('SIGKILL'), 30_000);
  const { signal, stdout } = await shell.finished;
  clearTimeout(impatience);
  if (signal !== null) throw new Error(`${program} does not come to an end:\n${stdout}`);
}

async function typeAndRead(session: Session, called: string, lines: readonly string[]): Promise<string[][]> {
  rmSync(called, { force: true });
  await type(session, [...lines, 'exit', ''].join('\r'));
  const calls = readFileSync(called, 'utf8').split('\0\0').slice(0, -1);
  return calls.map((call) => call.split('\0'));
}

/** @param scripts the folder of the completion scripts */
export function createBash(scripts = ownScripts): CompletingShell {
  const { home, env, called } = createHome();
  const script = join(scripts, 'natsctl.bash');
  const rc = join(home, 'rc');
  writeFileSync(rc, `PS1='$ '; HISTFILE=; source ${quote(script)}\necho 'shell is ready'\n`);
  return {
    home,
    async offers(line) {
      // As bash cuts it, save that no quoted word in it has a blank.
      const words = line.match(/\\.|[:=]|'[^']*'?|"[^"]*"?|(?:\\.|[^\s:='"])+|\s+$/g) ?? [];
      const cut = words.map((word) => (/^\s+$/.test(word) ? '' : word));
      const current = cut.at(-1) ?? '';
      const piece = /^[:=]$/.test(current) ? '' : current.replace(/^['"]/, '');
      const body = [
        `source ${quote(script)}`,
        `COMP_LINE=${quote(line)} COMP_POINT=${line.length}`,
        `COMP_WORDS=(${cut.map(quote).join(' ')}) COMP_CWORD=${cut.length - 1}`,
        `_natsctl natsctl ${quote(piece)}`,
        `printf '%s\\n' "\${COMPREPLY[@]}"`,
      ].join('\n');
      const { stdout } = await runProgram('bash', ['-c', body], { env, cwd: home });
      return stdout.split('\n').filter((offer) => offer !== '');
    },
    run: (...lines) =>
      typeAndRead({ program: 'bash', args: ['--noprofile', '--rcfile', rc, '-i'], env }, called, lines),
  };
}

/** @param scripts the folder of the completion scripts */
export function createFish(scripts = ownScripts): CompletingShell {
  const { home, env, called } = createHome();
  const program = requireTool('fish');
  const source = `source ${quote(join(scripts, 'natsctl.fish'))}`;
  return {
    home,
    async offers(line) {
      const { stdout } = await runProgram(program, ['--no-config', '-c', `${source}; complete -C ${quote(line)}`], {
        env,
        cwd: home,
      });
      return stdout.split('\n').filter((offer) => offer !== '');
    },
    run: (...lines) =>
      typeAndRead(
        { program, args: ['--no-config', '-i', '-C', `${source}; echo 'shell is ready'`], env },
        called,
        lines,
      ),
  };
}

/** @param scripts the folder of the completion scripts */
export function createZsh(scripts = ownScripts): CompletingShell {
  const { home, env, called } = createHome();
  const program = requireTool('zsh');
  const offered = join(home, 'offered');
  const own = dirname(dirname(program));
  const lines = [
    // Unpacked from its package, it does not know where it is.
    `home=${quote(own)}`,
    '[[ -d $home/usr/share/zsh ]] && module_path=($home/usr/lib/*/zsh/*(/)) fpath=($home/usr/share/zsh/functions/**/*(/))',
    `fpath=(${quote(scripts)} $fpath)`,
    "PS1='%% '; autoload -Uz compinit && compinit -u -D",
    // Writes down what is offered on its way to the screen.
    'compadd() {',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: zsh expands it
    '  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi',
    '  local -a offered; builtin compadd -O offered "$@"',
    `  print -rl -- $offered >> ${quote(offered)}`,
    '  builtin compadd "$@"',
    '}',
    "bindkey -e; bindkey '^T' kill-whole-line; LISTMAX=10000",
    "print 'shell is ready'",
  ];
  writeFileSync(join(home, '.zshrc'), `${lines.join('\n')}\n`);
  const session: Session = { program, args: ['-i'], env: { ...env, ZDOTDIR: home } };
  return {
    home,
    async offers(line) {
      writeFileSync(offered, '');
      await type(session, `${line}\t\x14exit\r`);
      return [...new Set(readFileSync(offered, 'utf8').split('\n'))].filter((offer) => offer !== '');
    },
    run: (...lines) => typeAndRead(session, called, lines),
  };
}
