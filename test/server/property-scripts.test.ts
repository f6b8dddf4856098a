import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../support/program.js';

const script = (name: string): string => fileURLToPath(new URL(`../../scripts/${name}.mjs`, import.meta.url));

// Short forms of what runs longer by hand: the seed of a failure stands in what they print.
describe('the server under load', () => {
  it('survives what no client should say', async () => {
    const args = [script('fuzz-server'), '--inputs', '20000'];
    const { code, stdout, stderr } = await runProgram(process.execPath, args);
    expect({ code, output: stdout + stderr }).toMatchObject({ code: 0 });
  });

  it('loses no message between clients that come and go', async () => {
    const args = [script('soak-server'), '--seconds', '2', '--clients', '60'];
    const { code, stdout, stderr } = await runProgram(process.execPath, args);
    expect({ code, output: stdout + stderr }).toMatchObject({ code: 0 });
    expect(stdout).toContain('0 problems');
  });
});
