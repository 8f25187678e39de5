import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Unpacker } from '../../../viz/source/unpacker.ts';

const MEGABYTE = 1_000_000;

/** What was unpacked until now, read or not. */
let unpacked = 0;

function countUnpacked(): void {
  unpacked = 0;
  const Real = DecompressionStream;
  vi.stubGlobal(
    'DecompressionStream',
    class {
      readonly writable: WritableStream<Uint8Array>;
      readonly readable: ReadableStream<Uint8Array>;
      constructor() {
        const { readable, writable } = new Real('gzip');
        this.writable = writable as WritableStream<Uint8Array>;
        const reader = (readable as ReadableStream<Uint8Array>).getReader();
        this.readable = new ReadableStream(
          {
            async pull(controller) {
              const { done, value } = await reader.read();
              if (done) return controller.close();
              unpacked += value.length;
              controller.enqueue(value);
            },
          },
          { highWaterMark: 0 },
        );
      }
    },
  );
}

afterEach(() => vi.unstubAllGlobals());

/** A file that comes in pieces of 64 KiB. */
function fileOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at + 65_536));
      at += 65_536;
    },
  });
}

/** Everything, and what was wrong. */
async function allOf(unpacker: Unpacker): Promise<{ bytes: Buffer; problem: string | undefined }> {
  const pieces: Uint8Array[] = [];
  try {
    for (;;) {
      const { done, value } = await unpacker.read();
      if (done) return { bytes: Buffer.concat(pieces), problem: undefined };
      pieces.push(value);
    }
  } catch (error) {
    return { bytes: Buffer.concat(pieces), problem: (error as Error).message };
  }
}

describe('an unpacker', () => {
  it('unpacks no more than has room while nobody reads, however much a file is packed', async () => {
    countUnpacked();
    const size = 300 * MEGABYTE;
    const unpacker = new Unpacker(fileOf(gzipSync(new Uint8Array(size))), undefined);
    // It stands still: nothing more comes in so many turns.
    for (let still = 0, before = -1; still < 50; before = unpacked) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      still = unpacked > 0 && unpacked === before ? still + 1 : 0;
    }
    expect(unpacked).toBeGreaterThan(4 * MEGABYTE);
    expect(unpacked).toBeLessThan(60 * MEGABYTE);
    let read = 0;
    for (;;) {
      const { done, value } = await unpacker.read();
      if (done) break;
      read += value.length;
    }
    expect(read).toBe(size);
  });

  it('hands out what was unpacked before the end that a file lacks', async () => {
    const text = Buffer.from(Array.from({ length: 400_000 }, (_, at) => `${at * 7919}`).join('\n'));
    const packed = gzipSync(text);
    const whole = await allOf(new Unpacker(fileOf(packed), undefined));
    expect([whole.problem, whole.bytes.equals(text)]).toEqual([undefined, true]);
    const cut = packed.subarray(0, Math.round(packed.length / 2));
    const { bytes, problem } = await allOf(new Unpacker(fileOf(cut), undefined));
    expect(problem).toBeDefined();
    expect(bytes.equals(gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH }))).toBe(true);
  });
});
