import type { Mutant } from '../mutation.ts';
import { sending } from '../rewrites.ts';

export const dupForgotten: Mutant = {
  name: 'dup-forgotten',
  of: 'broker',
  wrong: 'a PUBLISH that is sent again has no DUP',
  seen: ['moscajs/aedes#601', 'emqx/emqx#1562', 'halfgaar/FlashMQ#176'],
  rule: 'delivery.dup-flag',
  story: 'cuts',
  begin: () => sending('publish', (packet) => [{ ...packet, dup: false }]),
};
