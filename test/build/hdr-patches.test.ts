import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { forbidModules } from '../../build/forbid-modules.js';
import { HDR_PATCHES } from '../../build/hdr-patches.js';
import { patchDependencies } from '../../build/patch-dependencies.js';
import { encodeHistogram } from '../../src/bench/histogram/hdr.js';
import { importBundle } from './bundle.js';

it('bundles the histograms without what browsers need, and they are the same', async () => {
  const file = fileURLToPath(new URL('../../src/bench/histogram/hdr.ts', import.meta.url));
  const bundled = await importBundle<typeof import('../../src/bench/histogram/hdr.js')>(
    `export * from ${JSON.stringify(file)};`,
    { plugins: [patchDependencies(HDR_PATCHES), forbidModules([/\/pako\//, /\/hdr-histogram-js\/dist\/wasm\//])] },
  );
  const buckets = [
    [842_000, 3],
    [5e6, 1],
  ] as const;
  const text = await bundled.encodeHistogram(buckets);
  expect(text).toBe(await encodeHistogram(buckets));
  expect(await bundled.decodeHistogram(text)).toMatchObject({ count: 4 });
});
