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

/*
 * What is true of an end, as bits of one number, for there are two of them for each of a million idle clients. Of the first three one holds
 * at most; an end of which none does is closed.
 */
const DIALLING = 1;
const ESTABLISHED = 2;
const OVER = 4;
/** FIN was asked for by the application; then sent; and that of the peer was reached. */
const FINISHING = 8;
const FIN_SENT = 16;
const FIN_REACHED = 32;
/** The application is gone: bytes that still come are answered by a reset. */
const RELEASED = 64;
/** Over without both sides having finished: whatever comes is answered by a reset. */
const BY_FORCE = 128;

/** What an end has while it is dialling, something is lost or comes too early, or the peer has finished: most of the time nothing. */
class Trouble {
  /** Arrived above what is in order: only after a loss, or on a link that reorders. */
  ahead: Segment[] = [];
  retries: Retry[] = [];
  parked: Segment[] = [];
  giveUpAt: Micros = Infinity;
  /** Offset of the peer's FIN, once it arrived; -1 before. */
  finAt = -1;

  get isOver(): boolean {
    const { ahead, retries, parked } = this;
    return (
      ahead.length + retries.length + parked.length === 0 && this.giveUpAt === Infinity && this.finAt === -1
    );
  }
}

export class IdealEnd implements TransportEnd {
  readonly #sink: TransportSink;
  #peer: IdealEnd | undefined;
  #marks = 0;
  #written = 0;
  #sent = 0;
  #received = 0;
  #read = 0;
  #trouble: Trouble | undefined;

  constructor(sink: TransportSink) {
    this.#sink = sink;
  }

  /** Makes two ends known to each other, before any byte flows. */
  static join(dialler: IdealEnd, listener: IdealEnd): void {
    dialler.#peer = listener;
    listener.#peer = dialler;
  }

