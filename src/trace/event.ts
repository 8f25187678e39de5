/**
 * What a trace is made of: one closed union of events, in the order in which they happened.
 *
 * Every event has an ordinal `i` (its place in this trace, from 1), a virtual time `t` in microseconds, the ordinal
 * `c` of its cause (the nearest recorded ancestor; 0 for the script and the beginning), a kind `k`, and the
 * node `n` it happened at ('' for the world). The short names are those of the file, so that a reader
 * never translates. `docs/trace.md` explains each kind to people who read trace files.
 *
 * Three classes matter to readers. *Wire* and *application* events were seen and are covered by the digest, as
 * are the life of nodes, links and faults. *Told* events (state, told, note) are what a machine or the script says of
 * itself: no rule of the judge reads them.
 */
import type { QoS, UserProperties } from '../mqtt/codec/packet.ts';

export const TRACE_FORMAT = 'amber-trace';
/** Raised by one whenever a reader of the older version would misunderstand a newer file. */
export const TRACE_VERSION = 1;

/** `digest` records nothing, `packets` all that was seen, `full` also segments, disks, timers, state and notes of machines. */
export type TraceLevel = 'digest' | 'packets' | 'full';

export type NodeRole = 'broker' | 'client' | 'peer' | 'host';

export interface TraceNode {
  name: string;
  role: NodeRole;
}

/** From where the packets of a trace were seen. */
export type Vantage = 'both-ends' | 'broker' | 'client' | 'wire';

/** What was promised by configuration, so that a judge excuses just that. */
export interface BrokerPromises {
  durability: 'none' | 'interval' | 'sync';
  /** Messages queued for one offline session before the broker drops. */
  queueLimit: number;
  queueQoS0: boolean;
  /** One copy at the highest QoS for overlapping subscriptions, or one a subscription [3.1.1/MQTT-3.3.5-1]. */
  overlap: 'once' | 'each';
  keepAliveFactor: number;
  maximumQoS: QoS;
  /** Seconds; Infinity is written as null. */
  sessionExpiry: number | null;
  retainedExpiry: number | null;
}

/** A fault that somebody has added to a run, with all that it takes to add it again: at its time, or at its occasion. */
export interface TraceFault {
  id: string;
  family: string;
  /** Name of a node or of a link. */
  target: string;
  /** Virtual time in microseconds. */
  at: number;
  /** Microseconds; absent for one that strikes in an instant, or lasts until it is healed. */
  duration?: number;
  detail: Readonly<Record<string, string | number | boolean>>;
  /** The packet, or the deed of a disk, that it waits for. */
  occasion?: Readonly<Record<string, string | number | boolean>>;
}

/** What code that is not ours ran on: what it does is valid for these. */
export interface HostedOn {
  /** Version of Node: `22.14.0`. */
  node: string;
  /** Name of the nearest lockfile above the story, and 16 hexadecimal digits over its bytes; absent when there is none. */
  lockfile?: string;
  hash?: string;
}

export interface TraceHeader {
  format: typeof TRACE_FORMAT;
  version: number;
  /** Version of the package that wrote the trace. */
  amber: string;
  scenario: string;
  seed: string;
  parameters: Readonly<Record<string, string | number | boolean>>;
  level: TraceLevel;
  vantage: Vantage;
  /** How links carried connections that did not say; absent for the model of TCP. */
  transport?: string;
  /** How hostile chance was; absent when nothing struck but what the script struck. */
  profile?: string;
  /** The known bug of the zoo that stood in the place of our machines; absent when they ran themselves. */
  mutant?: string;
  /** Rules that were set aside because what breaks them is known, each with what is known; absent when none were. */
  known?: Readonly<Record<string, string>>;
  /** Added to what script and chance had in mind; absent when nothing was. */
  faults?: readonly TraceFault[];
  /** Absent when all machines were ours. */
  hosted?: Readonly<HostedOn>;
}

export interface TraceFooter {
  footer: true;
  /** Number of events in the file. */
  events: number;
  /** Of the run: the same at every level. */
  digest: string;
  /** Of the lines of this file. */
  checksum: string;
  verdict: 'passed' | 'failed' | 'stalled' | 'script-error' | 'limit';
}

interface EventBase {
  i: number;
  t: number;
  c: number;
  n: string;
}

/** A node exists from here on. */
export interface NodeAdded extends EventBase {
  k: 'node.added';
  role: NodeRole;
  promises?: BrokerPromises;
}

