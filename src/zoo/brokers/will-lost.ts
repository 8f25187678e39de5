import type { Mutant } from '../mutation.ts';

export const willLost: Mutant = {
  name: 'will-lost',
  of: 'broker',
  wrong: 'the will of a connection that broke is not published',
  seen: ['eclipse-mosquitto/mosquitto#2314'],
  rule: 'will.due',
  story: 'wills',
  begin: () => ({
    received: (packet) => {
      if (packet.type !== 'connect') return [packet];
      const { will: _, ...rest } = packet;
      return [rest];
    },
  }),
};
