import type { Mutant } from '../mutation.ts';

export const keepAliveImpatient: Mutant = {
  name: 'keep-alive-impatient',
  of: 'broker',
  wrong: 'a silent client is let go when its keep-alive is over, without the half that is to be added',
  seen: ['vernemq/vernemq#275', 'emqx/emqx#1928'],
  rule: 'keep-alive.patience',
  story: 'terms',
  begin: () => ({
    received: (packet) => [
      packet.type === 'connect' ? { ...packet, keepAlive: Math.floor((packet.keepAlive * 2) / 3) } : packet,
    ],
  }),
};
