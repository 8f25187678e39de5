/** What an observer can know of the network: nodes, connections, sessions, subscriptions. No machine is asked. */
import type { Packet, ProtocolVersion, QoS, Subscribe, Unsubscribe, Will } from '../mqtt/codec/packet.ts';
import type { BrokerPromises, NodeRole } from '../trace/event.ts';
import type { Received } from './application.ts';
import type { Arrival, Copy, Debt, Stream } from './ledger.ts';
import type { MessageKey } from './message-key.ts';

export class Party {
  readonly name: string;
  readonly role: NodeRole;
  readonly promises: BrokerPromises | undefined;
  up = true;
  /** Ordinal of the last crash or power cut; 0 when there was none. */
  crashedAt = 0;
  /** Crashes and power cuts so far. */
  crashes = 0;
  /** Ordinal of the newest packet it answered: what a store that keeps order had to have by then. */
  answeredUpTo = 0;
  /** Virtual time at which a fault of its clocks last began or ended, or it learned of that after a stop; -1 when none did. */
  clockSetAt = -1;
  /** Virtual time of its last stop. */
  pausedAt = 0;
  /** True once its application was seen: without calls nothing can be said about them. */
  hasApplication = false;
  /** Seconds for which its application asked its session to be kept, when it said. */
  sessionExpiry: number | undefined = undefined;

  constructor(name: string, role: NodeRole, promises: BrokerPromises | undefined) {
    this.name = name;
    this.role = role;
    this.promises = promises;
  }

  /** True for a broker whose store may have lost something in a crash. */
  get forgetful(): boolean {
    return this.crashes > 0 && this.promises?.durability !== 'sync';
  }
}

/** A packet that was written and not yet read. */
export interface UnderWay {
  conn: Conn;
  packet: Packet;
  /** Of a PUBLISH. */
  topic: string;
  key: MessageKey;
  bytes: number;
}

/** A SUBSCRIBE or UNSUBSCRIBE that its broker read, and at which event. */
export interface Request {
  packet: Subscribe | Unsubscribe;
  at: number;
}

/** A packet that came before its session: at the client when `sentAt` is 0. */
export interface EarlyPacket {
  underWay: UnderWay;
  i: number;
  t: number;
  sentAt: number;
}

/** A connection of a client to a broker. */
export class Conn {
  readonly name: string;
  readonly client: Party;
  readonly broker: Party;
  v: ProtocolVersion = 4;
  clientId = '';
  clean = true;
  /** 5.0, as the CONNECT (later the DISCONNECT) asked; Infinity is for ever. Seconds. */
  sessionExpiry = 0;
  maximumPacketSize = Number.POSITIVE_INFINITY;
  will: Will | undefined = undefined;
  /** Ordinal of the CONNECT at the broker, of the accepting CONNACK's sending and of its reception; 0 before. */
  connectAt = 0;
  acceptedAt = 0;
  onlineAt = 0;
  /** Virtual time of the CONNECT at the broker. */
  connectTime = 0;
  /** What the broker has read of a DISCONNECT. */
  disconnect: 'none' | 'normal' | 'with-will' = 'none';
  /** True once its listener has it: then the broker will say when it ends. */
  taken = false;
  /** The application has told the client to disconnect: it need not heed what it reads until then. */
  leaving = false;
  endedAtBroker = false;
  endedAtClient = false;
  session: Session | undefined = undefined;
  /** What its client sends: of the session, until another node takes that over. */
  up: Lane | undefined = undefined;
  /** Whether an unanswered CONNECT of the same client came before this one, and whether one of those asked for a clean session. */
  unanswered: 'none' | 'going-on' | 'clean' = 'none';
  /** Requests that wait for their SUBACK or UNSUBACK, by identifier. */
  readonly requests = new Map<number, Request>();
  /** Filters of each UNSUBSCRIBE that its client wrote and whose answer it has not read. */
  readonly unsubscribing = new Map<number, readonly string[]>();
  /** Packets written and not yet read, by the ordinal of their sending. */
  readonly underWay = new Map<number, UnderWay>();
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
  }
}

