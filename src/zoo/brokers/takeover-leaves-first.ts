import type { Mutant } from '../mutation.ts';

export const takeoverLeavesFirst: Mutant = {
  name: 'takeover-leaves-first',
  of: 'broker',
  wrong: 'a second connection of a client leaves the first one standing',
  seen: ['robustmq/robustmq#2057'],
  rule: 'session.takeover',
  story: 'sessions',
  begin: (life) => ({
    received: (packet, wire) => {
      if (packet.type !== 'connect') return [packet];
      const taken = [...life.wires.values()].some(
        (other) => other !== wire && other.clientId === packet.clientId,
      );
      return [taken ? { ...packet, clientId: `${packet.clientId} ${wire.id}` } : packet];
    },
  }),
};
