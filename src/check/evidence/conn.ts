import type { ProtocolVersion, Subscribe, Unsubscribe, Will } from '../../mqtt/codec/packet.ts';
import type { Followed, Watcher } from '../../trace/recorder.ts';
import type { Lane } from './lane.ts';
import type { Party } from './party.ts';
import type { Session } from './session.ts';
import { Side } from './side.ts';
import { PacketsUnderWay, type Written } from './under-way.ts';

/** A SUBSCRIBE or UNSUBSCRIBE that its broker read, and at which event. */
export interface Request {
  packet: Subscribe | Unsubscribe;
  at: number;
}

/** A packet that came before its session: at the client when `sentAt` is 0. */
export interface EarlyPacket {
  packet: Written;
  i: number;
  t: number;
  sentAt: number;
}

/** One direction of a connection: what a judge keeps at the way of its packets. */
export class Direction implements Followed {
  /** That judge. */
  by: Watcher | undefined = undefined;
  readonly conn: Conn;
  readonly writer: Side;
  readonly reader: Side;
  /** Packets written and not yet read. */
  readonly underWay = new PacketsUnderWay();

  constructor(conn: Conn, writer: Side, reader: Side) {
    this.conn = conn;
    this.writer = writer;
    this.reader = reader;
  }
}

/** A connection of a client to a broker. */
export class Conn {
  readonly name: string;
  readonly client: Party;
  readonly broker: Party;
  /** The connection as each end sees it. */
  readonly clientSide: Side;
  readonly serverSide: Side;
  v: ProtocolVersion = 4;
  clientId = '';
  clean = true;
  /** 5.0, as the CONNECT (later the DISCONNECT) asked; Infinity is for ever. Seconds. */
  sessionExpiry = 0;
  /** The same, when a server may have heard DISCONNECT ask for more than it had granted. */
  longestExpiry = 0;
  /** CONNACK granted less than CONNECT asked for. */
  limitedExpiry = false;
  /** Its DISCONNECT changed how long the session is kept. */
  expiryChanged = false;
  maximumPacketSize = Number.POSITIVE_INFINITY;
  will: Will | undefined = undefined;
  /** Ordinal of the CONNECT at the broker, of the accepting CONNACK's sending and of its reception; 0 before. */
  connectAt = 0;
  acceptedAt = 0;
  onlineAt = 0;
  /** Virtual time of the CONNECT at the broker and of the accepting CONNACK. */
  connectTime = 0;
  acceptedTime = 0;
  /** The last packet that the broker wrote, and the last PINGREQ that it has answered. */
  readonly wrote = { i: 0, t: 0 };
  answeredPing = { i: 0, t: 0 };
  /** What the broker has read of a DISCONNECT. */
  disconnect: 'none' | 'normal' | 'with-will' = 'none';
  /** True once its listener has it: then the broker will say when it ends. */
  taken = false;
  /** The application has told the client to disconnect: it need not heed what it reads until then. */
  leaving = false;
  /** Of 5.0: the reason with which the broker sent the client away. */
  sentAway: number | undefined = undefined;
  /** Something on it could not be read, or it did not begin with a CONNECT: what comes on it says nothing. */
  blind = false;
  /** It ended with a FIN; a reset may come from somebody in between, and the broker hear of it late. */
  orderly = true;
  endedAtBroker = false;
  endedAtClient = false;
  /** Nothing more can come of it. */
  forgotten = false;
  session: Session | undefined = undefined;
  /** What its client sends: of the session, until another node takes that over. */
  up: Lane | undefined = undefined;
  /** Whether an unanswered CONNECT of the same client came before this one, and whether one of those asked for a clean session. */
  unanswered: 'none' | 'going-on' | 'clean' = 'none';
  /** Requests that wait for their SUBACK or UNSUBACK, by identifier. */
  readonly requests = new Map<number, Request>();
  /** Filters of each UNSUBSCRIBE that its client wrote and whose answer it has not read. */
  readonly unsubscribing = new Map<number, readonly string[]>();
  /** PINGREQs that wait for their PINGRESP. */
  readonly pings: { i: number; t: number }[] = [];
  /** Ordinals up to which either end has shown that it read what the other wrote. */
  readByClient: number;
  readByBroker: number;
  /** What its client sends, and what its broker does. */
  readonly upward: Direction;
  readonly downward: Direction;
  /** What the client wrote and the broker read before the CONNACK: its session is not known until then. */
  readonly early: EarlyPacket[] = [];
  /** Topic aliases of each direction. */
  readonly aliasesUp = new Map<number, string>();
  readonly aliasesDown = new Map<number, string>();
  /** What the client received and has not yet acknowledged on this connection, in order. */
  readonly dueAcks: { puback: number[]; pubrec: number[]; pubrel: number[] } = {
    puback: [],
    pubrec: [],
    pubrel: [],
  };
  /** Place of the last message that was sent again on this connection, up and down. */
  lastAgainUp = 0;
  lastAgainDown = 0;

  constructor(name: string, client: Party, broker: Party) {
    this.name = name;
    this.client = client;
    this.broker = broker;
    this.readByClient = client.remote ? 0 : Number.POSITIVE_INFINITY;
    this.readByBroker = broker.remote ? 0 : Number.POSITIVE_INFINITY;
    this.clientSide = new Side(this, client, false);
    this.serverSide = new Side(this, broker, true);
    this.clientSide.other = this.serverSide;
    this.serverSide.other = this.clientSide;
    this.upward = new Direction(this, this.clientSide, this.serverSide);
    this.downward = new Direction(this, this.serverSide, this.clientSide);
  }

  /** An end has answered what the other wrote at event `at`, and so has read all up to it. */
  answeredBy(end: Party, at: number): void {
    if (!end.remote) return;
    if (end === this.client) this.readByClient = Math.max(this.readByClient, at);
    else this.readByBroker = Math.max(this.readByBroker, at);
  }

  /** Whether an end is known to have read what the other wrote at event `at`. */
  hasRead(end: Party, at: number): boolean {
    return at <= (end === this.client ? this.readByClient : this.readByBroker);
  }
}