  private is(mark: number): boolean {
    return (this.#marks & mark) !== 0;
  }

  private get troubled(): Trouble {
    this.#trouble ??= new Trouble();
    return this.#trouble;
  }

  /** What the peer has received in order: known at once, because nothing is acknowledged on the wire. */
  get acknowledged(): number {
    return this.#peer === undefined ? 0 : this.#peer.#received;
  }
  get backlog(): number {
    return this.#written - this.acknowledged;
  }
  get room(): number {
    return Math.max(0, this.acknowledged + SEND_BUFFER - this.#written);
  }

  dial(now: Micros): void {
    this.#marks |= DIALLING;
    const giveUpAt = now + CONNECT_TIMEOUT_MICROS;
    this.troubled.giveUpAt = giveUpAt;
    this.#sink.wake(giveUpAt);
    this.#sink.transmit(flagged(now, 'syn', 0, -1));
  }

  write(now: Micros, length: number): void {
    this.#written += length;
    if (this.is(ESTABLISHED)) this.push(now);
  }

  read(now: Micros, to: number): void {
    this.#read = to;
    const peer = this.#peer;
    if (peer !== undefined && peer.#sent < peer.#written && peer.is(ESTABLISHED)) peer.push(now);
  }

  finish(now: Micros): void {
    if (this.is(FINISHING)) return;
    this.#marks |= FINISHING;
    if (this.is(ESTABLISHED)) this.push(now);
    else this.end('closed');
  }

  release(now: Micros): void {
    if (this.is(OVER) || this.is(RELEASED)) return;
    if (!this.is(ESTABLISHED) || this.#received > this.#read) {
      this.abort(now);
      return;
    }
    this.#marks |= RELEASED;
    this.finish(now);
  }

  abort(now: Micros): void {
    if (this.is(OVER)) return;
    if (this.is(ESTABLISHED)) this.#sink.transmit(flagged(now, 'rst', this.#sent, this.#received));
    this.end('closed');
  }

  arrived(now: Micros, segment: Segment): void {
    if (this.is(OVER)) {
      if (this.is(BY_FORCE) && !segment.rst) this.#sink.transmit(resetFor(now, segment));
      return;
    }
    if (segment.rst) {
      this.end(this.is(DIALLING) ? 'refused' : 'reset');
      return;
    }
    if (segment.syn) {
      this.arrivedSyn(now, segment);
      return;
    }
    if (this.is(RELEASED) && segment.to > this.#received) {
      this.#sink.transmit(resetFor(now, segment));
      this.end('closed');
      return;
    }
    if (segment.from > this.#received) {
      this.troubled.ahead.push(segment);
    } else {
      this.take(segment);
    }
  }

  woken(now: Micros): void {
    const trouble = this.#trouble;
    if (trouble === undefined) return;
    if (now >= trouble.giveUpAt) {
      this.end('timed-out');
      return;
    }
    const due = trouble.retries.filter((retry) => retry.at <= now);
    trouble.retries = trouble.retries.filter((retry) => retry.at > now);
    this.rearm();
    this.recover();
    for (const retry of due) {
      const again = sentAgain(retry.segment, now);
      if (!again.syn) this.#sink.resent(again, 'timeout');
      this.#sink.transmit(again);
    }
  }

  /** The network did not carry this segment, and says so to who sent it. */
  lost(now: Micros, segment: Segment, reason: SegmentLost['reason']): void {
    if (this.is(OVER) || segment.rst) return;
    if (reason === 'partition') {
      this.troubled.parked.push(segment);
      return;
    }
    if (segment.attempt >= ATTEMPTS) {
      this.end('timed-out');
      return;
    }
    let delayMicros = segment.syn ? SYN_RETRANSMISSION_MICROS : RETRANSMISSION_MICROS;
    for (let k = 1; k < segment.attempt && delayMicros < LONGEST_RETRANSMISSION_MICROS; k++) delayMicros *= 2;
    this.troubled.retries.push({ at: now + Math.min(delayMicros, LONGEST_RETRANSMISSION_MICROS), segment });
    this.rearm();
  }

  /** The partition healed: what it held goes out, in the order it was sent. */
  restored(now: Micros): void {
    const parked = this.#trouble?.parked;
    if (parked === undefined || parked.length === 0) return;
    this.#trouble!.parked = [];
    this.recover();
    for (const segment of parked) {
      if (!this.is(OVER)) this.#sink.transmit(sentAgain(segment, now));
    }
  }

  /** The host forgot this end: it does nothing any more, and what still comes is the network's to answer. */
  vanish(): void {
    this.#marks = (this.#marks & ~(DIALLING | ESTABLISHED)) | OVER;
    this.#trouble = undefined;
  }

  private arrivedSyn(now: Micros, segment: Segment): void {
    if (this.is(DIALLING) && segment.ack >= 0) {
      this.#marks ^= DIALLING | ESTABLISHED;
      this.troubled.giveUpAt = Infinity;
      this.rearm();
      this.recover();
      this.#sink.established();
      this.push(now);
    } else if (!this.is(DIALLING | ESTABLISHED | OVER)) {
      this.#marks |= ESTABLISHED;
      this.#sink.transmit(flagged(now, 'syn', 0, 0));
      this.#sink.established();
    }
  }

  private take(segment: Segment): void {
    const before = this.#received;
    this.receive(segment);
    if (this.#trouble !== undefined) this.takeWhatFits(this.#trouble.ahead);
    if (this.#received > before) {
      if (this.#peer !== undefined) this.#peer.receivedMore();
      this.#sink.readable(this.#received);
    }
    if (this.#trouble === undefined) return;
    if (this.#trouble.finAt === this.#received && !this.is(FIN_REACHED)) {
      this.#marks |= FIN_REACHED;
      this.#sink.finished();
      if (this.is(FIN_SENT)) this.end('closed');
    } else this.recover();
  }

  /** Nothing may be left of the trouble there was. */
  private recover(): void {
    if (this.#trouble?.isOver === true) this.#trouble = undefined;
  }

  private takeWhatFits(ahead: Segment[]): void {
    for (;;) {
      const next = ahead.findIndex((segment) => segment.from <= this.#received);
      if (next === -1) break;
      this.receive(ahead[next]!);
      ahead.splice(next, 1);
    }
  }

  private receive(segment: Segment): void {
    if (segment.to > this.#received) this.#received = segment.to;
    if (segment.fin) this.troubled.finAt = segment.to;
  }

  /** The peer has received more. */
  private receivedMore(): void {
    if (this.backlog === 0) this.#sink.drained();
  }

  /** Sends what the window of the peer lets through. */
  private push(now: Micros): void {
    const peerRead = this.#peer === undefined ? 0 : this.#peer.#read;
    while (this.#sent < this.#written) {
      const to = Math.min(this.#written, peerRead + WINDOW);
      if (to <= this.#sent) return;
      const from = this.#sent;
      this.#sent = to;
      this.#sink.transmit(data(now, from, to, this.#received));
    }
    if (this.is(FINISHING) && !this.is(FIN_SENT)) {
      this.#marks |= FIN_SENT;
      this.#sink.transmit(flagged(now, 'fin', this.#sent, this.#received));
      if (this.is(FIN_REACHED)) this.end('finished');
    }
  }

  private end(end: ConnectionEnd): void {
    const isByForce = !(this.is(FIN_SENT) && this.is(FIN_REACHED));
    this.#marks = (this.#marks & ~(DIALLING | ESTABLISHED)) | OVER | (isByForce ? BY_FORCE : 0);
    this.#trouble = undefined;
    this.#sink.wake(Infinity);
    this.#sink.ended(end);
  }

  private rearm(): void {
    if (this.#trouble === undefined) return;
    let at = this.#trouble.giveUpAt;
    for (const retry of this.#trouble.retries) at = Math.min(at, retry.at);
    this.#sink.wake(at);
  }
}

function data(now: Micros, from: number, to: number, ack: number): Segment {
  return new Segment(from, to, 'none', ack, NO_RANGES, WINDOW, 1, now, 0);
}

function flagged(now: Micros, flag: Flag, at: number, ack: number): Segment {
  return new Segment(at, at, flag, ack, NO_RANGES, WINDOW, 1, now, 0);
}
