/**
 * A trace, read once from front to back, as the things a picture is about: nodes, packets from departure to
 * arrival, connections, times without life, faults.
 *
 * Nothing here knows a pixel. A trace may be cut off anywhere, so every end can be missing.
 */
import type {
  Asserted,
  BrokerPromises,
  ConnectionEnded,
  ConnectionEvent,
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

/** One packet between two nodes: sent, and then received, lost, or neither yet. */
export interface Flight {
  sent: PacketSent;
  end: PacketReceived | PacketLost | undefined;
  from: string;
  to: string;
}

/** One connection as its dialler saw it. */
export interface Connection {
  name: string;
  from: string;
  to: string;
  dialled: ConnectionEvent | undefined;
  established: ConnectionEvent | undefined;
  /** The end that the dialler saw, or that the listener saw if the dialler saw none. */
  ended: ConnectionEnded | undefined;
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

export interface Story {
  header: TraceHeader;
  footer: TraceFooter | undefined;
  /** Ordinals run from 1 to this. */
  eventCount: number;
  /** The event with an ordinal; undefined if the trace does not hold it. */
  event(ordinal: number): TraceEvent | undefined;
  flightCount: number;
  /** In the order of departure, from 0. */
  flight(index: number): Flight;
  /** By the ordinal of the departure. */
  flightOf(ordinal: number): Flight | undefined;
  /** In the order of their appearance. */
  nodes: readonly StoryNode[];
  links: ReadonlyMap<string, LinkAdded>;
  connections: readonly Connection[];
  absences: readonly Absence[];
  faults: readonly FaultPeriod[];
  verdicts: readonly Verdict[];
  /** What is said aloud: notes, verdicts, and assertions that failed. */
  remarks: readonly Remark[];
  obituaries: readonly ObituaryWritten[];
  /** Ordinals that a broken promise points at. */
  accused: ReadonlySet<number>;
}

/** Both ends of a connection by its name `from>to#3`. */
export function endsOfConnection(name: string): { from: string; to: string } {
  const arrow = name.indexOf('>');
  const hash = name.lastIndexOf('#');
  if (arrow < 0) return { from: name, to: name };
  return { from: name.slice(0, arrow), to: name.slice(arrow + 1, hash > arrow ? hash : name.length) };
}

const PUBLISH = 3;
const SUBSCRIBE = 8;

export function readStory(content: TraceContent): Story {
  const nodes = new Map<string, StoryNode>();
  const links = new Map<string, LinkAdded>();
  const flights: Flight[] = [];
  const flightOf = new Map<number, Flight>();
  const connections = new Map<string, Connection>();
  const absences: Absence[] = [];
  const absent = new Map<string, Absence>();
  const faults = new Map<string, FaultPeriod>();
  const verdicts: Verdict[] = [];
  const remarks: Remark[] = [];
  const obituaries: ObituaryWritten[] = [];
  const accused = new Set<number>();

  const nodeNamed = (name: string, role: NodeRole): StoryNode => {
    let node = nodes.get(name);
    if (node === undefined) {
      node = { name, role, promises: undefined, publishes: 0, subscribes: 0, deliveries: 0 };
      nodes.set(name, node);
    }
    return node;
  };
  const connectionNamed = (name: string): Connection => {
    let connection = connections.get(name);
    if (connection === undefined) {
      const { from, to } = endsOfConnection(name);
      // Recorded traffic may not say which nodes there are; the one that is dialled is the broker.
      nodeNamed(from, 'client');
      nodeNamed(to, 'broker');
      connection = { name, from, to, dialled: undefined, established: undefined, ended: undefined };
      connections.set(name, connection);
    }
    return connection;
  };

  for (const event of content.events) {
    switch (event.k) {
      case 'node.added': {
        const node = nodeNamed(event.n, event.role);
        node.role = event.role;
        node.promises = event.promises;
        break;
      }
      case 'node.crashed':
      case 'node.power-cut':
      case 'node.paused': {
        nodeNamed(event.n, 'peer');
        const earlier = absent.get(event.n);
        if (earlier !== undefined) earlier.ended = event;
        const absence: Absence = { node: event.n, began: event, ended: undefined };
        absences.push(absence);
        absent.set(event.n, absence);
        break;
      }
      case 'node.started':
      case 'node.resumed': {
        nodeNamed(event.n, 'peer');
        const absence = absent.get(event.n);
        if (absence !== undefined) absence.ended = event;
        absent.delete(event.n);
        break;
      }
      case 'link.added':
        links.set(event.link, event);
        break;
      case 'fault.began':
        faults.set(event.fault, { began: event, ended: undefined });
        break;
      case 'fault.ended': {
        const period = faults.get(event.fault);
        if (period !== undefined) period.ended = event;
        break;
      }
      case 'conn.dialled':
        connectionNamed(event.conn).dialled = event;
        break;
      case 'conn.established':
        connectionNamed(event.conn).established = event;
        break;
      case 'conn.accepted':
        connectionNamed(event.conn);
        break;
      case 'conn.ended': {
        const connection = connectionNamed(event.conn);
        if (connection.ended === undefined || event.n === connection.from) connection.ended = event;
        break;
      }
      case 'packet.sent': {
        const connection = connectionNamed(event.conn);
        const to = event.n === connection.from ? connection.to : connection.from;
        const flight: Flight = { sent: event, end: undefined, from: event.n, to };
        flights.push(flight);
        flightOf.set(event.i, flight);
        const sender = nodeNamed(event.n, 'peer');
        const type = event.bytes.length > 0 ? event.bytes[0]! >> 4 : 0;
        if (type === PUBLISH) sender.publishes++;
        else if (type === SUBSCRIBE) sender.subscribes++;
        break;
      }
      case 'packet.received':
      case 'packet.lost': {
        const flight = flightOf.get(event.of);
        // What was received cannot be lost any more; a loss that is told twice keeps its first place.
        if (flight !== undefined && flight.end === undefined) flight.end = event;
        break;
      }
      case 'app.call':
        if (event.op === 'publish') nodeNamed(event.n, 'client').publishes++;
        else if (event.op === 'subscribe') nodeNamed(event.n, 'client').subscribes++;
        break;
      case 'app.delivered':
        nodeNamed(event.n, 'client').deliveries++;
        break;
      case 'verdict':
        verdicts.push(event);
        remarks.push(event);
        if (event.outcome === 'broken') for (const ordinal of event.about) accused.add(ordinal);
        break;
      case 'note':
        remarks.push(event);
        break;
      case 'assert':
        if (!event.holds) remarks.push(event);
        break;
      case 'obituary':
        obituaries.push(event);
        break;
    }
  }
  return {
    header: content.header,
    footer: content.footer,
    eventCount: content.events.length,
    event: (ordinal) => content.events[ordinal - 1],
    flightCount: flights.length,
    flight: (index) => flights[index]!,
    flightOf: (ordinal) => flightOf.get(ordinal),
    nodes: [...nodes.values()],
    links,
    connections: [...connections.values()],
    absences,
    faults: [...faults.values()],
    verdicts,
    remarks,
    obituaries,
    accused,
  };
}
