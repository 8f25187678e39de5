/**
 * The recorder: every layer tells it what happened, once; it keeps the digest and hands events to whoever listens.
 *
 * At level `digest` with nobody listening a packet costs its hash and no object. The recorder itself keeps no event:
 * memory belongs to the listeners, and {@link EventLog} is the one that keeps them, up to a limit.
 */
import { Digest, type Digestible } from './digest.ts';
import { TraceError } from './errors.ts';
import {
  type AppCall,
  type AppSettled,
  type PacketLost,
  type PacketSent,
  TRACE_FORMAT,
  TRACE_VERSION,
  type TraceEvent,
  type TraceHeader,
  type TraceKind,
  type TraceLevel,
  type TraceMessage,
} from './event.ts';
import { hashText } from './hash.ts';

/** Is handed every event once, in order; it may call {@link Recorder.emit}, whose event then follows this one. */
export type TraceListener = (event: TraceEvent) => void;

/**
 * Watches a run as a listener does, and keeps nothing of it: where no listener is there besides, no event is made of a packet that was written to
 * a way or read from it, nor of what an actor did, and its methods are told what would be in that.
 */
export interface Watcher {
  packetSent(i: number, t: number, way: Way, bytes: Uint8Array, malformed: string | undefined): void;
  packetReceived(i: number, t: number, way: Way, of: number): void;
  called(i: number, t: number, who: Actor, call: number, asked: Asked): void;
  settled(i: number, t: number, who: Actor, call: number, outcome: AppSettled['outcome']): void;
  delivered(i: number, t: number, who: Actor, message: TraceMessage, dup: boolean): void;
  /** An event of any kind. */
  observe(event: TraceEvent): void;
}

/**
 * An event as its author knows it: the recorder adds ordinal, time and cause. Who makes many of a kind leaves room for these in front
 *: fields that an object gains later lie apart from it.
 */
export type Unstamped = Unstamp<TraceEvent>;
type Unstamp<E> = E extends TraceEvent ? Omit<E, Stamp> & Partial<Pick<E, Stamp>> : never;
type Stamp = 'i' | 't' | 'c';

/** What a header says besides what the recorder knows itself. */
export type TraceDescription = Omit<TraceHeader, 'format' | 'version' | 'level'>;

export interface RecorderOptions {
  level: TraceLevel;
  header: TraceDescription;
  /** The first listener; {@link Recorder.listen} adds more. */
  onEvent?: TraceListener;
}

/** Only recorded at level full: too many, or nothing an observer could have seen. */
const FULL_ONLY: ReadonlySet<TraceKind> = new Set<TraceKind>([
  'segment.lost',
  'segment.resent',
  'timer.fired',
  'disk.written',
  'disk.synced',
  'disk.lost',
  'state',
  'told',
]);

/** True for kinds that level `packets` leaves out. */
export function isFullOnly(kind: TraceKind): boolean {
  return FULL_ONLY.has(kind);
}

/** Names are remembered for callers that have only strings; a run that dials for ever empties the table now and then. */
const NAMES_MAX = 65_536;

/** The name of a connection with what the digest needs of it, computed once a connection instead of once a packet. */
export class ConnectionName {
  readonly text: string;
  readonly hash: number;
  #a = '';
  #aHash = 0;
  #b = '';
  #bHash = 0;

  constructor(text: string) {
    this.text = text;
    this.hash = hashText(text);
  }