/** A node lives, or ceases to: `life` counts its starts from 1. */
export interface NodeLife extends EventBase {
  k: 'node.started' | 'node.crashed' | 'node.power-cut' | 'node.paused' | 'node.resumed';
  life: number;
}

/** A link between two nodes, with what it was told to be, in words a script would use. */
export interface LinkAdded extends EventBase {
  k: 'link.added';
  link: string;
  a: string;
  b: string;
  description: string;
}

/** Fault data with an id; `fault.ended` refers to it. One that strikes in an instant only begins. */
export interface FaultBegan extends EventBase {
  k: 'fault.began';
  fault: string;
  family: string;
  /** Name of a node or of a link. */
  target: string;
  /** What it was drawn or written with, durations in microseconds. */
  detail: Readonly<Record<string, string | number | boolean>>;
}
export interface FaultEnded extends EventBase {
  k: 'fault.ended';
  fault: string;
}

/**
 * A connection by its name `from>to#3`: the third that `from` dialled to `to`. `dialled` is seen at the dialler, `accepted`
 * at the listener, `established` at the dialler.
 */
export interface ConnectionEvent extends EventBase {
  k: 'conn.dialled' | 'conn.accepted' | 'conn.established';
  conn: string;
  from: string;
  to: string;
  /** Set when it carries MQTT over something else than TCP alone. */
  over?: 'websocket';
}

/** One end learns or decides that the connection is over. */
export interface ConnectionEnded extends EventBase {
  k: 'conn.ended';
  conn: string;
  end: 'finished' | 'reset' | 'timed-out' | 'refused' | 'closed' | 'aborted' | 'crashed';
}

/** A control packet was written to a connection by node `n`. */
export interface PacketSent extends EventBase {
  k: 'packet.sent';
  conn: string;
  /** The packet, as on the wire. */
  bytes: Uint8Array;
  /** Protocol level that the connection speaks, for decoding; 0 while unknown. */
  v: 0 | 3 | 4 | 5;
  /** Set when the bytes are not a whole MQTT packet: the reason. */
  malformed?: string;
}

/** Its last byte was read by node `n`; `of` is the ordinal of the `packet.sent`. */
export interface PacketReceived extends EventBase {
  k: 'packet.received';
  conn: string;
  of: number;
}

/** It never will be: lost with its connection. `at` says where it was: in the sender's buffer, under way, or in the receiver's buffer. */
export interface PacketLost extends EventBase {
  k: 'packet.lost';
  conn: string;
  of: number;
  at: 'sender' | 'network' | 'receiver';
  reason: string;
}

/**
 * The request or response of a WebSocket's handshake, or one frame, was written by node `n`. A `packet.sent` whose last byte is in a
 * frame has that frame as its cause.
 */
export interface WebSocketSent extends EventBase {
  k: 'websocket.sent';
  conn: string;
  what:
    | 'request'
    | 'response'
    | 'binary'
    | 'text'
    | 'continuation'
    | 'ping'
    | 'pong'
    | 'close'
    /** A frame of a reserved opcode, or no frame at all. */
    | 'other';
  /** As on the wire: header, and the payload masked as it was. */
  bytes: Uint8Array;
  /** Set when the bytes are neither a whole head nor a whole frame: the reason. */
  malformed?: string;
}

/** Its last byte was read by node `n`; `of` is the ordinal of the `websocket.sent`. */
export interface WebSocketReceived extends EventBase {
  k: 'websocket.received';
  conn: string;
  of: number;
}

/** It never will be; as with packets. */
export interface WebSocketLost extends EventBase {
  k: 'websocket.lost';
  conn: string;
  of: number;
  at: 'sender' | 'network' | 'receiver';
  reason: string;
}

/** Level full: one transmission of a TCP segment that did not arrive. Offsets count the bytes of its direction. */
export interface SegmentLost extends EventBase {
  k: 'segment.lost';
  conn: string;
  from: number;
  to: number;
  /** 1 is the first transmission. */
  attempt: number;
  reason: 'loss' | 'burst' | 'partition' | 'queue-full' | 'rule' | 'black-hole' | 'down' | 'hold';
}

/** Level full: a segment was sent again. */
export interface SegmentResent extends EventBase {
  k: 'segment.resent';
  conn: string;
  from: number;
  to: number;
  attempt: number;
  trigger: 'timeout' | 'tail-probe' | 'fast';
}

