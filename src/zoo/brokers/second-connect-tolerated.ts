import type { Mutant } from '../mutation.ts';

export const secondConnectTolerated: Mutant = {
  name: 'second-connect-tolerated',
  of: 'broker',
  wrong: 'a second CONNECT on a connection is passed over',
  seen: ['moquette-io/moquette#969'],
  rule: 'error.closes',
  story: 'terms',
  begin: () => {
    const connected = new Set<number>();
    return {
      received: (packet, wire) => {
        if (packet.type !== 'connect') return [packet];
        if (connected.has(wire.id)) return [];
        connected.add(wire.id);
        return [packet];
      },
      closed: (wire) => {
        connected.delete(wire.id);
      },
    };
  },
};
