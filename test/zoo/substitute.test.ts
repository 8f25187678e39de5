import { describe, expect, it } from 'vitest';
import { MUTANTS, substitutionOf } from '../../src/zoo/index.ts';
import { told } from '../scenario/told.ts';

const dupForgotten = MUTANTS.find(({ name }) => name === 'dup-forgotten')!;

/** What a broker answers to a client of 5.0 that writes these pieces after its CONNECT, and how it ends. */
async function answered(pieces: readonly (readonly number[])[], mutated: boolean) {
  let seen: unknown[] = [];
  const { error } = await told(
    async (sim) => {
      sim.broker('hub');
      const wire = sim.peer('rogue').dial('hub');
      await wire.opened();
      wire.send({ type: 'connect', protocolVersion: 5, clientId: 'rogue', cleanStart: true, keepAlive: 0 });
      for (const piece of pieces) {
        wire.send(Uint8Array.from(piece));
        await sim.sleep('1s');
      }
      seen = [[...wire.bytes], wire.end];
    },
    { checks: 'none', ...(mutated ? { substitute: substitutionOf(dupForgotten) } : {}) },
  );
  expect(error).toBeUndefined();
  return seen;
}

describe('a machine with a bug around it', () => {
  it.each([
    ['a packet in two pieces', [[0xc0], [0]]],
    [
      'a PUBLISH of QoS 3 in two pieces',
      [
        [0x36, 5],
        [0, 1, 0x61, 0, 1],
      ],
    ],
    ['a length that never ends, byte by byte', [[0x30], [0xff], [0xff], [0xff], [0xff], [1]]],
    ['a good packet and a bad one at once', [[0xc0, 0, 0xc1, 0]]],
  ])('is given %s as the machine alone is', async (_what, pieces) => {
    const alone = await answered(pieces, false);
    expect(alone.length).toBe(2);
    expect(await answered(pieces, true)).toEqual(alone);
  });
});
