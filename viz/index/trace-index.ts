/**
 * A trace of millions of events in typed columns. It takes events one by one, as a reader hands them out, and can be asked
 * while it grows.
 *
 * A packet is its bytes, its arrival a number, a change of state a few numbers. What else happens is less frequent and
 * kept as the JSON of its own fields, to be read again when somebody asks for that event.
 */
import type { CommonLines } from '../../src/trace/common-lines.ts';
import { TraceError } from '../../src/trace/errors.ts';
import type {
  LinkAdded,
  ObituaryWritten,
  PacketLost,
  PacketReceived,
  PacketSent,
  TraceEvent,
  TraceFooter,
  TraceHeader,
  Verdict,
} from '../../src/trace/event.ts';
import { bodyOf } from '../../src/trace/jsonl.ts';
import type { Name } from '../../src/trace/names.ts';
import type { TraceSink } from '../../src/trace/reader.ts';
import { eventOf } from '../../src/trace/validate.ts';
import { ApplicationRecords, eventOfRecord, isRecord } from './application-records.ts';
import { ByteArena } from './byte-arena.ts';
import { Carriage } from './carriage.ts';
import { Chronicle } from './chronicle.ts';
import { grown } from './column.ts';
import { ConnectionTable } from './connection-table.ts';
import { Dictionary } from './dictionary.ts';
import { EventColumns, KIND_CODES, KINDS } from './event-columns.ts';
import { Exchanges } from './exchanges.ts';
import { FlightColumns } from './flight-columns.ts';
import { groupOf, groupOfLine } from './group.ts';
import { Postings } from './postings.ts';
import { StateIndex } from './states.ts';
import type {
  Absence,
  Connection,
  FaultPeriod,
  Flight,
  Remark,
  Story,
  StoryNode,
  StoryTally,
  TraceContent,
} from './story.ts';

/** More events than this are not kept. */
export const EVENTS_MAX = 6_000_000;
/** Of packets, and of events that are not packets. */
export const BYTES_MAX = 1_000_000_000;

const CONNECT = 1;
const PUBLISH = 3;
const SUBSCRIBE = 8;
const SENT = KIND_CODES['packet.sent'];
const RECEIVED = KIND_CODES['packet.received'];
const FRAME = KIND_CODES['websocket.sent'];
/** What a frame carries departs soon after it. */
const CARRIED_WITHIN = 200;

const decoder = new TextDecoder();

/** What one can go to: events of a diagram, of the node, exchange or message of an event, faults, broken promises. */
export type Landmark = 'drawn' | 'node' | 'exchange' | 'message' | 'fault' | 'violation';

export class TraceIndex implements Story {
  readonly header: TraceHeader;
  footer: TraceFooter | undefined;
  reading = true;
  edition = 0;
  readonly tally: StoryTally = { packets: 0, received: 0, lost: 0, delivered: 0, violations: 0 };
  readonly events: EventColumns;
  readonly flights = new FlightColumns();
  readonly states = new StateIndex();
  readonly postings = new Postings();
  readonly exchanges: Exchanges;

  readonly #eventsMax: number;
  #count = 0;
  readonly #names = new Dictionary<string>();
  readonly #chronicle = new Chronicle(this.#names, this.tally);
  readonly #connections: ConnectionTable;
  readonly #arena: ByteArena;
  readonly #records: ApplicationRecords;
  /** Where in the arena an event begins; it ends where the next one begins. */
  #places = new Uint32Array(1_024);
  readonly #malformed = new Map<number, string>();
  readonly #carriage = new Carriage();

