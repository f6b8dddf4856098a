import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Reads `guard ID` and `release ID` lines. When the pipe closes, which it does however the test
 * process ends, it kills what is still guarded and removes the scratch directory.
 */
const script = `
trap '' INT TERM HUP
ids=
while read -r what id; do
  rest=
  for other in $ids; do [ "$other" = "$id" ] || rest="$rest $other"; done
  ids=$rest
  if [ "$what" = guard ]; then ids="$ids $id"; fi
done
for id in $ids; do kill -s KILL -- "$id" 2>/dev/null; done
rm -rf -- "$1"
`;

export interface Guardian {
  /** Everything that tests write goes below this directory. */
  readonly scratchDir: string;
  /** Has the process (or, where negative, the process group) killed should the test process end. */
  guard(id: number): void;
  /** Takes back {@link Guardian.guard}, once the process is gone. */
  release(id: number): void;
  /** What the end of the test process does by itself. */
  end(): void;
}

/** Starts a small process that outlives this one, even one killed with -9, and clears up after it. */
export function startGuardian(): Guardian {
  const scratchDir = mkdtempSync(join(tmpdir(), 'natsctl-test-'));
  const child = spawn('/bin/sh', ['-c', script, 'guardian', scratchDir], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const { stdin } = child;
  child.unref();
  (stdin as Socket).unref();
  return {
    scratchDir,
    guard: (id) => stdin.write(`guard ${id}\n`),
    release: (id) => stdin.write(`release ${id}\n`),
    end: () => stdin.end(),
  };
}

let own: Guardian | undefined;

/** The guardian of this test process, started at first use. */
export function guardian(): Guardian {
  own ??= startGuardian();
  return own;
}

/** A new empty directory, removed when this test process ends. */
export function createTempDir(name: string): string {
  return mkdtempSync(join(guardian().scratchDir, `${name}-`));
}
