/** One hop of QoS 1 and 2 as both ends show it: what is under way, by identifier. */
import type { QoS } from '../mqtt/codec/packet.ts';
import type { Received } from './application.ts';
import type { Conn } from './conn.ts';
import type { Arrival, Copy } from './message.ts';
import type { MessageKey } from './message-key.ts';

/** A message on its way over one hop, from its first PUBLISH to its last acknowledgement. */
export interface Flight {
  key: MessageKey;
  qos: QoS;
  /** Place among the first sendings of its direction. */
  place: number;
  stage: 'publish' | 'pubrec' | 'pubrel';
  conn: Conn;
  /** Crashes of the sender when it was sent last. */
  crashes: number;
  /** Ordinal of the last sending of a PUBLISH or PUBREL. */
  at: number;
  /** True once the receiver has read a PUBLISH of it. */
  arrived: boolean;
  topic: string;
  /** Upwards what the broker made of it, downwards the copy that it carries. */
  arrival: Arrival | undefined;
  copy: Copy | undefined;
  /** Downwards: its last reception. */
  received: Received | undefined;
}

/** Instead of a count of crashes: the identifier may be known and may be not. */
export const DOUBTFUL = -1;

/** One direction of one session. */
export class Lane {
  readonly flights = new Map<number, Flight>();
  /** QoS 2 identifiers whose PUBLISH the receiver read and whose PUBREL it did not, with its crashes until then. */
  readonly known = new Map<number, number>();
  places = 0;
  /** Crashes of the sender when the lane began; -1 when it may go on from an earlier one. */
  crashes: number;

  constructor(crashes: number) {
    this.crashes = crashes;
  }
}