  /** Limits are for tests; without them they are {@link EVENTS_MAX} and {@link BYTES_MAX}. */
  constructor(header: TraceHeader, eventsMax: number = EVENTS_MAX, bytesMax: number = BYTES_MAX) {
    this.header = header;
    this.#eventsMax = eventsMax;
    this.#arena = new ByteArena(bytesMax);
    this.#records = new ApplicationRecords(this.#arena);
    this.events = new EventColumns(this.#names.values);
    this.exchanges = new Exchanges(this.events, this.flights);
    this.#connections = new ConnectionTable(this.#names, this.#chronicle, this.exchanges);
  }

  get connections(): readonly Connection[] {
    return this.#connections.list;
  }

  get nodes(): readonly StoryNode[] {
    return this.#chronicle.nodes;
  }

  get links(): ReadonlyMap<string, LinkAdded> {
    return this.#chronicle.links;
  }

  get absences(): readonly Absence[] {
    return this.#chronicle.absences;
  }

  get faults(): readonly FaultPeriod[] {
    return this.#chronicle.faults;
  }

  get verdicts(): readonly Verdict[] {
    return this.#chronicle.verdicts;
  }

  get remarks(): readonly Remark[] {
    return this.#chronicle.remarks;
  }

  get obituaries(): readonly ObituaryWritten[] {
    return this.#chronicle.obituaries;
  }

  get accused(): ReadonlySet<number> {
    return this.#chronicle.accused;
  }

  get eventCount(): number {
    return this.#count;
  }

  get flightCount(): number {
    return this.flights.times.length;
  }

  /**
   * Takes the next event; it is not kept as an object, but for the rare ones that a picture needs at hand.
   * @throws {TraceError} `limit`; what came before is whole.
   */
  push(event: TraceEvent): void {
    const at = this.#room();
    this.#keep(event);
    this.#place(at, KIND_CODES[event.k], groupOf(event), event.t, this.#names.codeOf(event.n), event.c);
    this.#understand(event, at);
    this.#post(at);
  }

  /**
   * Takes the next event, as {@link push} does, from the line that a reader is at: that is most of a long trace.
   * @throws {TraceError} `limit`; what came before is whole.
   */
  take(line: CommonLines): void {
    const at = this.#room();
    const { i, kind } = line;
    this.#keepLine(line);
    this.#place(at, KIND_CODES[kind], groupOfLine(line), line.t, this.#nodeOf(line.node), line.c);
    switch (kind) {
      case 'packet.sent':
        this.#departed(at, i, line.t, line.v, line.conn, line.node.text, line.bytes, line.length);
        break;
      case 'packet.received':
        this.#arrived(at, i, line.t, line.conn, line.of, true);
        break;
      case 'app.call':
        this.#chronicle.published(this.events.node[at]!, line.node.text);
        break;
      case 'app.delivered':
        this.#chronicle.delivered(this.events.node[at]!, line.node.text);
    }
    this.#post(at);
  }

  /** Where the next event goes. */
  #room(): number {
    const at = this.#count;
    if (at === this.#eventsMax) {
      throw new TraceError('limit', `only the first ${this.#eventsMax} events are kept`);
    }
    if (at === this.events.capacity) this.events.grow();
    if (at + 1 >= this.#places.length) this.#places = grown(this.#places, Uint32Array);
    return at;
  }

  #place(at: number, kind: number, group: number, time: number, node: number, cause: number): void {
    const { events } = this;
    events.time[at] = time;
    events.kind[at] = kind;
    events.group[at] = group;
    events.node[at] = node;
    events.conn[at] = -1;
    events.cause[at] = cause;
    events.flight[at] = -1;
    this.#count = at + 1;
    this.#places[at + 1] = this.#arena.length;
  }

