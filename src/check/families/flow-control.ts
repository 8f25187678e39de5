/**
 * Flow control of 5.0: what is sent at QoS 1 and 2 stays within the Receive Maximum of who reads it.
 *
 * The quota is counted as the standard counts it [5.0/4.9], at the end of its sender: each PUBLISH takes one, each PUBACK, PUBCOMP
 * and refusing PUBREC that was read gives one back, and with the connection it is forgotten.
 */
import type { Publish } from '../../mqtt/codec/packet.ts';
import type { Side } from '../evidence/side.ts';
import { placeOf, type Tally } from '../tally.ts';

const RECEIVE_MAXIMUM = placeOf('flow.receive-maximum');

export class FlowControl {
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  sent(side: Side, packet: Publish, i: number): void {
    if (packet.qos === 0) return;
    side.spent++;
    if (!side.judged || side.conn.v < 5 || side.receiveMaximum === Number.POSITIVE_INFINITY) return;
    this.#tally.reachAt(RECEIVE_MAXIMUM);
    if (side.spent <= side.receiveMaximum) return;
    const { name } = side.party;
    this.#tally.broken(
      'flow.receive-maximum',
      name,
      `${name} sent PUBLISH #${packet.packetId} as number ${side.spent} in flight to ${side.other.party.name}, whose Receive Maximum is ` +
        `${side.receiveMaximum}`,
      [i],
    );
  }

  /** PUBACK, PUBCOMP or a refusing PUBREC was read. */
  returned(side: Side): void {
    if (side.spent > 0) side.spent--;
  }
}
