/** What a bug can take hold of: packets on their way in and out, what a machine remembers, what it is told, what it hands over. */
import type { RuleId } from '../check/rules/rules.ts';
import type { Delivery } from '../mqtt/client/application.ts';
import type { Packet, ProtocolVersion } from '../mqtt/codec/packet.ts';
import type { Batch, ConnectionId, Durability, Micros } from '../mqtt/machine.ts';

/** One connection of a machine, as its bug sees it. */
export interface Wire {
  readonly id: ConnectionId;
  /** Of a broker: of the client at the other end, once CONNECT has come; of a client: its own. */
  readonly clientId: string;
  readonly version: ProtocolVersion;
  /** Sends a packet that the machine knows nothing of. */
  send(packet: Packet): void;
  /** Gives the machine a packet that nobody sent. */
  give(packet: Packet): void;
  close(): void;
}

/** The life of one machine. */
export interface Life {
  readonly now: Micros;
  /** Connections that stand. */
  readonly wires: ReadonlyMap<ConnectionId, Wire>;
  /** Calls {@link Mutation.woken}. */
  wake(at: Micros): void;
}

/** The bug in one life of a machine. What it leaves out works as it should. */
export interface Mutation {
  /** What the machine is given in place of a packet that came. */
  received?(packet: Packet, wire: Wire): readonly Packet[];
  /** What is sent in place of what the machine sent on one connection during one input. */
  sent?(packets: readonly Packet[], wire: Wire): readonly Packet[];
  /** What the application is handed in place of a message. */
  delivered?(delivery: Delivery): readonly Delivery[];
  /** An input of the machine begins. */
  begins?(): void;
  /** A connection is gone; the machine does not know yet. */
  closed?(wire: Wire): void;
  /** A wake of the machine is due; false keeps it from the machine. */
  timer?(key: string): boolean;
  /** The wake of the bug itself is due. */
  woken?(): void;
  /** What is written in place of a batch. */
  stored?(batch: Batch): Batch;
}

/** A bug, and where it belongs. */
export interface Mutant {
  readonly name: string;
  readonly of: 'broker' | 'client';
  /** One line: what goes wrong. */
  readonly wrong: string;
  /** Public threads where it was seen, `owner/repository#number`. */
  readonly seen: readonly string[];
  /** The rule of the judge that has to catch it. */
  readonly rule: RuleId;
  /** The scenario of `sims/zoo` that reaches it. */
  readonly story: string;
  /** Told to the machine instead of what the scenario promises. */
  readonly durability?: Durability;
  /** What of the disk the machine gets back. */
  remembers?(key: string): boolean;
  /** Begins a life with the bug. */
  begin?(life: Life): Mutation;
}
