import type { Mutant } from '../mutation.ts';

export const willLostOnTakeover: Mutant = {
  name: 'will-lost-on-takeover',
  of: 'broker',
  wrong: 'the will of a connection that is taken over is not published',
  seen: ['emqx/emqx#10551', 'eclipse-mosquitto/mosquitto#3509'],
  rule: 'will.due',
  story: 'wills',
  begin: (life) => ({
    received: (packet, wire) => {
      if (packet.type !== 'connect') return [packet];
      for (const other of [...life.wires.values()]) {
        if (other !== wire && other.clientId === packet.clientId)
          other.give({ type: 'disconnect', reasonCode: 0 });
      }
      return [packet];
    },
  }),
};
