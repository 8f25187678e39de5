/**
 * A protocol dialogue: what some clients send to a broker and what has to come back, as a text that people read.
 *
 * Clients and brokers are tested by one and the same file: it is played against our broker in the simulation, against our broker on
 * a socket, and against any other. `docs/dialogues.md` has the format.
 */
import type { PacketType, ProtocolVersion } from '../mqtt/codec/packet.ts';
import type { Expectation } from './expectation.ts';
import type { Words } from './words.ts';

/** Where something stands in a file, for errors. */
export interface Place {
  /** From 1. */
  readonly line: number;
  /** The line as it was written, without what surrounds it. */
  readonly text: string;
}

/** One thing that is done or expected; a step is left out in versions that are not its own. */
export type Step = Place & { readonly versions: readonly ProtocolVersion[] | undefined } & (
    | { readonly kind: 'send'; readonly client: string; readonly packet: WrittenPacket }
    | { readonly kind: 'connect'; readonly client: string; readonly words: Words }
    | { readonly kind: 'expect'; readonly client: string; readonly expectation: Expectation }
    | { readonly kind: 'any-order'; readonly steps: readonly Step[] }
    | { readonly kind: 'drop'; readonly client: string }
    | { readonly kind: 'sleep'; readonly micros: number }
  );

/** A packet by its fields, or bytes whatever they are. */
export type WrittenPacket =
  | { readonly type: PacketType; readonly words: Words }
  | { readonly type: 'hex'; readonly bytes: Uint8Array };

export interface Dialogue {
  /** Of the file. */
  readonly name: string;
  /** A sentence: what is shown. */
  readonly title: string;
  readonly versions: readonly ProtocolVersion[];
  /** Statements with their versions. */
  readonly proves: readonly string[];
  /** What the broker has to be told; by the names of our own options. */
  readonly broker: Readonly<Record<string, number | boolean>>;
  readonly steps: readonly Step[];
}

/** A dialogue cannot be read; `message` has the file, the line and what is expected. */
export class DialogueError extends Error {
  override readonly name = 'DialogueError';

  constructor(file: string, line: number, message: string) {
    super(`${file}:${line}: ${message}`);
  }
}
