/** A sender that sends again in the wrong order. */
import type { Packet } from '../mqtt/codec/packet.ts';
import type { Mutation } from './mutation.ts';

const isAgain = (packet: Packet): boolean => packet.type === 'publish' && packet.dup;

export function reversedRedelivery(): Mutation {
  return {
    sent: (packets) => {
      const turned = packets.filter(isAgain).reverse();
      return packets.map((packet) => (isAgain(packet) ? turned.shift()! : packet));
    },
  };
}
