import type { Mutant } from './mutation.ts';
import { sending } from './rewrites.ts';

/** Must fail from every seed: who does not catch it looks away. */
export const canary: Mutant = {
  name: 'canary',
  of: 'broker',
  wrong: 'every payload arrives with a bit turned over',
  seen: [],
  rule: 'delivery.unchanged',
  story: 'exchange',
  begin: () =>
    sending('publish', (packet) => [{ ...packet, payload: packet.payload.map((byte) => byte ^ 1) }]),
};
