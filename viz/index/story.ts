/**
 * A trace as the things a picture is about: nodes, packets from departure to arrival, connections, times without life,
 * faults. Whoever draws asks for them; trace-index.ts is how they are kept.
 *
 * Nothing here knows a pixel. A trace may be cut off anywhere, so every end can be missing; and it may still be read, so
 * that counts and lists grow between two questions.
 */
import type {
  Asserted,
  BrokerPromises,
  FaultBegan,
  FaultEnded,
  LinkAdded,
  NodeLife,
  NodeRole,
  Noted,
  ObituaryWritten,
  PacketLost,
  PacketReceived,
  PacketSent,
  TraceEvent,
  TraceFooter,
  TraceHeader,
  Verdict,
} from '../../src/trace/event.ts';
import type { EventColumns } from './event-columns.ts';
import type { FlightColumns } from './flight-columns.ts';

/** One packet between two nodes: sent, and then received, lost, or neither yet. */
export interface Flight {
  sent: PacketSent;
  end: PacketReceived | PacketLost | undefined;
  from: string;
  to: string;
}

/** One connection as its dialler saw it; its moments are ordinals, 0 where the trace has none. */
export interface Connection {
  name: string;
  from: string;
  to: string;
  dialled: number;
  established: number;
  /** The end that the dialler saw, or that the listener saw if the dialler saw none. */
  ended: number;
}

/** A node that was down or stood still, until `ended` or until the trace ends. */
export interface Absence {
  node: string;
  began: NodeLife;
  ended: NodeLife | undefined;
}

export interface FaultPeriod {
  began: FaultBegan;
  ended: FaultEnded | undefined;
}

export type Remark = Noted | Verdict | Asserted;

export interface StoryNode {
  name: string;
  role: NodeRole;
  /** The same, but of a hosted node what the wire tells: a broker once somebody sent it CONNECT, else a client once it sent one. */
  plays: NodeRole;
  promises: BrokerPromises | undefined;
  publishes: number;
  subscribes: number;
  deliveries: number;
}

/** What a trace file holds; a truncated one has no footer. */
export interface TraceContent {
  header: TraceHeader;
  /** An event with ordinal `i` stands at position `i - 1`. */
  events: readonly TraceEvent[];
  footer: TraceFooter | undefined;
}

/** What a header says of a story. */
export interface StoryTally {
  packets: number;
  received: number;
  lost: number;
  /** Messages that applications were handed. */
  delivered: number;
  /** Broken promises, and assertions that failed. */
  violations: number;
}

export interface Story {
  readonly header: TraceHeader;
  readonly footer: TraceFooter | undefined;
  /** More of the trace may come. */
  readonly reading: boolean;
  /**
   * Grows while the trace is read. What was made of one edition is good until there is the next, though the story may have a little
   * more by then.
   */
  readonly edition: number;
  /** Ordinals run from 1 to this. */
  readonly eventCount: number;
  /** The event with an ordinal, made anew for each question; undefined if the trace does not hold it. */
  event(ordinal: number): TraceEvent | undefined;
  /** What is asked of every event, without an object for each: an event with ordinal `i` stands at `i - 1`. */
  readonly events: EventColumns;
  readonly flightCount: number;
  /** In the order of departure, from 0. */
  flight(index: number): Flight;
  /** By the ordinal of the departure. */
  flightOf(ordinal: number): Flight | undefined;
  /** The ordinals of the WebSocket frames that carried bytes of the packet that was sent as an event; none over plain TCP. */
  framesOf(ordinal: number): readonly number[];
  /** The ordinal of the first packet that a WebSocket frame carried bytes of; 0 for none. */
  carriedBy(frame: number): number;
  /** The same packets without an object for each. */
  readonly flights: FlightColumns;
  /** In the order of their appearance. */
  readonly nodes: readonly StoryNode[];
  readonly links: ReadonlyMap<string, LinkAdded>;
  /** By their number in the columns. */
  readonly connections: readonly Connection[];
  readonly absences: readonly Absence[];
  readonly faults: readonly FaultPeriod[];
  readonly verdicts: readonly Verdict[];
  /** What is said aloud: notes, verdicts, and assertions that failed. */
  readonly remarks: readonly Remark[];
  readonly obituaries: readonly ObituaryWritten[];
  /** Ordinals that a broken promise points at. */
  readonly accused: ReadonlySet<number>;
  readonly tally: Readonly<StoryTally>;
}

/** Both ends of a connection by its name `from>to#3`. */
export function endsOfConnection(name: string): { from: string; to: string } {
  const arrow = name.indexOf('>');
  const hash = name.lastIndexOf('#');
  if (arrow < 0) return { from: name, to: name };
  return { from: name.slice(0, arrow), to: name.slice(arrow + 1, hash > arrow ? hash : name.length) };
}
