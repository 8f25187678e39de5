/** Messages as a broker received them, and the copies of them that it owes. */
import type { QoS } from '../../mqtt/codec/packet.ts';
import type { Conn } from './conn.ts';
import type { MessageKey } from './message-key.ts';
import type { Session } from './session.ts';

/** What has to keep its order: messages of one publisher with one topic and QoS. An identity, nothing else. */
export interface Stream {
  readonly publisher: string;
}

/** One time that a message came to a broker, or that a will came due. */
export interface Arrival {
  readonly message: Message;
  /** Place among all arrivals at this broker. */
  readonly place: number;
  /** Client identifier of the publisher. */
  readonly publisher: string;
  readonly stream: Stream;
  readonly qos: QoS;
  /** RETAIN as it was published. */
  readonly retain: boolean;
  readonly will: boolean;
  /** Ordinal and time at the broker, and the ordinal of the sending (0 for a will). */
  readonly i: number;
  readonly t: number;
  readonly sentAt: number;
  /** Seconds; Infinity when it does not expire. */
  readonly expiry: number;
  /** As a PUBLISH with its topic. */
  readonly bytes: number;
  /** Ordinal at which the publisher read that it was accepted; 0 before. */
  acceptedAt: number;
  /** Ordinal at which the broker answered to the end; 0 before. QoS 0 is never answered. */
  answeredAt: number;
  /** True when the publisher waits for nothing more. */
  settled: boolean;
  /** It has a payload, so that RETAIN makes it the retained message of its topic; an empty one ends that. */
  readonly retained: boolean;
  /** It came again after a crash, which may have forgotten the first time: its place is nobody's guess. */
  again: boolean;
}

/** A copy that a group of a Shared Subscription was sent. */
export interface SharedCopy {
  /** `$share/name/filter`. */
  readonly group: string;
  readonly session: Session;
  readonly conn: Conn;
  readonly qos: QoS;
  readonly i: number;
  /** Crashes of the broker until then. */
  readonly crashes: number;
}

export interface Message {
  readonly key: MessageKey;
  readonly topic: string;
  arrivals: Arrival[];
  /** QoS of those, as bits. */
  qos: number;
  /** One of those has an expiry interval. */
  expires: boolean;
  /** They are of one stream, none is of a will, and none came again: their order is known. */
  ordered: boolean;
  /** Live copies sent to each session; the first session has a place of its own, since most messages have no other. */
  firstTo: Session | undefined;
  firstCopies: number;
  others: Map<Session, number> | undefined;
  /** To whom groups were sent it first; undefined while no group was. */
  shared: SharedCopy[] | undefined;
  /** Copies still owed to sessions and to groups. */
  owed: number;
  /** Someone without a connection may get it later, although nothing is owed. */
  lingers: boolean;
}

/** What a session has to get of an arrival, at QoS 1 or 2. */
export interface Copy {
  readonly arrival: Arrival;
  readonly session: Session;
  readonly qos: QoS;
  /** False when the subscription might not have been there, or the arrival repeats another. */
  certain: boolean;
  /** Place of this copy among those owed to the session. */
  readonly place: number;
  sentAt: number;
  /** The least Maximum Packet Size of the connections over which it could have been sent so far. */
  takes: number;
}

/** Equal messages that a session has to get, oldest first. */
export interface Debt {
  readonly copies: Copy[];
  /** Those that count as sent, and need not have been: nobody was told of them, or the queue was full. */
  rivals: Copy[];
}

/** Whether a copy need not have been sent: it was never promised, or the queue was full. */
export function isDoubtful({ arrival, place, certain }: Copy, session: Session): boolean {
  return !certain || arrival.acceptedAt === 0 || place <= session.fullUpTo;
}

/** How many live copies of a message were sent to a session. */
export function copiesTo(message: Message, session: Session): number {
  if (message.firstTo === session) return message.firstCopies;
  return message.others?.get(session) ?? 0;
}
