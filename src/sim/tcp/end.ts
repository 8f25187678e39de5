/**
 * One end of a virtual TCP connection: the handshake, the two halves, and all the ways in which it ends.
 *
 * States are those of RFC 9293, 3.3.2, with the ways out folded into flags: whether the FIN of each direction was sent and
 * acknowledged is known by the halves. TIME-WAIT is not kept apart: an end that is over still answers a repeated FIN.
 */
import type { ConnectionEnd, Micros } from '../../mqtt/machine.ts';
import { Segment, type TransportEnd, type TransportSink } from '../transport.ts';
import type { Limits } from './patience.ts';
import { Receiver } from './receiver.ts';
import type { Flight } from './scoreboard.ts';
import { NO_RANGES, resetFor, TcpSegment } from './segments.ts';
import { Sender, type SenderSink, type Trigger } from './sender.ts';

/** How an end is made; what is not given is as on Linux. */
export interface TcpOptions {
  /** TCP_USER_TIMEOUT in microseconds: how long sent bytes may stay unacknowledged; 0, the default, leaves it to `retries`. */
  userTimeoutMicros?: Micros;
  /** `tcp_retries2`, 15 by default: 924.6 s after the first timeout, judged when the timer next fires. */
  retries?: number;
}

/** Gaps between the SYNs, `tcp_syn_linear_timeouts` 4 and `tcp_syn_retries` 6; the last is the wait before giving up. */
const SYN_GAPS: readonly Micros[] = [1, 1, 1, 1, 1, 2, 4, 8, 16, 32, 64].map(
  (seconds) => seconds * 1_000_000,
);
/** The same for the answer of a listener, `tcp_synack_retries` 5. */
const SYN_ACK_GAPS: readonly Micros[] = [1, 2, 4, 8, 16, 32].map((seconds) => seconds * 1_000_000);
/** How long the host of a process that is gone waits for the peer's FIN, `tcp_fin_timeout`. */
const FIN_TIMEOUT: Micros = 60_000_000;

const DEFAULT_LIMITS: Limits = { retries: 15, userTimeoutMicros: 0 };

/** Nearly all ends are as on Linux, and share that. */
function limitsOf({ retries, userTimeoutMicros }: TcpOptions): Limits {
  if (retries === undefined && userTimeoutMicros === undefined) return DEFAULT_LIMITS;
  return {
    retries: retries ?? DEFAULT_LIMITS.retries,
    userTimeoutMicros: userTimeoutMicros ?? DEFAULT_LIMITS.userTimeoutMicros,
  };
}

type State =
  | 'closed'
  | 'dialling'
  | 'answering'
  | 'established'
  /** Over in order: a repeated FIN is acknowledged. */
  | 'done'
  /** Over by force: everything is answered by a reset. */
  | 'dead';

export class TcpEnd implements TransportEnd, SenderSink {
  readonly #sink: TransportSink;
  readonly #sender: Sender;
  readonly #receiver = new Receiver();
  #state: State = 'closed';
  /** The handshake's and FIN-WAIT-2's deadline; Infinity when the sender's is what counts. */
  #deadline: Micros = Infinity;
  /** What the network was last asked for. */
  #asked: Micros = Infinity;
  /** SYNs sent, and which of the gaps the last one is followed by. */
  #syns = 0;
  #gap = 0;
  #ackOwed = false;
  /** How often the same acknowledgement went out: the luck of each is its own. */
  #ackValue = -1;
  #ackCount = 0;
  #released = false;
  #finishTold = false;
  #readableTold = 0;
  #backlogged = false;
  /** Whether this end closed before it knew that the peer did. */
  #finishedFirst = false;

  constructor(options: TcpOptions, sink: TransportSink) {
    this.#sink = sink;
    this.#sender = new Sender(this, limitsOf(options));
  }

  get backlog(): number {
    return this.#state === 'done' || this.#state === 'dead' ? 0 : this.#sender.backlog;
  }
  get acknowledged(): number {
    return this.#sender.acknowledged;
  }
  get room(): number {
    return this.#sender.room;
  }

  // Inputs: the local application.

