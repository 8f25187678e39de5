import type { Mutant } from '../mutation.ts';

export const pubrelNotResent: Mutant = {
  name: 'pubrel-not-resent',
  of: 'broker',
  wrong: 'the PUBREL that a resumed session owes is forgotten',
  seen: ['rmqtt/rmqtt#456', 'Yakifo/amqtt#401', 'apache/bifromq#281'],
  rule: 'session.resumed',
  story: 'cuts',
  begin: () => {
    /** Identifiers for which a connection brought PUBREC. */
    const asked = new Map<number, Set<number>>();
    return {
      received: (packet, wire) => {
        if (packet.type === 'connect') asked.set(wire.id, new Set());
        if (packet.type === 'pubrec') asked.get(wire.id)?.add(packet.packetId);
        return [packet];
      },
      sent: (packets, wire) =>
        packets.filter((packet) => {
          if (packet.type !== 'pubrel' || asked.get(wire.id)?.has(packet.packetId) === true) return true;
          wire.give({ type: 'pubcomp', packetId: packet.packetId });
          return false;
        }),
    };
  },
};
