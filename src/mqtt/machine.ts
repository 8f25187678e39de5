/**
 * The contract of every machine: what goes in, what comes out, and who owns what.
 *
 * A machine is a state machine without IO. It has no clock, no chance and no socket of its own: a pump calls its
 * inputs and carries out its outputs. The pump exists twice, over virtual time in `sim/` and over real
 * sockets in `net/`; the machine cannot tell them apart. Either way a connection carries bytes in order and without loss
 * [5.0/MQTT-4.2-1].
 *
 * Order of calls: first {@link Machine.recover}, once; then for every connection {@link Machine.opened}, any
 * number of {@link Machine.received}, at most one {@link Machine.closed}. Inputs never nest: a sink method
 * does not call back into the machine that is calling it.
 */

/** Microseconds, a whole number: of a node's monotone clock, or of its wall clock since 1970. */
export type Micros = number;

/** Names one connection of one machine; given by the pump (broker) or by the machine (client), never reused. */
export type ConnectionId = number;

/** Names one wake of a machine: a word of its own, or the connection that it is for. */
export type WakeKey = string | ConnectionId;

/** As people and traces call it. */
export function wakeName(key: WakeKey): string {
  return typeof key === 'string' ? key : `connection/${key}`;
}

/** How a connection ended, as the transport tells it to the end that is still there. */
export type ConnectionEnd =
  /** The peer finished in order: it will send no more (TCP FIN). */
  | 'finished'
  /** The peer's host answered with a reset: what was under way is lost. */
  | 'reset'
  /** This end gave up re-transmitting. */
  | 'timed-out'
  /** Nobody listens there. */
  | 'refused'
  /** This end closed, finishing or aborting. */
  | 'closed';

/** `finish` sends what was written and then FIN; `abort` discards it and resets. */
export type CloseManner = 'finish' | 'abort';

/** One atomic change of durable state: all of its entries become durable, or none. `null` deletes. */
export interface Batch extends Iterable<readonly [key: string, value: Uint8Array | null]> {
  /** How many entries there are. */
  readonly length: number;
}

/** A value of observed state: what a person reads in the viewer's inspector. */
export type StateValue = string | number | boolean;

/**
 * A step that only the machine itself can tell: no judge relies on it, people do.
 * `text` is one sentence; `client` and `topic` say what it is about.
 */
export interface Note {
  step:
    | 'accepted'
    | 'routed'
    | 'queued'
    | 'dropped'
    | 'expired'
    | 'stored'
    | 'session'
    | 'will'
    | 'retained'
    | 'refused'
    | 'protocol-error'
    | 'timer';
  text: string;
  client?: string;
  topic?: string;
  /** The statement or limit that decided, `3.1.1/MQTT-3.1.0-2` or `limit.queue`. */
  rule?: string;
}

/** Where the outputs of a machine go. Bytes handed over are immutable from then on, on both sides. */
export interface Sink {
  /** Whole control packets, in order. */
  send(connection: ConnectionId, bytes: Uint8Array): void;
  close(connection: ConnectionId, manner: CloseManner): void;
  /** Bytes that were sent on a connection and that the transport has not yet got rid of. */
  backlog(connection: ConnectionId): number;
  /**
   * Calls {@link Machine.woken} with `key` at `at` of the monotone clock; `Infinity` forgets it. A machine has at
   * most one pending wake a key, and re-arms lazily: a deadline that moves is looked at when it fires. That of a connection ends with it.
   */
  wake(key: WakeKey, at: Micros): void;
  /** Appends one batch to the log. Batches are numbered from 1 since construction, by both sides. */
  store(batch: Batch): void;
  /** True when somebody records state and notes; a machine spares itself both otherwise. */
  readonly attentive: boolean;
  /**
   * The value of one key of one entity is now `value` (`undefined`: gone). Entities are named below the node:
   * `session/sensor`, `subscriptions`, `retained`, or '' for the machine itself.
   */
  state(entity: string, key: string, value: StateValue | undefined): void;
  note(note: Note): void;
}

export interface Machine {
  /** Restores durable state from what the disk kept; called once, also with nothing, before any other input. */
  recover(now: Micros, snapshot: Iterable<readonly [key: string, value: Uint8Array]>): void;
  /** A broker: somebody connected. A client: the connection it dialled stands. */
  opened(now: Micros, connection: ConnectionId): void;
  /** Bytes in order, cut anywhere. They are immutable and may be kept. */
  received(now: Micros, connection: ConnectionId, bytes: Uint8Array): void;
  /** The backlog of a connection fell to nothing after it had been above the machine's own limit. */
  drained(now: Micros, connection: ConnectionId): void;
  /** The connection is gone, or (client, before `opened`) never came to be. */
  closed(now: Micros, connection: ConnectionId, end: ConnectionEnd): void;
  woken(now: Micros, key: WakeKey): void;
  /** Every batch up to number `batch` is durable. */
  stored(now: Micros, batch: number): void;
  /** The wall clock was set: from now on it reads the monotone clock plus `wallOffset`. */
  wallSet(now: Micros, wallOffset: Micros): void;
  /** What this machine still owes or is owed by somebody it is connected to; empty when it is at rest. */
  debts(): readonly Debt[];
  /** Whether this end notices when it hears nothing more on a connection: its keep-alive is on. */
  vigilant(connection: ConnectionId): boolean;
}

/** Something unfinished that has to end once the network is healed. */
export interface Debt {
  /** Who waits, named below the node as entities are. */
  entity: string;
  /** `PUBACK of identifier 7`, `its connection to come back`. */
  awaits: string;
}

/** What every machine is built with besides its own options; it may keep them, to draw when it has to. */
export interface MachineSurroundings<S extends Sink> {
  readonly sink: S;
  /** Draws from [0, 1): back-off jitter, assigned identifiers, the pick in a shared group. */
  chance(): number;
  /** Wall time at zero of the monotone clock: `wall = now + wallOffset`. */
  readonly wallOffset: Micros;
}

/**
 * How much a crash may forget. `sync`: no output reveals a state change before it is stored. `interval`: stored
 * as it happens, revealed at once. `none`: nothing is stored.
 */
export type Durability = 'none' | 'interval' | 'sync';
