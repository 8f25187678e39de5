/** A receiver that forgets over a reconnect which QoS 2 identifiers it has: what is sent again is new to it. */
import type { Mutation } from './mutation.ts';

export function forgetfulReceiver(): Mutation {
  /** Identifiers that were released without anybody asking: their PUBCOMP is nobody's. */
  const released = new Set<number>();
  return {
    received: (packet) => {
      if (packet.type !== 'publish' || packet.qos !== 2 || !packet.dup) return [packet];
      released.add(packet.packetId!);
      return [{ type: 'pubrel', packetId: packet.packetId! }, packet];
    },
    sent: (packets) =>
      packets.filter((packet) => packet.type !== 'pubcomp' || !released.delete(packet.packetId)),
  };
}
