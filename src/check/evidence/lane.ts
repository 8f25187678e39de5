/** One hop of QoS 1 and 2 as both ends show it: what is under way, by identifier. */

import type { QoS } from '../../mqtt/codec/packet.ts';
import type { Received } from '../families/application.ts';
import type { Conn } from './conn.ts';
import type { Arrival, Copy } from './message.ts';
import type { MessageKey } from './message-key.ts';
import type { Party } from './party.ts';
import { Pending } from './pending.ts';

/** A message on its way over one hop, from its first PUBLISH to its last acknowledgement. */
export interface Flight {
  key: MessageKey;
  qos: QoS;
  /** Place among the first sendings of its direction; NaN, which is neither before nor after anything, when nobody knows. */
  place: number;
  stage: 'publish' | 'pubrec' | 'pubrel';
  /** Where its last acknowledgement passed, and at which event; the sender may not have read it. */
  answer: { conn: Conn; at: number } | undefined;
  conn: Conn;
  /** Crashes of the sender when it was sent last. */
  crashes: number;
  /** Ordinal of the last sending of a PUBLISH or PUBREL. */
  at: number;
  /** True once the receiver has read a PUBLISH of it. */
  arrived: boolean;
  /** Its sender crashed after its last sending, and nobody had been told of the message: nothing of it need be known any more. */
  forgettable: boolean;
  /** Its identifier still belonged to another message: the next one that has it may be that one again. */
  shared: boolean;
  topic: string;
  /** Upwards what the broker made of it, downwards the copy that it carries. */
  arrival: Arrival | undefined;
  copy: Copy | undefined;
  /** Downwards: its last reception. */
  received: Received | undefined;
}

/**
 * Whether a crash of its sender may have taken a flight from its memory. A PUBLISH of QoS 2 shows that its identifier is in use: who
 * promised to store what it shows knows it again, else the receiver would take another message of that identifier for this one.
 */
export function mayBeForgotten({ qos, crashes }: Flight, sender: Party): boolean {
  return sender.crashes > crashes && !(qos === 2 && sender.promises?.durability === 'sync');
}

/** Instead of a count of crashes: the identifier may be known and may be not. */
export const DOUBTFUL = -1;

/** One direction of one session. */
export class Lane {
  readonly flights = new Pending<Flight>();
  /** Those that are over, unless their sender never read the last acknowledgement. */
  readonly ended = new Pending<Flight>();
  /** QoS 2 identifiers whose PUBLISH the receiver read and whose PUBREL it did not, with its crashes until then. */
  readonly known = new Pending<number>();
  /** Those of the session before, and their messages, where the broker says that it has none and may have it: then it may know them again. */
  readonly denied = new Pending<MessageKey>();
  places = 0;
  /** Crashes of the sender when the lane began; -1 when it may go on from an earlier one. */
  crashes: number;

  constructor(crashes: number) {
    this.crashes = crashes;
  }

  /** The last acknowledgement of a flight came by. */
  end(id: number, sender: Party, conn: Conn, at: number): void {
    const flight = this.flights.take(id);
    if (flight === undefined || !sender.remote) return;
    flight.answer = { conn, at };
    this.ended.set(id, flight);
  }

  /** The flight that was over and had this identifier. It goes on when its sender may not have read that it was over. */
  revive(id: number, sender: Party): Flight | undefined {
    const flight = this.ended.get(id);
    if (flight === undefined) return undefined;
    this.ended.delete(id);
    const { conn, at } = flight.answer!;
    if (!conn.hasRead(sender, at)) this.flights.set(id, flight);
    return flight;
  }
}