  /** Hash of the name of the node at one end; the two ends are told apart by comparing pointers, mostly. */
  hashOfEnd(n: string): number {
    if (n === this.#a) return this.#aHash;
    if (n === this.#b) return this.#bHash;
    this.#b = this.#a;
    this.#bHash = this.#aHash;
    this.#a = n;
    this.#aHash = hashText(n);
    return this.#aHash;
  }
}

/** One direction of a connection, as the network that carries it keeps it: with the hashes that {@link hashText} makes of the names. */
export interface Way {
  readonly conn: string;
  readonly connHash: number;
  readonly writer: string;
  readonly writerHash: number;
  readonly reader: string;
  readonly readerHash: number;
  readonly version: PacketSent['v'];
  /** What a watcher keeps here that knows more of the way than its names, so that it need not look for that with every packet. */
  followed: Followed | undefined;
}

/** A node with an application, as whoever carries it keeps it. */
export interface Actor {
  readonly name: string;
  readonly nameHash: number;
  /** What a watcher keeps here, as of a {@link Way}. */
  followed: Followed | undefined;
}

/** What an application asks of its client. */
export type Asked = AppCall extends infer C
  ? C extends AppCall
    ? Omit<C, 'i' | 't' | 'c' | 'k' | 'n' | 'call'>
    : never
  : never;

/** What one watcher knows of a way, or of an actor. */
export interface Followed {
  readonly by: Watcher | undefined;
}

export class Recorder {
  readonly level: TraceLevel;
  /** True when state, told, timers, disks and segments are recorded. */
  readonly full: boolean;
  readonly header: TraceHeader;
  /** Virtual time in microseconds, kept up to date by the simulator. */
  now = 0;
  /** Ordinal of the nearest recorded cause, kept up to date by the simulator; 0 for the script and the beginning. */
  cause = 0;

  readonly #digest = new Digest();
  #listeners: readonly TraceListener[] = [];
  readonly #watchers: Watcher[] = [];
  /** False at level digest while nobody listens: then nothing is numbered and no object is made. */
  #numbering: boolean;
  #count = 0;
  /** Ordinal of the event that is being shown, 0 while none is, and those that were emitted meanwhile. */
  #showing = 0;
  readonly #waiting: TraceEvent[] = [];
  readonly #names = new Map<string, ConnectionName>();

  constructor(options: RecorderOptions) {
    this.level = options.level;
    this.full = options.level === 'full';
    this.header = {
      format: TRACE_FORMAT,
      version: TRACE_VERSION,
      ...options.header,
      level: options.level,
    };
    this.#numbering = options.level !== 'digest';
    if (options.onEvent !== undefined) this.listen(options.onEvent);
  }

  /** Ordinal of the last event; 0 when none was recorded. */
  get count(): number {
    return this.#count;
  }

  /**
   * True when an event of this kind would be recorded. For kinds outside the digest the caller need not even build
   * the event otherwise; kinds inside it are emitted always.
   */
  wants(kind: TraceKind): boolean {
    return this.#numbering && (this.full || !FULL_ONLY.has(kind));
  }

  /**
   * Adds a listener, which sees what is recorded from now on: at level digest what level packets would record.
   * Returns a function that removes it.
   */
  listen(listener: TraceListener): () => void {
    this.#listeners = [...this.#listeners, listener];
    this.#numbering = true;
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  /** Adds a watcher, which sees the same, after all listeners. */
  watch(watcher: Watcher): void {
    this.#watchers.push(watcher);
    this.#numbering = true;
  }

  /**
   * Records an event that happens now; the object becomes the recorder's. Returns its ordinal, or 0 when the level does not record
   * its kind. Packets received have a method of their own, since their digest needs the bytes.
   */
  emit(event: Unstamped): number {
    this.#digest.event(event as Digestible, this.now);
    if (!this.wants(event.k)) return 0;
    const stamped = event as TraceEvent;
    stamped.t = this.now;
    stamped.i = ++this.#count;
    stamped.c = this.nearest;
    this.#show(stamped);
    return stamped.i;
  }

  /**
   * A whole packet was written to connection `conn` by node `n`; the bytes are immutable from here on. A network that keeps a
   * {@link ConnectionName} for each connection spares every packet a look-up of names.
   */
  packetSent(
    n: string,
    conn: string | ConnectionName,
    bytes: Uint8Array,
    v: PacketSent['v'],
    malformed?: string,
  ): number {
    const name = typeof conn === 'string' ? this.#named(conn) : conn;
    this.#digest.packetSent(this.now, name.hashOfEnd(n), name.hash, bytes);
    return this.#numbering ? this.#showSent(n, name.text, bytes, v, malformed) : 0;
  }

  #showSent(
    n: string,
    conn: string,
    bytes: Uint8Array,
    v: PacketSent['v'],
    malformed: string | undefined,
  ): number {
    const i = ++this.#count;
    const event: PacketSent = { i, t: this.now, c: this.cause, k: 'packet.sent', n, conn, bytes, v };
    if (malformed !== undefined) event.malformed = malformed;
    this.#show(event);
    return i;
  }

  /** The same of a packet that was written on a way. */
  sent(way: Way, bytes: Uint8Array, malformed?: string): number {
    this.#digest.packetSent(this.now, way.writerHash, way.connHash, bytes);
    if (!this.#numbering) return 0;
    if (!this.#onlyWatched) return this.#showSent(way.writer, way.conn, bytes, way.version, malformed);
    const i = ++this.#count;
    this.#showing = i;
    try {
      for (const watcher of this.#watchers) watcher.packetSent(i, this.now, way, bytes, malformed);
      if (this.#waiting.length > 0) this.#tellWaiting();
    } finally {
      this.#shown();
    }
    return i;
  }

  /** The cause of what happens now: what is being shown, for who acts while it hears of it; else that of the simulator. */
  private get nearest(): number {
    return this.#showing === 0 ? this.cause : this.#showing;
  }

  /**
   * Whether nobody needs an event to be made: it is shown to watchers alone, and none is being shown.
   * Then each kind goes to the watchers in a way of its own, for a function for what differs would be an object for each event.
   */
  get #onlyWatched(): boolean {
    return this.#listeners.length === 0 && this.#showing === 0;
  }

  /** Node `n` read the last byte of the packet that was sent as event `of` with these bytes. */
  packetReceived(n: string, conn: string | ConnectionName, of: number, bytes: Uint8Array): number {
    const name = typeof conn === 'string' ? this.#named(conn) : conn;
    this.#digest.packetReceived(this.now, name.hashOfEnd(n), name.hash, bytes);
    return this.#numbering ? this.#showReceived(n, name.text, of) : 0;
  }

  #showReceived(n: string, conn: string, of: number): number {
    const i = ++this.#count;
    this.#show({ i, t: this.now, c: this.cause, k: 'packet.received', n, conn, of });
    return i;
  }

  /** The same of a packet that was read on a way. */
  received(way: Way, of: number, bytes: Uint8Array): number {
    this.#digest.packetReceived(this.now, way.readerHash, way.connHash, bytes);
    if (!this.#numbering) return 0;
    if (!this.#onlyWatched) return this.#showReceived(way.reader, way.conn, of);
    const i = ++this.#count;
    this.#showing = i;
    try {
      for (const watcher of this.#watchers) watcher.packetReceived(i, this.now, way, of);
      if (this.#waiting.length > 0) this.#tellWaiting();
    } finally {
      this.#shown();
    }
    return i;
  }

  /** The application of a node called its client. Returns the ordinal of the event, or 0 when nothing is recorded. */
  called(who: Actor, call: number, asked: Asked): number {
    this.#digest.called(this.now, who.nameHash, call, asked);
    if (!this.#numbering) return 0;
    const i = ++this.#count;
    if (!this.#onlyWatched) {
      const { now: t, nearest: c } = this;
      this.#show({ i, t, c, k: 'app.call', n: who.name, call, ...asked } as AppCall);
      return i;
    }
    this.#showing = i;
    try {
      for (const watcher of this.#watchers) watcher.called(i, this.now, who, call, asked);
      if (this.#waiting.length > 0) this.#tellWaiting();
    } finally {
      this.#shown();
    }
    return i;
  }

  /** A call came to its end. @param text is called where somebody reads it: it is not of the digest. */
  settled(who: Actor, call: number, outcome: AppSettled['outcome'], text: () => string): number {
    this.#digest.settled(this.now, who.nameHash, call, outcome);
    if (!this.#numbering) return 0;
    const i = ++this.#count;
    if (!this.#onlyWatched) {
      const { now: t, nearest: c } = this;
      this.#show({ i, t, c, k: 'app.settled', n: who.name, call, outcome, text: text() });
      return i;
    }
    this.#showing = i;
    try {
      for (const watcher of this.#watchers) watcher.settled(i, this.now, who, call, outcome);
      if (this.#waiting.length > 0) this.#tellWaiting();
    } finally {
      this.#shown();
    }
    return i;
  }

  /** The application of a node was handed a message. */
  delivered(who: Actor, message: TraceMessage, dup: boolean): number {
    this.#digest.delivered(this.now, who.nameHash, message, dup);
    if (!this.#numbering) return 0;
    const i = ++this.#count;
    if (!this.#onlyWatched) {
      this.#show({ i, t: this.now, c: this.nearest, k: 'app.delivered', n: who.name, message, dup });
      return i;
    }
    this.#showing = i;
    try {
      for (const watcher of this.#watchers) watcher.delivered(i, this.now, who, message, dup);
      if (this.#waiting.length > 0) this.#tellWaiting();
    } finally {
      this.#shown();
    }
    return i;
  }

  /** The packet sent as event `of` will never be read by anybody; `n` is the node that was to receive it. */
  packetLost(
    n: string,
    conn: string | ConnectionName,
    of: number,
    at: PacketLost['at'],
    reason: string,
  ): number {
    if (!this.#numbering) return 0;
    const i = ++this.#count;
    const text = typeof conn === 'string' ? conn : conn.text;
    this.#show({ i, t: this.now, c: this.cause, k: 'packet.lost', n, conn: text, of, at, reason });
    return i;
  }

  /** The same of a packet that was written on a way. */
  lost(way: Way, of: number, at: PacketLost['at'], reason: string): number {
    return this.packetLost(way.reader, way.conn, of, at, reason);
  }

  /** Of everything so far: sixteen hexadecimal digits, the same at every level. */
  digest(): string {
    return this.#digest.hex();
  }

  #named(conn: string): ConnectionName {
    let name = this.#names.get(conn);
    if (name === undefined) {
      name = new ConnectionName(conn);
      if (this.#names.size >= NAMES_MAX) this.#names.clear();
      this.#names.set(conn, name);
    }
    return name;
  }

  #show(event: TraceEvent): void {
    if (this.#listeners.length === 0 && this.#watchers.length === 0) return;
    if (this.#showing > 0) {
      // A listener emitted: the others have to see the event it saw first.
      this.#waiting.push(event);
      return;
    }
    try {
      this.#tell(event);
      if (this.#waiting.length > 0) this.#tellWaiting();
    } finally {
      this.#shown();
    }
  }

  #tell(event: TraceEvent): void {
    this.#showing = event.i;
    for (const listener of this.#listeners) listener(event);
    for (const watcher of this.#watchers) watcher.observe(event);
  }

  #tellWaiting(): void {
    for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift())
      this.#tell(event);
  }

  #shown(): void {
    this.#showing = 0;
    if (this.#waiting.length > 0) this.#waiting.length = 0;
  }
}

/** How many events an {@link EventLog} keeps unless told otherwise: about 1 GB of packets. */
export const LOG_LIMIT = 5_000_000;

/** A listener that keeps every event, in order, for who reads a trace as a whole. */
export class EventLog {
  readonly events: TraceEvent[] = [];
  readonly limit: number;
  /** To be handed to {@link Recorder.listen}. */
  readonly listener: TraceListener = (event) => {
    if (this.events.length >= this.limit) {
      throw new TraceError(
        'limit',
        `the trace has more than ${this.limit} events, which is the limit for keeping one in memory; ` +
          'record a shorter run, record at level packets, or write the trace to a file instead',
      );
    }
    this.events.push(event);
  };

  /** @throws {TraceError} `limit` from the listener once more than `limit` events came. */
  constructor(limit: number = LOG_LIMIT) {
    this.limit = limit;
  }
}
