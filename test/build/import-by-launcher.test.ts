import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importByLauncher } from '../../build/import-by-launcher.js';
import { bundle } from './bundle.js';

async function built(entry: string): Promise<string> {
  return readFileSync(await bundle(entry, { plugins: [importByLauncher()] }), 'utf8');
}

describe('import() in a chunk', () => {
  it("becomes the launcher's, for Node's modules and for what is known at run time", async () => {
    const code = await built(`
      export const tls = () => import('node:tls');
      export const load = async (url) => [await import(url), await import(url + '#2')];
    `);
    expect(code).toContain('require("../bin/import-module.js")("node:tls")');
    expect(code).toContain('require("../bin/import-module.js")(url)');
    expect(code).toContain('require("../bin/import-module.js")(url + "#2")');
    expect(code).not.toMatch(/\bimport\(/);
  });

  it('is left alone where it is only spoken of', async () => {
    const code = await built('export const text = "use import(url)"; export const member = (x) => x.import(1);');
    expect(code).toContain('use import(url)');
    expect(code).toContain('x.import(1)');
    expect(code).not.toContain('import-module');
  });
});