/** A message as an application sees it. */
export interface TraceMessage {
  topic: string;
  payload: Uint8Array;
  qos: QoS;
  retain: boolean;
  /** Properties an application can set, when there are any. */
  contentType?: string;
  responseTopic?: string;
  correlationData?: Uint8Array;
  messageExpiryInterval?: number;
  payloadFormatIndicator?: 0 | 1;
  userProperties?: UserProperties;
}

/** The application of client `n` called its client. `call` numbers the calls of a node from 1. */
export type AppCall = EventBase & { k: 'app.call'; call: number } & (
    | {
        op: 'connect';
        to: string;
        clean: boolean;
        client: string;
        keepAlive: number;
        /** Seconds the session is to outlive its connection, when the client said so; before 5.0 its server was told by other means. */
        sessionExpiry?: number;
        will?: TraceMessage;
      }
    | { op: 'publish'; message: TraceMessage }
    | { op: 'subscribe'; filters: readonly { filter: string; qos: QoS }[] }
    | { op: 'unsubscribe'; filters: readonly string[] }
    | { op: 'disconnect' | 'authenticate' }
  );

/** A call came to its end. */
export interface AppSettled extends EventBase {
  k: 'app.settled';
  call: number;
  outcome: 'ok' | 'failed';
  /** What a person needs: the granted QoS, the return code, the error. */
  text: string;
}

/** The application of client `n` was handed a message. */
export interface AppDelivered extends EventBase {
  k: 'app.delivered';
  message: TraceMessage;
  dup: boolean;
}

/** Level full: a wake of a machine came due; `armed` is the time at which it was asked for. */
export interface TimerFired extends EventBase {
  k: 'timer.fired';
  key: string;
  armed: number;
}

/** Level full: a batch was written, or is safe as all before it are, or a power cut lost everything after it. */
export interface DiskEvent extends EventBase {
  k: 'disk.written' | 'disk.synced' | 'disk.lost';
  batch: number;
  entries: number;
}

/** Level full: one entity changed: `[key, old, new]`, null for absent. Entity names start with the node. */
export interface StateChanged extends EventBase {
  k: 'state';
  entity: string;
  d: readonly (readonly [key: string, old: StateCell, now: StateCell])[];
}
export type StateCell = string | number | boolean | null;

/** Level full: a machine tells a step that nobody outside can see. */
export interface Told extends EventBase {
  k: 'told';
  step: string;
  text: string;
  client?: string;
  topic?: string;
  rule?: string;
}

/** Narration of the script. */
export interface Noted extends EventBase {
  k: 'note';
  text: string;
}

/** An assertion of the script was evaluated. */
export interface Asserted extends EventBase {
  k: 'assert';
  assertion: 'always' | 'sometimes';
  holds: boolean;
  text: string;
  /** Where in the script it failed first, as `story.ts:12`; absent otherwise. */
  place?: string;
}

/** The judge: a promise was broken or excused here. `about` are ordinals that show it. */
export interface Verdict extends EventBase {
  k: 'verdict';
  rule: string;
  outcome: 'broken' | 'excused';
  text: string;
  about: readonly number[];
}

/** Once the run is over: the life and death of a message that verdicts name, to one subscriber. */
export interface ObituaryWritten extends EventBase {
  k: 'obituary';
  /** The rules that were broken, and the ordinals of the verdicts. */
  rules: readonly string[];
  verdicts: readonly number[];
  /** `"21.5" q1 on plant/1` */
  message: string;
  publisher: string;
  /** Absent when it came to no subscriber. */
  to?: string;
  /** In a word: lost, doubled, never sent. */
  fate: string;
  /** How it ended, in a few sentences. */
  text: string;
  /** What happened to it: each step with the event that shows it, and whether anybody could see it or a machine told it. */
  steps: readonly (readonly [event: number, how: 'seen' | 'told', text: string])[];
}

export type TraceEvent =
  | NodeAdded
  | NodeLife
  | LinkAdded
  | FaultBegan
  | FaultEnded
  | ConnectionEvent
  | ConnectionEnded
  | PacketSent
  | PacketReceived
  | PacketLost
  | WebSocketSent
  | WebSocketReceived
  | WebSocketLost
  | SegmentLost
  | SegmentResent
  | AppCall
  | AppSettled
  | AppDelivered
  | TimerFired
  | DiskEvent
  | StateChanged
  | Told
  | Noted
  | Asserted
  | Verdict
  | ObituaryWritten;

export type TraceKind = TraceEvent['k'];
