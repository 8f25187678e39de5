/**
 * The `ideal` transport: an ordered pipe with the latency of its links, for runs that care about MQTT and not about TCP.
 *
 * It has no acknowledgements on the wire. How far a direction has come is known to both ends by its tap, and the network tells the sender
 * what it lost: a lost segment costs a retransmission delay, a partition holds what is sent until it heals. Handshake, FIN,
 * RST and the receiver's window are real; congestion, tail-loss probes and lost acknowledgements are not.
 */
import type { ConnectionEnd, Micros } from '../mqtt/machine.ts';
import type { SegmentLost } from '../trace/event.ts';
import { Endpoint } from './endpoint.ts';
import { FIRST_OF_TRANSPORT } from './endpoint-marks.ts';
import { resetFor } from './tcp/index.ts';
import { type Flag, Segment } from './transport.ts';

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

/* Of its marks. Of the first three one holds at most; an end of which none does is closed. */
const DIALLING = FIRST_OF_TRANSPORT;
const CONNECTED = 2 * FIRST_OF_TRANSPORT;
const ENDED = 4 * FIRST_OF_TRANSPORT;
/** FIN was asked for by the application; then sent; and that of the peer was reached. */
const FINISHING = 8 * FIRST_OF_TRANSPORT;
const FIN_SENT = 16 * FIRST_OF_TRANSPORT;
const FIN_REACHED = 32 * FIRST_OF_TRANSPORT;
/** The application is gone: bytes that still come are answered by a reset. */
const RELEASED = 64 * FIRST_OF_TRANSPORT;
/** Over without both sides having finished: whatever comes is answered by a reset. */
const BY_FORCE = 128 * FIRST_OF_TRANSPORT;

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

export class IdealEndpoint extends Endpoint {
  declare other: IdealEndpoint;
  #trouble: Trouble | undefined;

  private get troubled(): Trouble {
    this.#trouble ??= new Trouble();
    return this.#trouble;
  }

  /** What the peer has received in order is known at once, because nothing is acknowledged on the wire. */
  protected get unacknowledged(): number {
    return this.outgoing.written - this.outgoing.arrived;
  }
  protected get space(): number {
    return Math.max(0, SEND_BUFFER - this.unacknowledged);
  }

  protected begin(now: Micros): void {
    this.marks |= DIALLING;
    const giveUpAt = now + CONNECT_TIMEOUT_MICROS;
    this.troubled.giveUpAt = giveUpAt;
    this.wake(giveUpAt);
    this.transmit(flagged('syn', 0, -1));
  }

  protected extend(): void {
    if (this.is(CONNECTED)) this.push();
  }

  protected taken(_now: Micros, to: number): void {
    const { incoming } = this;
    incoming.taken = to;
    if (incoming.transmitted < incoming.written && this.other.is(CONNECTED)) this.other.push();
  }

  protected finish(): void {
    if (this.is(FINISHING)) return;
    this.marks |= FINISHING;
    if (this.is(CONNECTED)) this.push();
    else this.end('closed');
  }

  protected release(): void {
    if (this.is(ENDED) || this.is(RELEASED)) return;
    if (!this.is(CONNECTED) || this.incoming.arrived > this.incoming.taken) {
      this.abort();
      return;
    }
    this.marks |= RELEASED;
    this.finish();
  }

  protected abort(): void {
    if (this.is(ENDED)) return;
    if (this.is(CONNECTED)) {
      const { outgoing, incoming } = this;
      this.transmit(flagged('rst', outgoing.transmitted, incoming.arrived));
    }
    this.end('closed');
  }

  protected arrived(_now: Micros, segment: Segment): void {
    if (this.is(ENDED)) {
      if (this.is(BY_FORCE) && !segment.rst) this.transmit(resetFor(segment));
      return;
    }
    if (segment.rst) {
      this.end(this.is(DIALLING) ? 'refused' : 'reset');
      return;
    }
    if (segment.syn) {
      this.arrivedSyn(segment);
      return;
    }
    if (this.is(RELEASED) && segment.to > this.incoming.arrived) {
      this.transmit(resetFor(segment));
      this.end('closed');
      return;
    }
    if (segment.from > this.incoming.arrived) this.troubled.ahead.push(segment);
    else this.takeIn(segment);
  }