export class Subscription {
  readonly session: Session;
  readonly filter: string;
  /** Inside `$share`: a group shares its messages, so that no single session can claim one. */
  readonly shared: boolean;
  /** Bits of QoS that were granted since it began, and that an unanswered SUBSCRIBE might bring. */
  grants = 0;
  pending = 0;
  /** SUBSCRIBEs for it that were read and not answered, and those for a lower QoS whose answer its client has not read. */
  asked = 0;
  lowered = 0;
  /** Ordinals of the last SUBSCRIBE for it that was read, and of the last SUBACK that was sent. */
  askedAt = 0;
  answeredAt = 0;
  /** Ordinal and time of the SUBSCRIBE that began it, at the broker. */
  readonly since: number;
  readonly sinceTime: number;
  /** Ordinal of the SUBACK at the client while nothing has been sent to end it; 0 while uncertain. */
  certainSince = 0;
  noLocal = false;
  retainAsPublished = false;

  constructor(session: Session, filter: string, shared: boolean, since: number, sinceTime: number) {
    this.session = session;
    this.filter = filter;
    this.shared = shared;
    this.since = since;
    this.sinceTime = sinceTime;
  }
}

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

/** One incarnation of a session: a new one begins whenever the broker says that none was present. */
export class Session {
  readonly broker: Party;
  readonly clientId: string;
  /** The client's node: another one may take a session over with the same client identifier. */
  client: Party;
  up: Lane;
  readonly down: Lane;
  readonly subscriptions = new Map<string, Subscription>();
  /** Filters that were given up, with the ordinal of the last UNSUBACK: messages accepted before may still come. */
  readonly former = new Map<string, number>();
  /** Place of the last message forwarded of each stream, at QoS 0, 1 and 2. */
  readonly forwarded: readonly Map<Stream, number>[] = [new Map(), new Map(), new Map()];
  /** Messages that the broker may still have to send, by key, oldest first. */
  readonly owed = new Map<MessageKey, Debt>();
  owedCount = 0;
  /** Messages of QoS 0 that may be queued, and the most subscriptions that shared a message: they fill the queue too. */
  queuedQoS0 = 0;
  mostMatches = 1;
  /** Copies owed so far, paid or not. */
  owedPlaces = 0;
  /** Place of the newest message owed when the queue had last been full: those up to it may have been dropped. */
  fullUpTo = 0;
  /** Its last connection, standing or not. */
  conn: Conn | undefined;
  /** Ordinal of the end of its last connection at the broker. */
  cutAt = 0;
  /** Virtual time at which its last connection ended at the broker; -1 while one stands. */
  offlineSince = -1;
  /** True when nothing of it outlives its connection. */
  ephemeral: boolean;
  /** Why it cannot be expected to remember: set by a crash of a broker that promised less than sync. */
  shaken = false;
  /** Of the arrival that is being routed: its place, and what the session's subscriptions amount to. */
  routing = 0;
  matches = 0;
  grant = -1;
  sure = false;
  over = false;

  /** How long it is kept without a connection, in seconds. */
  get expirySeconds(): number {
    if (this.conn?.v === 5) return this.conn.sessionExpiry;
    // Before 5.0 a client cannot say it on the wire, but its server can have been told.
    return this.client.sessionExpiry ?? this.broker.promises?.sessionExpiry ?? Number.POSITIVE_INFINITY;
  }

  constructor(conn: Conn) {
    this.broker = conn.broker;
    this.clientId = conn.clientId;
    this.client = conn.client;
    this.up = new Lane(conn.client.crashes);
    this.down = new Lane(conn.broker.crashes);
    this.conn = conn;
    this.ephemeral = isEphemeral(conn);
  }
}

/** Whether the session of this connection ends with it, by what CONNECT (or DISCONNECT) asked. */
export function isEphemeral(conn: Conn): boolean {
  return conn.v === 5 ? conn.sessionExpiry === 0 : conn.clean;
}
