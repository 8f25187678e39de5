import type { Mutant } from '../mutation.ts';

export const identifierShared: Mutant = {
  name: 'identifier-shared',
  of: 'broker',
  wrong: 'two messages are in flight under one packet identifier, and one acknowledgement ends both',
  seen: ['emqx/emqx#16296', 'nats-io/nats-server#8358'],
  rule: 'delivery.identifier',
  story: 'exchange',
  begin: () => {
    /** Of each connection: the true identifiers behind the one that was sent. */
    const shared = new Map<string, Set<number>>();
    return {
      received: (packet, wire) => {
        if (packet.type !== 'puback' && packet.type !== 'pubrec' && packet.type !== 'pubcomp')
          return [packet];
        const key = `${wire.id}/${packet.packetId}`;
        const behind = shared.get(key) ?? new Set([packet.packetId]);
        if (packet.type !== 'pubrec') shared.delete(key);
        return [...behind].map((packetId) => ({ ...packet, packetId }));
      },
      sent: (packets, wire) =>
        packets.map((packet) => {
          if (packet.type === 'pubrel')
            return { ...packet, packetId: packet.packetId - ((packet.packetId + 1) % 2) };
          if (packet.type !== 'publish' || packet.qos === 0) return packet;
          const packetId = packet.packetId! - ((packet.packetId! + 1) % 2);
          const key = `${wire.id}/${packetId}`;
          shared.set(key, new Set([...(shared.get(key) ?? []), packet.packetId!]));
          return { ...packet, packetId };
        }),
      closed: (wire) => {
        for (const key of shared.keys()) if (key.startsWith(`${wire.id}/`)) shared.delete(key);
      },
    };
  },
};
