/**
 * The contract between a connection and the transport that carries it.
 *
 * Each end of a connection is a state machine without IO, as the MQTT machines are: the network calls its inputs and
 * carries out its outputs over two directed links. It counts bytes and never sees them: offsets count the bytes of
 * a direction from 0, and the network keeps the bytes between what was written and what was read.
 */
import type { ConnectionEnd, Micros } from '../mqtt/machine.ts';

/** What a segment does besides carrying bytes; only FIN comes with some. */
export type Flag = 'none' | 'syn' | 'fin' | 'rst';

/**
 * What travels over a link at once; what TCP says besides is in its own. An immutable record: a retransmission is a new one. Every packet
 * makes one and all are read in the same few places, which a constructor keeps quick: literals of the same fields are many shapes to an
 * engine.
 */
export class Segment {
  /** Offsets of the first byte carried and of the one after the last; equal when it carries none. */
  readonly from: number;
  readonly to: number;
  readonly flag: Flag;
  /** The sender has received everything below this offset of the other direction; -1 before it knows of one. */
  readonly ack: number;
  /** 1 for the first transmission of these bytes (or of this SYN or FIN); the luck of a segment is keyed by it. */
  readonly attempt: number;

  constructor(from: number, to: number, flag: Flag, ack: number, attempt: number) {
    this.from = from;
    this.to = to;
    this.flag = flag;
    this.ack = ack;
    this.attempt = attempt;
  }

  get syn(): boolean {
    return this.flag === 'syn';
  }
  get fin(): boolean {
    return this.flag === 'fin';
  }
  get rst(): boolean {
    return this.flag === 'rst';
  }
}

/** Outputs of one end. None of them calls back into the end. */
export interface TransportSink {
  transmit(segment: Segment): void;
  /** One timer an end: `at` replaces what was asked before, Infinity forgets it. */
  wake(at: Micros): void;
  established(): void;
  /** Every byte below `to` is in order at this end and may be read. */
  readable(to: number): void;
  /** The peer's FIN was reached: nothing follows what is readable. */
  finished(): void;
  /** Over: nothing more will come or go. What was readable stays readable. */
  ended(end: ConnectionEnd): void;
  /** The backlog fell to zero. */
  drained(): void;
  /** Level full of a trace. */
  resent(segment: Segment, trigger: 'timeout' | 'tail-probe' | 'fast'): void;
}

/** One end of one connection. `now` is global virtual time: hosts' TCP timers do not drift. */
export interface TransportEnd {
  /** Inputs: the local application. */
  dial(now: Micros): void;
  /** `length` more bytes are to be sent, in order. */
  write(now: Micros, length: number): void;
  /** The application has taken everything below `to`; the window opens. */
  read(now: Micros, to: number): void;
  finish(now: Micros): void;
  /**
   * The application is gone: its process died, or it closed the socket without waiting. Resets when bytes are unread; else what the
   * host had already taken is still sent, then FIN, and payload that arrives later is answered by a reset.
   */
  release(now: Micros): void;
  /** Discards what is unsent and resets. */
  abort(now: Micros): void;
  /** Inputs: the network. A listener's end is fed the SYN first. */
  arrived(now: Micros, segment: Segment): void;
  woken(now: Micros): void;
  /** Queries: bytes written and not yet acknowledged by the peer's host. */
  readonly backlog: number;
  /** Offset up to which the peer's host has acknowledged. */
  readonly acknowledged: number;
  /** Bytes that this host still takes into its send buffer; it may be handed more, which then waits in the process. */
  readonly room: number;
}
