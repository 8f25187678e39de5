/**
 * The `ideal` transport: an ordered pipe with the latency of its links, for runs that care about MQTT and not about TCP.
 *
 * It has no acknowledgements on the wire. Both ends know of each other, and the network tells the sender what
 * it lost: a lost segment costs a retransmission delay, a partition holds what is sent until it heals. Handshake, FIN,
 * RST and the receiver's window are real; congestion, tail-loss probes and lost acknowledgements are not.
 */
import type { ConnectionEnd, Micros } from '../mqtt/machine.ts';
import type { SegmentLost } from '../trace/event.ts';
import { NO_RANGES, resetFor, sentAgain } from './tcp/segments.ts';
import { type Flag, Segment, type TransportEnd, type TransportSink } from './transport.ts';

/** Bytes that a receiver takes before its application reads them. */
const WINDOW = 65_536;
/** Bytes that a sender's host takes and are not at the receiver. */
const SEND_BUFFER = 65_536;
/** The first retransmission of data, and of a SYN; each further one takes twice as long. */
const RETRANSMISSION_MICROS: Micros = 250_000;
const SYN_RETRANSMISSION_MICROS: Micros = 1_000_000;
const LONGEST_RETRANSMISSION_MICROS: Micros = 120_000_000;
/** As often as Linux tries by default. */
const ATTEMPTS = 16;
/** As long as Linux tries to connect with its defaults. */
const CONNECT_TIMEOUT_MICROS: Micros = 134_900_000;

interface Retry {
  readonly at: Micros;
  readonly segment: Segment;
}

export class IdealEnd implements TransportEnd {
  readonly #sink: TransportSink;
  #peer: IdealEnd | undefined;
  #state: 'closed' | 'dialling' | 'established' | 'over' = 'closed';
  #written = 0;
  #sent = 0;
  /** What the peer has received in order: known at once, because nothing is acknowledged on the wire. */
  #acknowledged = 0;
  #received = 0;
  #read = 0;
  /** FIN was asked for by the application; then sent. */
  #finishing = false;
  /** The application is gone: bytes that still come are answered by a reset. */
  #released = false;
  #finSent = false;
  /** Offset of the peer's FIN, once it arrived; -1 before. */
  #finAt = -1;
  #finReached = false;
  /** Arrived above what is in order: only after a loss, or on a link that reorders. */
  #ahead: Segment[] | undefined;
  #retries: Retry[] | undefined;
  #parked: Segment[] | undefined;
  #giveUpAt: Micros = Infinity;
  /** Over without both sides having finished: whatever comes is answered by a reset. */
  #byForce = false;

  constructor(sink: TransportSink) {
    this.#sink = sink;
  }

  /** Makes two ends known to each other, before any byte flows. */
  static join(dialler: IdealEnd, listener: IdealEnd): void {
    dialler.#peer = listener;
    listener.#peer = dialler;
  }