  #post(at: number): void {
    const { group, kind, node } = this.events;
    this.postings.push(at + 1, kind[at]!, node[at]!, group[at]!);
  }

  /** Nothing more will come; a trace that was cut off has no footer. */
  finish(footer: TraceFooter | undefined): void {
    this.footer = footer;
    this.reading = false;
  }

  event(ordinal: number): TraceEvent | undefined {
    const at = ordinal - 1;
    if (!(at >= 0 && at < this.#count)) return undefined;
    const { cause, conn, flight, kind, names, node, time } = this.events;
    const t = time[at]!;
    const c = cause[at]!;
    const n = names[node[at]!]!;
    const from = this.#places[at]!;
    const to = this.#places[at + 1]!;
    const code = kind[at]!;
    if (code === SENT) {
      const bytes = this.#arena.slice(from, to);
      const v = this.flights.level[flight[at]!]! as PacketSent['v'];
      const sent: PacketSent = {
        i: ordinal,
        t,
        c,
        k: 'packet.sent',
        n,
        conn: this.connections[conn[at]!]!.name,
        bytes,
        v,
      };
      const malformed = this.#malformed.get(ordinal);
      if (malformed !== undefined) sent.malformed = malformed;
      return sent;
    }
    if (from < to) {
      const bytes = this.#arena.slice(from, to);
      if (isRecord(bytes)) return eventOfRecord(bytes, { i: ordinal, t, c, n });
      const body = JSON.parse(decoder.decode(bytes)) as Readonly<Record<string, unknown>>;
      return eventOf(body, ordinal, t, c, KINDS[code]!, n, ordinal + 1);
    }
    if (code === RECEIVED) {
      const of = this.flights.sent[flight[at]!]!;
      return { i: ordinal, t, c, k: 'packet.received', n, conn: this.connections[conn[at]!]!.name, of };
    }
    return { i: ordinal, t, c, k: 'state', n, ...this.states.bodyOf(ordinal) };
  }

  flight(index: number): Flight {
    const { end, from, sent, to } = this.flights;
    const { names } = this.events;
    const ended = end[index]!;
    return {
      sent: this.event(sent[index]!) as PacketSent,
      end: ended === 0 ? undefined : (this.event(ended) as PacketReceived | PacketLost),
      from: names[from[index]!]!,
      to: names[to[index]!]!,
    };
  }

  flightOf(ordinal: number): Flight | undefined {
    const index = this.#flightSentAs(ordinal);
    return index < 0 ? undefined : this.flight(index);
  }

  framesOf(ordinal: number): readonly number[] {
    const split = this.#carriage.splitOf(ordinal);
    if (split !== undefined) return split;
    const { cause, kind } = this.events;
    const frame = this.#flightSentAs(ordinal) < 0 ? 0 : cause[ordinal - 1]!;
    return frame > 0 && kind[frame - 1] === FRAME ? [frame] : [];
  }

  carriedBy(frame: number): number {
    const last = Math.min(this.#count, frame + CARRIED_WITHIN);
    for (let ordinal = frame + 1; ordinal <= last; ordinal++) {
      if (this.framesOf(ordinal).includes(frame)) return ordinal;
    }
    return 0;
  }

  /**
   * The next event of a kind after an ordinal, or the last one before it; 0 when there is none. What belongs to a node, an exchange or a
   * message is that of the event with this ordinal.
   */
  next(landmark: Landmark, ordinal: number, direction: 1 | -1): number {
    switch (landmark) {
      case 'drawn':
        return this.postings.drawn.next(ordinal, direction);
      case 'fault':
        return this.postings.faults.next(ordinal, direction);
      case 'violation':
        return this.postings.violations.next(ordinal, direction);
      case 'node': {
        if (ordinal < 1 || ordinal > this.#count) return 0;
        return this.postings.nextOfNode(this.events.node[ordinal - 1]!, ordinal, direction);
      }
      case 'exchange':
      case 'message': {
        const others = this.#together(landmark, ordinal).filter((each) => (each - ordinal) * direction > 0);
        return (direction > 0 ? others[0] : others[others.length - 1]) ?? 0;
      }
    }
  }

  /** Ordinals of departures and ends of the packets of one exchange, or of a message with its forwardings, ascending. */
  #together(what: 'exchange' | 'message', ordinal: number): number[] {
    const flight = ordinal >= 1 && ordinal <= this.#count ? this.events.flight[ordinal - 1]! : -1;
    if (flight < 0) return [];
    const { end, sent } = this.flights;
    const ordinals: number[] = [];
    for (const each of what === 'exchange' ? this.exchanges.of(flight) : this.exchanges.journeyOf(flight)) {
      ordinals.push(sent[each]!);
      if (end[each]! > 0) ordinals.push(end[each]!);
    }
    return ordinals.sort((one, other) => one - other);
  }

  #flightSentAs(ordinal: number): number {
    const at = ordinal - 1;
    return at >= 0 && at < this.#count && this.events.kind[at] === SENT ? this.events.flight[at]! : -1;
  }

  /** What is needed to make the event again and no column has. */
  #keep(event: TraceEvent): void {
    switch (event.k) {
      case 'packet.sent':
        this.#arena.append(event.bytes);
        if (event.malformed !== undefined) this.#malformed.set(event.i, event.malformed);
        break;
      case 'packet.received':
        // Its flight says the rest. A recording that began in the middle may lack that.
        if (this.#flightSentAs(event.of) < 0) this.#arena.appendText(bodyOf(event));
        break;
      case 'state':
        if (event.d.length === 0) this.#arena.appendText(bodyOf(event));
        break;
      default:
        this.#arena.appendText(bodyOf(event));
    }
  }

  /** The same of a line. */
  #keepLine(line: CommonLines): void {
    switch (line.kind) {
      case 'packet.sent':
        this.#arena.append(line.bytes, line.length);
        break;
      case 'packet.received':
        if (this.#flightSentAs(line.of) < 0) this.#arena.appendText(bodyOf(line.event()));
        break;
      default:
        if (!this.#records.write(line)) this.#arena.appendText(bodyOf(line.event()));
    }
  }

  /** What the event means for packets, connections, states, and all else. */
  #understand(event: TraceEvent, at: number): void {
    switch (event.k) {
      case 'conn.dialled':
        this.#connectionAt(at, event.conn).dialled = event.i;
        break;
      case 'conn.established':
        this.#connectionAt(at, event.conn).established = event.i;
        break;
      case 'conn.ended': {
        const connection = this.#connectionAt(at, event.conn);
        if (connection.ended === 0 || event.n === connection.from) connection.ended = event.i;
        break;
      }
      case 'packet.sent':
        this.#departed(at, event.i, event.t, event.v, event.conn, event.n, event.bytes, event.bytes.length);
        break;
      case 'packet.received':
      case 'packet.lost':
        this.#arrived(at, event.i, event.t, event.conn, event.of, event.k === 'packet.received');
        break;
      case 'websocket.sent':
        this.#carriage.framed(event);
        this.#connectionAt(at, event.conn);
        break;
      case 'conn.accepted':
      case 'websocket.received':
      case 'websocket.lost':
      case 'segment.lost':
      case 'segment.resent':
        this.#connectionAt(at, event.conn);
        break;
      case 'state':
        if (event.d.length > 0) this.states.push(event);
        break;
      default:
        this.#chronicle.observe(event, this.events.node[at]!);
    }
  }

  #departed(
    at: number,
    i: number,
    t: number,
    v: PacketSent['v'],
    name: string | Name,
    n: string,
    bytes: Uint8Array,
    length: number,
  ): void {
    const connection = this.#connectionAt(at, name);
    const { conn, node } = this.events;
    const from = node[at]!;
    const to = this.#connections.peerOf(conn[at]!, from);
    const flight = this.flights.push(i, t, v, bytes, length, from, to);
    this.events.flight[at] = flight;
    this.exchanges.departed(flight, bytes, length);
    this.#carriage.departed(i, connection.name, n, length);
    this.tally.packets++;
    const sender = this.#chronicle.nodeAt(from, n, 'peer');
    const type = this.flights.firstByte[flight]! >> 4;
    if (type === PUBLISH) sender.publishes++;
    else if (type === SUBSCRIBE) sender.subscribes++;
    else if (type === CONNECT && n === connection.from)
      this.#chronicle.introduced(this.#names.valueOf(from), this.#names.valueOf(to));
  }

  #arrived(at: number, i: number, t: number, name: string | Name, of: number, received: boolean): void {
    const { events, flights } = this;
    this.#connectionAt(at, name);
    const flight = this.#flightSentAs(of);
    if (flight < 0) return;
    events.flight[at] = flight;
    if (received) events.group[at] = events.group[of - 1]!;
    // What was received cannot be lost any more; a loss that is told twice keeps its first place.
    if (flights.end[flight] !== 0) return;
    flights.end[flight] = i;
    flights.times.raise(flight, t);
    if (received) {
      this.tally.received++;
      this.exchanges.arrived(flight);
    } else this.tally.lost++;
  }

  #nodeOf(name: Name): number {
    if (name.node < 0) name.node = this.#names.codeOf(name.text);
    return name.node;
  }

  #connectionAt(at: number, name: string | Name): Connection {
    const code = this.#connections.codeOf(name);
    this.events.conn[at] = code;
    return this.connections[code]!;
  }
}

/** What a reader fills an index with, which is handed out once the trace has a header. */
export function fillingOf(begun: (index: TraceIndex) => void): TraceSink {
  let index: TraceIndex | undefined;
  return {
    header(header) {
      index = new TraceIndex(header);
      begun(index);
    },
    event: (event) => index!.push(event),
    line: (line) => index!.take(line),
  };
}

/** The whole of a trace that is in memory. */
export function readStory({ header, events, footer }: TraceContent): TraceIndex {
  const index = new TraceIndex(header);
  for (const event of events) index.push(event);
  index.finish(footer);
  return index;
}
