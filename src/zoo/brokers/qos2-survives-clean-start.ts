import type { Mutant } from '../mutation.ts';

export const qos2SurvivesCleanStart: Mutant = {
  name: 'qos2-survives-clean-start',
  of: 'broker',
  wrong:
    'identifiers of a QoS 2 exchange outlive the session: a new message that bears one is taken for an old one',
  seen: ['moscajs/aedes#1153'],
  rule: 'delivery.exactly-once',
  story: 'sessions',
  begin: () => {
    const unreleased = new Map<string, Set<number>>();
    const residue = new Map<string, Set<number>>();
    const idsOf = (table: Map<string, Set<number>>, clientId: string): Set<number> => {
      const ids = table.get(clientId) ?? new Set();
      table.set(clientId, ids);
      return ids;
    };
    return {
      received: (packet, wire) => {
        const { clientId } = wire;
        if (packet.type === 'connect' && packet.cleanStart) {
          residue.set(clientId, new Set([...idsOf(residue, clientId), ...idsOf(unreleased, clientId)]));
          unreleased.delete(clientId);
        }
        if (packet.type === 'publish' && packet.qos === 2) {
          const packetId = packet.packetId!;
          if (idsOf(residue, clientId).has(packetId)) {
            wire.send({ type: 'pubrec', packetId });
            return [];
          }
          idsOf(unreleased, clientId).add(packetId);
        }
        if (packet.type === 'pubrel') {
          idsOf(unreleased, clientId).delete(packet.packetId);
          idsOf(residue, clientId).delete(packet.packetId);
        }
        return [packet];
      },
    };
  },
};
