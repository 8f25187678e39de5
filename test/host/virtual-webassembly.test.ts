/** WebAssembly in hosted code: it takes no time of the real machine. */
import { describe, expect, it } from 'vitest';
import { runHosted } from '../../src/host/run-hosted.ts';
import { scenario } from '../../src/scenario/scenario.ts';

/** A module that exports nothing. */
const EMPTY = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

interface WebAssemblyNamespace {
  Module: new () => object;
  Instance: new () => object;
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(source: object): Promise<{ module: object; instance: object }>;
}
const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: WebAssemblyNamespace };

describe('a module of WebAssembly', () => {
  it('is compiled before anything else happens on its node', async () => {
    const seen: unknown[] = [];
    const { error } = await runHosted(
      scenario('wasm', async (sim) => {
        const app = sim.host('app');
        await app.do(() => {
          setImmediate(() => seen.push('the next task'));
          void wasm.compile(EMPTY).then(async (module) => {
            seen.push(
              module instanceof wasm.Module,
              (await wasm.instantiate(module)) instanceof wasm.Instance,
            );
          });
          void wasm.instantiate(EMPTY).then(({ instance }) => seen.push(instance instanceof wasm.Instance));
          void wasm.compile(new Uint8Array(8)).catch((error: Error) => seen.push(error.name));
        });
        await sim.sleep('1s');
      }),
      { level: 'digest' },
    );
    expect(error).toBeUndefined();
    expect(seen).toHaveLength(5);
    expect(seen.at(-1)).toBe('the next task');
    expect(seen.slice(0, -1)).toEqual(expect.arrayContaining([true, true, true, 'CompileError']));
  });
});