  dial(now: Micros): void {
    if (this.#state !== 'closed') throw new Error('an end is dialled once, and never after a SYN arrived');
    this.#state = 'dialling';
    this.#emitSyn(now);
    this.#settle();
  }

  write(now: Micros, length: number): void {
    if (this.#sender.finishing) throw new Error('write after finish: the FIN is where the stream ends');
    if (this.#isOver() || length === 0) return;
    this.#backlogged = true;
    this.#sender.write(length);
    if (this.#state === 'established') this.#sender.push(now);
    this.#settle();
  }

  read(now: Micros, to: number): void {
    if (this.#receiver.read(to) && this.#state === 'established') this.#emitAck(now, this.#sender.next);
    this.#settle();
  }

  finish(now: Micros): void {
    if (this.#isOver() || this.#sender.finishing) return;
    if (this.#state === 'closed' || this.#state === 'dialling') {
      // RFC 9293, 3.10.4: there is nothing yet that could be closed in order.
      this.#end('dead', 'closed');
      this.#settle();
      return;
    }
    this.#sender.finish();
    if (this.#state === 'established') this.#sender.push(now);
    this.#settle();
  }

  release(now: Micros): void {
    if (this.#isOver() || this.#released) return;
    if (this.#state !== 'established' || this.#receiver.unread > 0) {
      this.abort();
      return;
    }
    this.#released = true;
    this.#sender.orphan();
    this.#sender.push(now);
    this.#awaitPeersFin(now);
    this.#settle();
  }

  abort(): void {
    if (this.#isOver()) return;
    if (this.#state === 'established' || this.#state === 'answering') this.#emitReset();
    this.#end('dead', 'closed');
    this.#settle();
  }

  // Inputs: the network.

  arrived(now: Micros, segment: Segment): void {
    switch (this.#state) {
      case 'closed':
        if (segment.syn && segment.ack < 0) this.#answer(now, asSent(segment));
        else if (!segment.rst) this.#sink.transmit(resetFor(segment));
        break;
      case 'dialling':
        this.#arrivedDialling(now, segment);
        break;
      case 'answering':
        this.#arrivedAnswering(now, segment);
        break;
      case 'established':
        this.#arrivedEstablished(now, segment);
        break;
      case 'done':
        if (segment.fin || segment.to > segment.from) this.#emitAck(now, this.#sender.next);
        break;
      case 'dead':
        if (!segment.rst) this.#sink.transmit(resetFor(segment));
        break;
    }
    this.#settle();
  }

  woken(now: Micros): void {
    this.#asked = Infinity;
    if (this.#deadline <= now) this.#deadlinePassed(now);
    else if (this.#sender.deadline <= now && this.#state === 'established') {
      if (!this.#sender.woken(now)) this.#end('dead', 'timed-out');
    }
    this.#settle();
  }

  #isOver(): boolean {
    return this.#state === 'done' || this.#state === 'dead';
  }

  // The handshake.

  #answer(now: Micros, syn: TcpSegment): void {
    this.#state = 'answering';
    this.#receiver.echo = syn.sentAt;
    this.#emitSyn(now);
  }

  #arrivedDialling(now: Micros, segment: Segment): void {
    if (segment.rst) {
      this.#end('dead', 'refused');
      return;
    }
    if (!segment.syn || segment.ack < 0) return;
    this.#receiver.echo = asSent(segment).sentAt;
    this.#establish(now, asSent(segment));
    this.#ackOwed = true;
    this.#sender.push(now);
    this.#payAck(now);
  }

  #arrivedAnswering(now: Micros, segment: Segment): void {
    if (segment.rst) {
      this.#end('dead', 'reset');
      return;
    }
    if (segment.syn) {
      // The dialler did not hear the answer; while it tries, so does the listener.
      this.#gap = 0;
      this.#emitSyn(now);
      return;
    }
    if (segment.ack < 0) return;
    this.#establish(now, asSent(segment));
    this.#arrivedEstablished(now, segment);
  }

  #establish(now: Micros, segment: TcpSegment): void {
    this.#state = 'established';
    this.#deadline = Infinity;
    if (segment.echo >= 0) this.#sender.roundTrip.sample(now - segment.echo);
    this.#sender.start(segment.window, this.#syns);
    this.#sink.established();
  }

  // Established, and closing.

  #arrivedEstablished(now: Micros, segment: Segment): void {
    if (segment.rst) {
      this.#arrivedReset(now, segment);
      return;
    }
    if (segment.syn) {
      // The acknowledgement of the handshake was lost.
      this.#emitAck(now, this.#sender.next);
      return;
    }
    const receiver = this.#receiver;
    const sender = this.#sender;
    const { ack, sack, window, echo } = asSent(segment);
    sender.acknowledgedBy(now, ack, sack, ack + window, echo);
    const before = receiver.next;
    if (this.#released && segment.to > before) {
      // Nobody will ever read this.
      this.#sink.transmit(resetFor(segment));
      this.#end('dead', 'closed');
      return;
    }
    if (receiver.arrived(asSent(segment))) this.#ackOwed = true;
    if (receiver.next > before) this.#tellReadable();
    if (sender.finished && receiver.finished) {
      this.#payAck(now);
      this.#end('done', this.#finishedFirst ? 'closed' : 'finished');
      return;
    }
    sender.push(now);
    this.#payAck(now);
    if (this.#released) this.#awaitPeersFin(now);
  }

  #tellReadable(): void {
    const receiver = this.#receiver;
    if (receiver.readable > this.#readableTold) {
      this.#readableTold = receiver.readable;
      this.#sink.readable(receiver.readable);
    }
    if (receiver.finished && !this.#finishTold) {
      this.#finishTold = true;
      this.#finishedFirst = this.#sender.finishing;
      this.#sink.finished();
    }
  }

  /** RFC 5961, 3.2: a reset counts where the next byte is expected; one elsewhere in the window has to be said again. */
  #arrivedReset(now: Micros, segment: Segment): void {
    const receiver = this.#receiver;
    if (segment.from === receiver.next || receiver.endsAt(segment.from)) this.#end('dead', 'reset');
    else if (segment.from > receiver.next) this.#emitAck(now, this.#sender.next);
  }

  #awaitPeersFin(now: Micros): void {
    if (this.#sender.finished && this.#deadline === Infinity) this.#deadline = now + FIN_TIMEOUT;
  }

  #deadlinePassed(now: Micros): void {
    this.#deadline = Infinity;
    if (this.#state === 'established') {
      this.#end('dead', 'closed');
      return;
    }
    const gaps = this.#state === 'dialling' ? SYN_GAPS : SYN_ACK_GAPS;
    if (this.#gap < gaps.length) this.#emitSyn(now);
    else this.#end('dead', 'timed-out');
  }

  #end(state: 'done' | 'dead', end: ConnectionEnd): void {
    this.#state = state;
    this.#deadline = Infinity;
    this.#ackOwed = false;
    this.#sink.ended(end);
  }

  /** After every input: tells what changed, and asks for the next wake. */
  #settle(): void {
    if (this.#backlogged && this.#sender.backlog === 0) {
      this.#backlogged = false;
      if (!this.#isOver()) this.#sink.drained();
    }
    let at = this.#deadline;
    if (this.#state === 'established' && this.#sender.deadline < at) at = this.#sender.deadline;
    if (at === this.#asked) return;
    this.#asked = at;
    this.#sink.wake(at);
  }

  // Outputs.

  #emitSyn(now: Micros): void {
    const answers = this.#state === 'answering';
    this.#syns++;
    const gaps = answers ? SYN_ACK_GAPS : SYN_GAPS;
    this.#deadline = now + gaps[this.#gap++]!;
    const { window, echo } = this.#receiver;
    const segment = new TcpSegment(0, 0, 'syn', answers ? 0 : -1, this.#syns, NO_RANGES, window, now, echo);
    this.#sink.transmit(segment);
    if (this.#syns > 1) this.#sink.resent(segment, 'timeout');
  }

  /** For the sending half only. */
  emit(now: Micros, flight: Flight, trigger: Trigger | undefined): void {
    const receiver = this.#receiver;
    const fin = this.#sender.endsWithFin(flight);
    this.#ackOwed = false;
    const segment = new TcpSegment(
      flight.from,
      fin ? flight.to - 1 : flight.to,
      fin ? 'fin' : 'none',
      receiver.next,
      flight.attempt,
      receiver.takeRanges(),
      receiver.window,
      now,
      receiver.echo,
    );
    this.#sink.transmit(segment);
    if (trigger !== undefined) this.#sink.resent(segment, trigger);
  }

  /** For the sending half only. */
  emitWindowProbe(now: Micros): void {
    this.#emitAck(now, this.#sender.acknowledgedWithFin - 1);
  }

  #payAck(now: Micros): void {
    if (this.#ackOwed) this.#emitAck(now, this.#sender.next);
  }

  #emitAck(now: Micros, from: number): void {
    const receiver = this.#receiver;
    this.#ackOwed = false;
    if (receiver.next !== this.#ackValue) {
      this.#ackValue = receiver.next;
      this.#ackCount = 0;
    }
    this.#ackCount++;
    const { next, window, echo } = receiver;
    const sack = receiver.takeRanges();
    this.#sink.transmit(new TcpSegment(from, from, 'none', next, this.#ackCount, sack, window, now, echo));
  }

  #emitReset(): void {
    const from = this.#sender.next;
    this.#sink.transmit(new Segment(from, from, 'rst', this.#receiver.next, 1));
  }
}

/** Anything but a reset, which a middlebox or a host without the connection may have made, comes from an end like this one. */
function asSent(segment: Segment): TcpSegment {
  return segment as TcpSegment;
}