  protected woken(now: Micros): void {
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
      const again = sentAgain(retry.segment);
      if (!again.syn) this.resent(again, 'timeout');
      this.transmit(again);
    }
  }

  /** The network did not carry this segment, and says so to who sent it. */
  override lost(now: Micros, segment: Segment, reason: SegmentLost['reason']): void {
    if (this.is(ENDED) || segment.rst) return;
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
  override restored(): void {
    const parked = this.#trouble?.parked;
    if (parked === undefined || parked.length === 0) return;
    this.#trouble!.parked = [];
    this.recover();
    for (const segment of parked) {
      if (!this.is(ENDED)) this.transmit(sentAgain(segment));
    }
  }

  protected override vanish(): void {
    this.marks = (this.marks & ~(DIALLING | CONNECTED)) | ENDED;
    this.#trouble = undefined;
  }

  private arrivedSyn(segment: Segment): void {
    if (this.is(DIALLING) && segment.ack >= 0) {
      this.marks ^= DIALLING | CONNECTED;
      this.troubled.giveUpAt = Infinity;
      this.rearm();
      this.recover();
      this.established();
      this.push();
    } else if (!this.is(DIALLING | CONNECTED | ENDED)) {
      this.marks |= CONNECTED;
      this.transmit(flagged('syn', 0, 0));
      this.established();
    }
  }

  private takeIn(segment: Segment): void {
    const { incoming } = this;
    let to = this.reach(incoming.arrived, segment);
    if (this.#trouble !== undefined) to = this.reachAhead(to, this.#trouble.ahead);
    if (to > incoming.arrived) {
      this.readable(to);
      if (incoming.written === to) this.other.drained();
    }
    if (this.#trouble === undefined) return;
    if (this.#trouble.finAt === to && !this.is(FIN_REACHED)) {
      this.marks |= FIN_REACHED;
      this.finished();
      if (this.is(FIN_SENT)) this.end('closed');
    } else this.recover();
  }

  /** Nothing may be left of the trouble there was. */
  private recover(): void {
    if (this.#trouble?.isOver === true) this.#trouble = undefined;
  }

  /** Everything below `to` is here, and then this segment comes: offset up to which everything is here. */
  private reach(to: number, segment: Segment): number {
    if (segment.fin) this.troubled.finAt = segment.to;
    return Math.max(to, segment.to);
  }

  /** The same of what came too early. */
  private reachAhead(from: number, ahead: Segment[]): number {
    let to = from;
    for (;;) {
      const next = ahead.findIndex((segment) => segment.from <= to);
      if (next === -1) return to;
      to = this.reach(to, ahead[next]!);
      ahead.splice(next, 1);
    }
  }

  /** Sends what the window of the peer lets through. */
  private push(): void {
    const { outgoing, incoming } = this;
    while (outgoing.transmitted < outgoing.written) {
      const to = Math.min(outgoing.written, outgoing.taken + WINDOW);
      if (to <= outgoing.transmitted) return;
      this.transmit(new Segment(outgoing.transmitted, to, 'none', incoming.arrived, 1));
    }
    if (this.is(FINISHING) && !this.is(FIN_SENT)) {
      this.marks |= FIN_SENT;
      this.transmit(flagged('fin', outgoing.transmitted, incoming.arrived));
      if (this.is(FIN_REACHED)) this.end('finished');
    }
  }

  private end(end: ConnectionEnd): void {
    const isByForce = !(this.is(FIN_SENT) && this.is(FIN_REACHED));
    this.marks = (this.marks & ~(DIALLING | CONNECTED)) | ENDED | (isByForce ? BY_FORCE : 0);
    this.#trouble = undefined;
    this.wake(Infinity);
    this.ended(end);
  }

  private rearm(): void {
    if (this.#trouble === undefined) return;
    let at = this.#trouble.giveUpAt;
    for (const retry of this.#trouble.retries) at = Math.min(at, retry.at);
    this.wake(at);
  }
}

function flagged(flag: Flag, at: number, ack: number): Segment {
  return new Segment(at, at, flag, ack, 1);
}

/** The same bytes, or the same SYN or FIN, once more. */
function sentAgain({ from, to, flag, ack, attempt }: Segment): Segment {
  return new Segment(from, to, flag, ack, attempt + 1);
}
