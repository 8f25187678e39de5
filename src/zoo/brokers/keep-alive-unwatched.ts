import type { Mutant } from '../mutation.ts';

export const keepAliveUnwatched: Mutant = {
  name: 'keep-alive-unwatched',
  of: 'broker',
  wrong: 'a client that has fallen silent stays connected for ever',
  seen: ['dotnet/MQTTnet#1883'],
  rule: 'keep-alive.server',
  story: 'terms',
  begin: () => ({
    received: (packet) => [packet.type === 'connect' ? { ...packet, keepAlive: 0 } : packet],
  }),
};
