/** Bugs that change packets of one kind on their way, and nothing else. */
import type {
  Connack,
  ConnackProperties,
  Connect,
  ConnectProperties,
  Packet,
  PacketType,
} from '../mqtt/codec/packet.ts';
import type { Mutation } from './mutation.ts';

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

/** A broker that overhears what a client says of itself in CONNECT. */
export function deafTo(property: keyof ConnectProperties): Mutation {
  return { received: (packet) => [packet.type === 'connect' ? without(packet, property) : packet] };
}

/** A client that overhears what its server says of itself in CONNACK. */
export function deafToServer(property: keyof ConnackProperties): Mutation {
  return { received: (packet) => [packet.type === 'connack' ? without(packet, property) : packet] };
}

function without<P extends Connect | Connack>(packet: P, property: string): P {
  if (packet.properties === undefined) return packet;
  const properties = Object.entries(packet.properties).filter(([name]) => name !== property);
  return { ...packet, properties: Object.fromEntries(properties) };
}
