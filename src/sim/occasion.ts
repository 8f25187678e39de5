/**
 * The occasion of a fault: a packet, or something a disk does, before or after which it strikes. A time alone cannot say this, for many
 * things happen in one instant, in an order.
 */

export type OccasionSide = 'before' | 'after';

/**
 * Of a link. Before: the packet is written, and neither it nor what is sent after it arrives. After: it has arrived, and nothing arrives
 * that is sent from then on, the answer to it first of all. What is under way is lost with a reset, and arrives in spite of a cut.
 */
export interface PacketOccasion {
  readonly of: 'packet';
  readonly side: OccasionSide;
  /** `sensor>hub#2` */
  readonly connection: string;
  /** The node that sends it. */
  readonly from: string;
  /** Among all that this node sends on this connection, from 1. */
  readonly nth: number;
}

/**
 * Of a node that runs a machine: a batch is written, which a crash of the process leaves, or is synced, which a power cut leaves too.
 * After: before the machine has done anything else. What it was doing is cut off there, in the middle of an input if need be.
 */
export interface DiskOccasion {
  readonly of: 'write' | 'sync';
  readonly side: OccasionSide;
  /** Among all batches of the node, over all its lives, from 1. */
  readonly nth: number;
}

export type Occasion = PacketOccasion | DiskOccasion;

/** For people: `before packet 3 of sensor on sensor>hub#1`, `after sync 4`. */
export function describeOccasion(occasion: Occasion): string {
  const { side, of, nth } = occasion;
  const where = of === 'packet' ? ` of ${occasion.from} on ${occasion.connection}` : '';
  return `${side} ${of} ${nth}${where}`;
}
