/** What a machine's packets go through: a connection as it is, or a WebSocket on one. */
import type { CloseManner } from '../mqtt/machine.ts';
import type { EventId } from './event-queue.ts';

export interface Line {
  /** For the host to find what it knows of this line by; 0 is nothing. */
  id: number;
  /** For the host too: the event in which it is woken for this line. */
  alarm: EventId;
  /** Bytes in order, immutable from now on. False when the line is over and they went nowhere. */
  write(bytes: Uint8Array): boolean;
  /** Reads on to the end of a packet at most; undefined when there is nothing. Call {@link consumed} after the last. */
  readPacket(): Uint8Array | undefined;
  /** What was read makes room for more. */
  consumed(): void;
  /** Bytes written that the peer's host has not acknowledged. */
  readonly backlog: number;
  /** The application is done with the line, both ways. */
  close(manner: CloseManner): void;
}
