import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Argv } from 'yargs';
import { patchDependencies } from '../../build/patch-dependencies.js';
import { STRING_WIDTH_FILE, STRING_WIDTH_PATCH } from '../../build/string-width-patch.js';
import { YARGS_PATCHES } from '../../build/yargs-patches.js';
import { importBundle } from './bundle.js';

type Yargs = () => Argv;

let original: Yargs;
let bundled: Yargs;

beforeAll(async () => {
  const yargsFile = createRequire(import.meta.url).resolve('yargs');
  original = ((await import(pathToFileURL(yargsFile).href)) as { default: Yargs }).default;
  const { default: face } = await importBundle<{ default: Yargs }>("export { default } from 'yargs';", {
    plugins: [patchDependencies([STRING_WIDTH_PATCH, ...YARGS_PATCHES])],
    resolve: { alias: { 'string-width': STRING_WIDTH_FILE } },
  });
  bundled = face;
});

/** A parser as natsctl makes it: its own version, in English. */
function greeter(yargs: Yargs, description: string, onGreet: () => void = () => undefined): Argv {
  return yargs()
    .scriptName('greet')
    .locale('en')
    .version('1.2.3')
    .wrap(60)
    .exitProcess(false)
    .command('greet NAME', description, (command) => command.positional('NAME', { type: 'string' }), onGreet)
    .option('loud', { type: 'boolean', describe: description })
    .strict()
    .demandCommand(1);
}

describe('yargs in the bundle', () => {
  it.each([
    ['ASCII', 'Says hello to whoever is named here, in as many words as it takes to reach the next line'],
    [
      'typographic marks',
      'Says ‘hello’ to whoever’s named here – in as many words as it takes … to reach the next line',
    ],
    ['wide characters', '你好世界，这是一个很长的描述，用来检查换行是否正确，因为每个字符占两列 你好世界'],
    ['emoji', 'Says hello 👋 to the 👨‍👩‍👧‍👦 from 🇫🇷 and to all the others 🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀 who come'],
  ])('wraps a help text with %s as the original does', async (_, description) => {
    const help = await greeter(bundled, description).getHelp();
    expect(help).toBe(await greeter(original, description).getHelp());
    expect(help).toContain(description.slice(0, 5));
    expect(help.split('\n').length).toBeGreaterThan(8);
  });

  it.each([
    ['a missing argument', ['greet']],
    ['a missing command', []],
    ['an unknown flag', ['greet', 'World', '--quietly']],
    ['an unknown command', ['wave', 'World']],
  ])('says the same of %s', async (_, argv) => {
    const failure = async (yargs: Yargs): Promise<string> => {
      try {
        await greeter(yargs, 'Says hello').fail(false).parseAsync(argv);
      } catch (error) {
        return (error as Error).message;
      }
      throw new Error('it did not fail');
    };
    expect(await failure(bundled)).toBe(await failure(original));
  });

  it('parses and runs a command', async () => {
    const onGreet = vi.fn();
    await greeter(bundled, 'Says hello', onGreet).parseAsync(['greet', 'World', '--loud']);
    expect(onGreet).toHaveBeenCalledWith(expect.objectContaining({ NAME: 'World', loud: true }));
  });

  it('renders no help behind a command, where the original does', async () => {
    const rendersHelp = async (yargs: Yargs): Promise<boolean> => {
      const parser = greeter(yargs, 'Says hello') as Argv & { getDeprecatedOptions(): object };
      // Only what renders the help asks for these.
      const asked = vi.spyOn(parser, 'getDeprecatedOptions');
      await parser.parseAsync(['greet', 'World']);
      return asked.mock.calls.length > 0;
    };
    expect(await rendersHelp(original)).toBe(true);
    expect(await rendersHelp(bundled)).toBe(false);
  });
});
