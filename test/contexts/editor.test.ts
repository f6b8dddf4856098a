import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { editorCommand, editText } from '../../src/contexts/index.js';
import { createTempDir } from '../support/guardian.js';

describe('the command of the editor', () => {
  it.each<[Record<string, string>, readonly string[]]>([
    [{ EDITOR: 'vi' }, ['vi']],
    [{ EDITOR: 'vi', VISUAL: 'code --wait' }, ['code', '--wait']],
    [{ EDITOR: 'vi', VISUAL: ' ' }, ['vi']],
    [{ EDITOR: '"/opt/my editor/ed" -x' }, ['/opt/my editor/ed', '-x']],
    [{ EDITOR: '/opt/my\\ editor' }, ['/opt/my editor']],
    [{ EDITOR: `sed -i 's/"a"/b c/' -e"x \\" y"''` }, ['sed', '-i', 's/"a"/b c/', '-ex " y']],
    [
      { EDITOR: 'ed; touch $HOME/x `id` $(id) | x > y' },
      ['ed;', 'touch', '$HOME/x', '`id`', '$(id)', '|', 'x', '>', 'y'],
    ],
    [{}, ['fallback']],
  ])('%j is %j', (env, words) => {
    expect(editorCommand(env, 'fallback')).toEqual(words);
  });

  it.each<[Record<string, string>, string]>([
    [{}, 'there is no editor'],
    [{ EDITOR: 'vi "x' }, 'EDITOR cannot be read: "vi \\"x"'],
    [{ VISUAL: "it's" }, 'VISUAL cannot be read'],
  ])('%j is an error', (env, message) => {
    expect(() => editorCommand(env, undefined)).toThrow(expect.objectContaining({ kind: 'usage' }));
    expect(() => editorCommand(env, undefined)).toThrow(message);
  });
});

describe('a text that is edited', () => {
  /** An editor that is a script of node's; it finds the file in process.argv[2]. */
  function editor(script: string): readonly [string, ...string[]] {
    const file = join(createTempDir('editor'), 'editor.cjs');
    writeFileSync(
      file,
      `const { readFileSync, statSync, writeFileSync } = require('node:fs');\nconst file = process.argv[2];\n${script}`,
    );
    return [process.execPath, file];
  }

  it('is in a copy that its owner alone can read, and that is gone afterwards', async () => {
    const note = join(createTempDir('note'), 'note');
    const told = `writeFileSync(${JSON.stringify(note)}, JSON.stringify({ file, text: readFileSync(file, 'utf8'),
      mode: statSync(file).mode & 0o777, folder: statSync(require('node:path').dirname(file)).mode & 0o777 }));
      writeFileSync(file, 'after');`;
    expect(await editText('before', 'a b.json', editor(told), process.env)).toBe('after');
    const { file, ...seen } = JSON.parse(readFileSync(note, 'utf8'));
    expect(seen).toEqual({ text: 'before', mode: 0o600, folder: 0o700 });
    expect(file).toMatch(/[/\\]a b\.json$/);
    expect(existsSync(dirname(file))).toBe(false);
  });

  it.each<[string, readonly [string, ...string[]], string]>([
    ['fails', editor('process.exit(3)'), 'ended with exit 3: nothing was changed'],
    ['is killed', editor("process.kill(process.pid, 'SIGKILL')"), 'ended with SIGKILL: nothing was changed'],
    ['is not there', ['/no/such/editor'], 'cannot run the editor /no/such/editor: no such file'],
  ])('is given up where the editor %s', async (_, command, message) => {
    await expect(editText('before', 'a.json', command, process.env)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(message),
    });
    expect(process.listenerCount('SIGINT') + process.listenerCount('SIGHUP')).toBe(0);
  });
});
