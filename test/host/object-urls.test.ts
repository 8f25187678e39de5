/** `URL.createObjectURL` of hosted code: its names come from the seed. */
import { Blob, resolveObjectURL } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { runHosted } from '../../src/host/run-hosted.ts';
import { scenario } from '../../src/scenario/scenario.ts';

async function inNode<T>(
  act: () => T,
  seed = 1,
): Promise<{ result: Awaited<T> | undefined; error?: string }> {
  let result: Awaited<T> | undefined;
  const { error } = await runHosted(
    scenario('object URLs', async (sim) => {
      const app = sim.host('app');
      await app.boot(() => {});
      result = await app.do(act);
    }),
    { level: 'digest', seed },
  );
  return { result, ...(error === undefined ? {} : { error: error.message }) };
}

const named = () => URL.createObjectURL(new Blob(['text']) as never);

describe('a URL of a blob', () => {
  it('is another for each seed, and the same each time', async () => {
    const { result } = await inNode(named);
    expect(result).toMatch(
      /^blob:nodedata:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect((await inNode(named)).result).toBe(result);
    expect((await inNode(named, 2)).result).not.toBe(result);
  });

  it('leads to the blob until it is revoked', async () => {
    const act = async () => {
      const url = URL.createObjectURL(new Blob(['text'], { type: 'text/plain' }) as never);
      const found = resolveObjectURL(url)!;
      const seen = [await found.text(), found.type];
      URL.revokeObjectURL(url);
      return [...seen, resolveObjectURL(url)];
    };
    expect(await inNode(act)).toEqual({ result: ['text', 'text/plain', undefined] });
  });

  it('is of a blob, as Node says', async () => {
    const { error } = await inNode(() => URL.createObjectURL('text' as never));
    expect(error).toContain('must be an instance of Blob');
  });
});