  get backlog(): number {
    return this.#written - this.#acknowledged;
  }
  get acknowledged(): number {
    return this.#acknowledged;
  }
  get room(): number {
    return Math.max(0, this.#acknowledged + SEND_BUFFER - this.#written);
  }

  dial(now: Micros): void {
    this.#state = 'dialling';
    this.#giveUpAt = now + CONNECT_TIMEOUT_MICROS;
    this.#sink.wake(this.#giveUpAt);
    this.#sink.transmit(flagged(now, 'syn', 0, -1));
  }

  write(now: Micros, length: number): void {
    this.#written += length;
    if (this.#state === 'established') this.#push(now);
  }

  read(now: Micros, to: number): void {
    this.#read = to;
    const peer = this.#peer;
    if (peer !== undefined && peer.#sent < peer.#written && peer.#state === 'established') peer.#push(now);
  }

  finish(now: Micros): void {
    if (this.#finishing) return;
    this.#finishing = true;
    if (this.#state === 'established') this.#push(now);
    else this.#end('closed');
  }

  release(now: Micros): void {
    if (this.#state === 'over' || this.#released) return;
    if (this.#state !== 'established' || this.#received > this.#read) {
      this.abort(now);
      return;
    }
    this.#released = true;
    this.finish(now);
  }

  abort(now: Micros): void {
    if (this.#state === 'over') return;
    if (this.#state === 'established') this.#sink.transmit(flagged(now, 'rst', this.#sent, this.#received));
    this.#end('closed');
  }

  arrived(now: Micros, segment: Segment): void {
    if (this.#state === 'over') {
      if (this.#byForce && !segment.rst) this.#sink.transmit(resetFor(now, segment));
      return;
    }
    if (segment.rst) {
      this.#end(this.#state === 'dialling' ? 'refused' : 'reset');
      return;
    }
    if (segment.syn) {
      this.#arrivedSyn(now, segment);
      return;
    }
    if (this.#released && segment.to > this.#received) {
      this.#sink.transmit(resetFor(now, segment));
      this.#end('closed');
      return;
    }
    if (segment.from > this.#received) {
      this.#ahead ??= [];
      this.#ahead.push(segment);
    } else {
      this.#take(segment);
    }
  }

  woken(now: Micros): void {
    if (now >= this.#giveUpAt) {
      this.#end('timed-out');
      return;
    }
    const due = this.#retries?.filter((retry) => retry.at <= now) ?? [];
    this.#retries = this.#retries?.filter((retry) => retry.at > now);
    this.#rearm();
    for (const retry of due) {
      const again = sentAgain(retry.segment, now);
      if (!again.syn) this.#sink.resent(again, 'timeout');
      this.#sink.transmit(again);
    }
  }

  /** The network did not carry this segment, and says so to who sent it. */
  lost(now: Micros, segment: Segment, reason: SegmentLost['reason']): void {
    if (this.#state === 'over' || segment.rst) return;
    if (reason === 'partition') {
      this.#parked ??= [];
      this.#parked.push(segment);
      return;
    }
    if (segment.attempt >= ATTEMPTS) {
      this.#end('timed-out');
      return;
    }
    let delayMicros = segment.syn ? SYN_RETRANSMISSION_MICROS : RETRANSMISSION_MICROS;
    for (let k = 1; k < segment.attempt && delayMicros < LONGEST_RETRANSMISSION_MICROS; k++) delayMicros *= 2;
    this.#retries ??= [];
    this.#retries.push({ at: now + Math.min(delayMicros, LONGEST_RETRANSMISSION_MICROS), segment });
    this.#rearm();
  }

  /** The partition healed: what it held goes out, in the order it was sent. */
  restored(now: Micros): void {
    const parked = this.#parked;
    this.#parked = undefined;
    for (const segment of parked ?? []) {
      if (this.#state !== 'over') this.#sink.transmit(sentAgain(segment, now));
    }
  }

  /** The host forgot this end: it does nothing any more, and what still comes is the network's to answer. */
  vanish(): void {
    this.#state = 'over';
    this.#retries = undefined;
    this.#parked = undefined;
  }

  #arrivedSyn(now: Micros, segment: Segment): void {
    if (this.#state === 'dialling' && segment.ack >= 0) {
      this.#state = 'established';
      this.#giveUpAt = Infinity;
      this.#rearm();
      this.#sink.established();
      this.#push(now);
    } else if (this.#state === 'closed') {
      this.#state = 'established';
      this.#sink.transmit(flagged(now, 'syn', 0, 0));
      this.#sink.established();
    }
  }

  #take(segment: Segment): void {
    const before = this.#received;
    this.#receive(segment);
    if (this.#ahead !== undefined) this.#takeWhatFits(this.#ahead);
    if (this.#received > before) {
      if (this.#peer !== undefined) this.#peer.#acknowledge(this.#received);
      this.#sink.readable(this.#received);
    }
    if (this.#finAt === this.#received && !this.#finReached) {
      this.#finReached = true;
      this.#sink.finished();
      if (this.#finSent) this.#end('closed');
    }
  }

  #takeWhatFits(ahead: Segment[]): void {
    for (;;) {
      const next = ahead.findIndex((segment) => segment.from <= this.#received);
      if (next === -1) break;
      this.#receive(ahead[next]!);
      ahead.splice(next, 1);
    }
    if (ahead.length === 0) this.#ahead = undefined;
  }

  #receive(segment: Segment): void {
    if (segment.to > this.#received) this.#received = segment.to;
    if (segment.fin) this.#finAt = segment.to;
  }

  /** The peer has everything below `to`. */
  #acknowledge(to: number): void {
    if (to <= this.#acknowledged) return;
    this.#acknowledged = to;
    if (to === this.#written) this.#sink.drained();
  }

  /** Sends what the window of the peer lets through. */
  #push(now: Micros): void {
    const peerRead = this.#peer === undefined ? 0 : this.#peer.#read;
    while (this.#sent < this.#written) {
      const to = Math.min(this.#written, peerRead + WINDOW);
      if (to <= this.#sent) return;
      const from = this.#sent;
      this.#sent = to;
      this.#sink.transmit(data(now, from, to, this.#received));
    }
    if (this.#finishing && !this.#finSent) {
      this.#finSent = true;
      this.#sink.transmit(flagged(now, 'fin', this.#sent, this.#received));
      if (this.#finReached) this.#end('finished');
    }
  }

  #end(end: ConnectionEnd): void {
    this.#state = 'over';
    this.#byForce = !(this.#finSent && this.#finReached);
    this.#retries = undefined;
    this.#parked = undefined;
    this.#ahead = undefined;
    this.#sink.wake(Infinity);
    this.#sink.ended(end);
  }

  #rearm(): void {
    let at = this.#giveUpAt;
    for (const retry of this.#retries ?? []) at = Math.min(at, retry.at);
    this.#sink.wake(at);
  }
}

function data(now: Micros, from: number, to: number, ack: number): Segment {
  return new Segment(from, to, 'none', ack, NO_RANGES, WINDOW, 1, now, 0);
}

function flagged(now: Micros, flag: Flag, at: number, ack: number): Segment {
  return new Segment(at, at, flag, ack, NO_RANGES, WINDOW, 1, now, 0);
}
