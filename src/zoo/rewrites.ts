/** Bugs that change packets of one kind on their way, and nothing else. */
import type { Packet, PacketType } from '../mqtt/codec/packet.ts';

type Of<T extends PacketType> = Packet & { type: T };

/** What becomes of packets of a type that are sent; others go as they are. */
export function sending<T extends PacketType>(
  type: T,
  change: (packet: Of<T>) => readonly Packet[],
): { sent(packets: readonly Packet[]): readonly Packet[] } {
  return {
    sent: (packets) =>
      packets.flatMap((packet) => (packet.type === type ? change(packet as Of<T>) : [packet])),
  };
}
