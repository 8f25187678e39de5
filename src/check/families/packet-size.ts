/** Maximum Packet Size of 5.0: nobody is sent a packet that is larger than it takes. */
import type { Packet } from '../../mqtt/codec/packet.ts';
import { packetName } from '../../mqtt/codec/packet-type.ts';
import type { Side } from '../evidence/side.ts';
import type { Tally } from '../tally.ts';

export class PacketSize {
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  sent(side: Side, packet: Packet, bytes: number, i: number): void {
    const { maximumPacketSize } = side;
    if (maximumPacketSize === Number.POSITIVE_INFINITY || !side.judged) return;
    const explains = packet.type !== 'publish' && explainsItself(packet);
    this.#tally.reach('size.maximum');
    if (explains) this.#tally.reach('size.explanations');
    if (bytes <= maximumPacketSize) return;
    const { name } = side.party;
    this.#tally.broken(
      explains ? 'size.explanations' : 'size.maximum',
      name,
      `${name} sent ${side.other.party.name} a ${packetName(packet.type)} of ${bytes} bytes, and it takes ${maximumPacketSize} at most`,
      [i],
    );
  }
}

/** Whether a packet has a Reason String or User Properties, which are left out of what would be too large with them. */
export function explainsItself(packet: Packet): boolean {
  if (!('properties' in packet) || packet.properties === undefined) return false;
  return 'reasonString' in packet.properties || 'userProperties' in packet.properties;
}
