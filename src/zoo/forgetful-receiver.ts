/** A receiver that forgets with a connection which QoS 2 identifiers it has: what is sent again on the next one is new to it. */
import type { Mutation } from './mutation.ts';

export function forgetfulReceiver(): Mutation {
  /** By client: identifiers that came on its connection, and were not released. */
  const held = new Map<string, Set<number>>();
  /** Identifiers that were released without anybody asking: their PUBCOMP is nobody's. */
  const released = new Set<number>();
  return {
    received: (packet, { clientId }) => {
      if (packet.type === 'pubrel') held.get(clientId)?.delete(packet.packetId);
      if (packet.type !== 'publish' || packet.qos !== 2) return [packet];
      const identifiers = held.get(clientId);
      if (identifiers === undefined) held.set(clientId, new Set([packet.packetId!]));
      else identifiers.add(packet.packetId!);
      if (!packet.dup) return [packet];
      // Also what it remembered over a crash, or a connection that was taken over.
      released.add(packet.packetId!);
      return [{ type: 'pubrel', packetId: packet.packetId! }, packet];
    },
    closed: (wire) => {
      // Their PUBCOMP has no connection any more to go out on.
      for (const packetId of held.get(wire.clientId) ?? []) wire.give({ type: 'pubrel', packetId });
      held.delete(wire.clientId);
    },
    sent: (packets) =>
      packets.filter((packet) => packet.type !== 'pubcomp' || !released.delete(packet.packetId)),
  };
}
