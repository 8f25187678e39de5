import type { Mutant } from '../mutation.ts';

export const willAfterDisconnect: Mutant = {
  name: 'will-after-disconnect',
  of: 'broker',
  wrong: 'the will of a client that took leave is published',
  seen: ['vernemq/vernemq#138'],
  rule: 'will.withheld',
  story: 'wills',
  begin: () => ({
    received: (packet, wire) => {
      if (packet.type !== 'disconnect') return [packet];
      wire.close();
      return [];
    },
  }),
};
