/**
 * The sending half: what may go out now, what is sent again and why, and when to give up.
 *
 * One timer serves four purposes, as in Linux: the retransmission timeout (RFC 6298), the tail-loss probe and the
 * reordering timer (RFC 8985), and the probe of a closed window (RFC 9293, 3.8.6.1).
 */
import type { Micros } from '../../mqtt/machine.ts';
import { CongestionWindow, INITIAL_WINDOW } from './congestion.ts';
import { type Limits, Patience } from './patience.ts';
import { Repair } from './repair.ts';
import { INITIAL_TIMEOUT, RoundTrip } from './rtt.ts';
import { type Flight, type Lesson, Scoreboard } from './scoreboard.ts';
import { MAXIMUM_SEGMENT_SIZE } from './segments.ts';
import { TailProbe } from './tail-probe.ts';

/** Bytes that a fresh socket takes before it blocks, as measured; it grows in step with the congestion window. */
export const SEND_BUFFER_BYTES = 45_888;
/** Linux's `tcp_wmem[2]`. */
const GREATEST_SEND_BUFFER_BYTES = 4 * 1024 * 1024;
/** What a tail-loss probe waits beyond two round trips: for a delayed acknowledgement when one segment is out, else little. */
const LONE_PROBE_DELAY: Micros = 200_000;
const PROBE_DELAY: Micros = 2_000;

/** Why something was sent again. */
export type Trigger = 'timeout' | 'tail-probe' | 'fast';

/** Where the sending half hands its segments to; the end adds what the receiving half has to say. */
export interface SenderSink {
  /** `trigger` is undefined for a first transmission. */
  emit(now: Micros, flight: Flight, trigger: Trigger | undefined): void;
  /** A segment without payload, below what was acknowledged, so that the peer must answer. */
  emitWindowProbe(now: Micros): void;
}

/** What the one timer waits for. */
type Pending = 'nothing' | 'timeout' | 'tail-probe' | 'reordering' | 'window-probe';

/** Of one acknowledgement; one for all senders, because each is read to its end before the next. */
const LESSON: Lesson = {
  delivered: 0,
  ackedSentAt: -1,
  sackedSentAt: -1,
  ambiguous: false,
  lostRepetition: false,
};

export class Sender {
  readonly roundTrip = new RoundTrip();
  readonly #window = new CongestionWindow();
  readonly #board = new Scoreboard();
  readonly #sink: SenderSink;
  readonly #limits: Limits;
  /** Made by the first timeout, and by the first loss: most of a million idle connections see neither. */
  #patience: Patience | undefined;
  #repair: Repair | undefined;

  /** When {@link woken} is due; Infinity when nothing is in flight and nothing waits. */
  deadline: Micros = Infinity;
  #pending: Pending = 'nothing';

  #written = 0;
  #finishing = false;
  /** Below: acknowledged; below the second: sent. A FIN counts as one byte after the last. */
  #acknowledged = 0;
  #next = 0;
  /** The peer has room below this offset. */
  #windowEdge = 0;
  /** Offset up to which the host has taken bytes from the application. */
  #taken = 0;

  /** Something is missing or was repeated, and the last acknowledgement did not settle it: no tail-loss probe then. */
  #disordered = false;
  #doublings = 0;

  /** While one is out. */
  #probe: TailProbe | undefined;
  #lastSentAt: Micros = 0;

  constructor(sink: SenderSink, limits: Limits) {
    this.#sink = sink;
    this.#limits = limits;
  }

  get #patient(): Patience {
    this.#patience ??= new Patience(this.#limits);
    return this.#patience;
  }

  /** What is lost is being repaired. */
  get #isRepairing(): boolean {
    return this.#repair !== undefined && !this.#repair.isOpen;
  }

  get #begunRepair(): Repair {
    this.#repair ??= new Repair();
    return this.#repair;
  }

  /** Bytes written and not acknowledged, those that the host has not yet taken from the application included. */
  get backlog(): number {
    return this.#written - this.acknowledged;
  }
  get acknowledged(): number {
    return Math.min(this.#acknowledged, this.#written);
  }
  /** The same, the FIN included. */
  get acknowledgedWithFin(): number {
    return this.#acknowledged;
  }
  /** Offset that the next new segment starts at. */
  get next(): number {
    return this.#next;
  }
  get finishing(): boolean {
    return this.#finishing;
  }
  /** The peer's host has everything, the FIN included. */
  get finished(): boolean {
    return this.#finishing && this.#acknowledged > this.#written;
  }

  endsWithFin(flight: Flight): boolean {
    return this.#finishing && flight.to > this.#written;
  }

  /** The handshake is done: the peer has room for `window` bytes, and `syns` were needed. */
  start(window: number, syns: number): void {
    this.#windowEdge = window;
    if (syns > 2) this.#window.startSmall();
  }

  write(length: number): void {
    this.#written += length;
    this.#takeFromApplication();
  }

  /** A FIN follows the last byte. */
  finish(): void {
    this.#finishing = true;
  }

  /** The process is gone, and with it what its host had not taken yet. */
  orphan(): void {
    this.#written = Math.max(this.#taken, Math.min(this.#next, this.#written));
    this.#finishing = true;
    this.#patient.orphan();
  }

  /** Bytes that the host still takes: those that are written beyond it wait in the process, and die with it. */
  get room(): number {
    return Math.max(0, this.#acknowledged + this.#sendBufferBytes() - this.#written);
  }

  #sendBufferBytes(): number {
    const growth = Math.max(1, this.#window.size / INITIAL_WINDOW);
    return Math.floor(Math.min(GREATEST_SEND_BUFFER_BYTES, SEND_BUFFER_BYTES * growth));
  }

  #takeFromApplication(): void {
    // Most of the time there is room even in a fresh socket's buffer.
    if (this.#written <= this.#acknowledged + SEND_BUFFER_BYTES) {
      this.#taken = this.#written;
      return;
    }
    const taken = Math.min(this.#written, this.#acknowledged + this.#sendBufferBytes());
    if (taken > this.#taken) this.#taken = taken;
  }

  /** Sends what the windows allow. */
  push(now: Micros): void {
    const board = this.#board;
    const before = board.size;
    const end = this.#finishing ? this.#written + 1 : this.#written;
    if (this.#next === end) return;
    if (before === 0) this.#window.idled(now - this.#lastSentAt, this.#timeout());
    let sent = false;
    while (this.#next < end) {
      const to = Math.min(end, this.#next + MAXIMUM_SEGMENT_SIZE);
      if (to > this.#windowEdge) break;
      // Nobody holds a lone FIN back.
      if (board.inNetwork >= this.#window.size && this.#next < this.#written) break;
      this.#sendNew(now, to);
      sent = true;
    }
    if (sent) this.#armAfterSending(now, before);
    else if (board.size === 0) this.#armWindowProbe(now);
    if (sent || board.inNetwork >= this.#window.size) {
      this.#window.noteUsage(board.inNetwork, board.size, this.#acknowledged, this.#next);
    }
  }

  #sendNew(now: Micros, to: number): void {
    const flight = this.#board.sent(now, this.#next, to);
    this.#next = to;
    this.#lastSentAt = now;
    this.#sink.emit(now, flight, undefined);
  }

  #armAfterSending(now: Micros, before: number): void {
    if (this.#armTailProbe(now, false)) return;
    if (before === 0 || this.#pending === 'tail-probe') this.#armTimeout(now);
  }

  /**
   * The peer has everything below `ack`, the ranges in `sack`, and room up to `edge`; `echo` is when it was sent what this
   * answers, -1 when unknown. What may be sent now is sent by {@link push}, after the payload of the segment was taken in.
   */
  acknowledgedBy(now: Micros, ack: number, sack: readonly number[], edge: number, echo: Micros): void {
    // An acknowledgement of what was never sent is from another life.
    if (ack > this.#next) return;
    const board = this.#board;
    if (edge > this.#windowEdge) this.#windowEdge = edge;
    if (board.size === 0) {
      this.#windowAnswered(now);
      return;
    }
    const advanced = ack > this.#acknowledged;
    const lesson = LESSON;
    lesson.delivered = 0;
    lesson.ackedSentAt = -1;
    lesson.sackedSentAt = -1;
    lesson.ambiguous = false;
    const priorAcknowledged = this.#acknowledged;
    if (advanced) {
      this.#acknowledged = ack;
      this.#patience?.progressed();
      board.acknowledge(now, ack, this.roundTrip.least, lesson);
      this.#takeFromApplication();
    }
    const needless = sack.length > 0 && this.#readRanges(now, ack, sack, priorAcknowledged, lesson);
    this.#sample(now, lesson, advanced, echo);
    const repaired = this.#probe?.judge(ack, advanced || lesson.delivered > 0, needless) === true;
    if (this.#probe?.isOut === false) this.#probe = undefined;
    if (repaired && !this.#isRepairing) this.#window.halve();

    let rearm = advanced;
    if (this.#disordered || board.sacked > 0 || this.#isRepairing || needless) {
      if (this.#findLosses(now, advanced, echo)) rearm = false;
      this.#disordered = board.sacked > 0 || board.repeated > 0 || (board.head?.attempt ?? 1) > 1;
    }
    if (board.size === 0) this.#disarm();
    else if (rearm && !this.#armTailProbe(now, true)) this.#armTimeout(now);

    if (advanced && this.#repair?.state !== 'recovery') this.#window.grow(lesson.delivered);
    if (this.#isRepairing) this.#resendLost(now);
  }

  /** @returns whether the peer says that something arrived twice (RFC 2883). */
  #readRanges(
    now: Micros,
    ack: number,
    sack: readonly number[],
    priorAcknowledged: number,
    lesson: Lesson,
  ): boolean {
    const from = sack[0]!;
    const to = sack[1]!;
    const twice = to <= ack || (sack.length > 2 && sack[2]! <= from && to <= sack[3]!);
    if (twice) this.#repair?.reportedTwice(from, to);
    for (let i = twice ? 2 : 0; i < sack.length; i += 2) {
      if (sack[i + 1]! <= priorAcknowledged) continue;
      this.#board.acknowledgeRange(now, sack[i]!, sack[i + 1]!, this.roundTrip.least, lesson);
    }
    return twice;
  }

  #sample(now: Micros, lesson: Lesson, advanced: boolean, echo: Micros): void {
    let sentAt = lesson.ambiguous ? -1 : lesson.ackedSentAt;
    if (sentAt < 0) sentAt = lesson.sackedSentAt;
    // Timestamps tell a repetition from the original: Karn's rule needs no further exception.
    if (sentAt < 0 && advanced) sentAt = echo;
    if (sentAt < 0) return;
    this.roundTrip.sample(now - sentAt);
    this.#doublings = 0;
  }

  /** @returns whether the timer waits for reordering now. */
  #findLosses(now: Micros, advanced: boolean, echo: Micros): boolean {
    const board = this.#board;
    const repair = this.#repair;
    if (repair?.isNeedless(advanced, echo) === true) {
      this.#window.restore();
      repair.undone();
      if (!repair.isOpen) {
        board.forgive();
        repair.finish();
      }
    }
    if (repair?.isOpen === false && this.#acknowledged >= repair.end) {
      if (repair.state === 'recovery') this.#window.settle();
      repair.finish();
    }
    const lesson = LESSON;
    lesson.lostRepetition = false;
    const wait = board.markLost(now, this.roundTrip.smoothed, this.#isRepairing, lesson);
    if (this.#isRepairing ? repair!.state === 'loss' && lesson.lostRepetition : board.lost > 0) {
      this.#enterRecovery(now);
    }
    if (wait === 0) return false;
    this.#arm('reordering', now + wait);
    return true;
  }

  /** Repetitions in the network, the tail-loss probe included. */
  #underway(): number {
    return this.#board.repeated + (this.#probe?.mayDouble === true ? 1 : 0);
  }

  /** Half the window at once; at least one repetition goes out whatever is in flight. */
  #enterRecovery(now: Micros): void {
    const repair = this.#begunRepair;
    repair.begin(this.#acknowledged, this.#next, this.#underway());
    repair.state = 'recovery';
    this.#window.halve();
    this.#probe = undefined;
    if (this.#board.inNetwork >= this.#window.size) {
      const flight = this.#board.nextLost(this.#acknowledged);
      if (flight !== undefined) this.#resend(now, flight, 'fast');
    }
  }

  #resendLost(now: Micros): void {
    const board = this.#board;
    let from = this.#acknowledged;
    while (board.inNetwork < this.#window.size) {
      const flight = board.nextLost(from);
      if (flight === undefined) return;
      this.#resend(now, flight, this.#repair!.state === 'loss' ? 'timeout' : 'fast');
      from = flight.to;
    }
  }

  #resend(now: Micros, flight: Flight, trigger: Trigger): void {
    const isHead = flight === this.#board.head;
    this.#board.repeat(now, flight, trigger !== 'tail-probe');
    this.#lastSentAt = now;
    this.#sink.emit(now, flight, trigger);
    if (trigger === 'tail-probe') return;
    this.#repair!.repeated(now);
    if (isHead) this.#arm('timeout', now + this.#timeout());
  }

  /**
   * The timer is due.
   *
   * @returns false when it is time to give up.
   */
  woken(now: Micros): boolean {
    const pending = this.#pending;
    this.#disarm();
    switch (pending) {
      case 'timeout':
        return this.#expired(now);
      case 'tail-probe':
        this.#probeTail(now);
        return true;
      case 'reordering':
        this.#reorderingExpired(now);
        return true;
      case 'window-probe':
        return this.#probeWindow(now);
      default:
        return true;
    }
  }

  #expired(now: Micros): boolean {
    const board = this.#board;
    const repair = this.#begunRepair;
    const patience = this.#patient;
    const head = board.head!;
    const fresh =
      repair.isOpen || this.#acknowledged >= repair.end || (repair.state === 'loss' && !patience.hasExpired);
    if (!patience.expired(now)) return false;
    if (fresh) repair.beginAnew(this.#acknowledged, this.#next, this.#underway());
    board.markAllLost(now, this.roundTrip.smoothed);
    this.#window.collapse(board.inNetwork, fresh);
    repair.end = this.#next;
    repair.state = 'loss';
    this.#probe = undefined;
    this.#resend(now, head, 'timeout');
    this.#doublings++;
    this.#arm('timeout', now + patience.clamp(now, this.#timeout()));
    return true;
  }

  #probeTail(now: Micros): void {
    // One probe at a time: after it the timeout decides.
    if (this.#probe !== undefined) {
      this.#pending = 'tail-probe';
      this.#armTimeout(now);
      return;
    }
    const end = this.#finishing ? this.#written + 1 : this.#written;
    const to = Math.min(end, this.#next + MAXIMUM_SEGMENT_SIZE);
    const repeats = to === this.#next || to > this.#windowEdge;
    if (repeats) this.#resend(now, this.#board.tail!, 'tail-probe');
    else this.#sendNew(now, to);
    this.#probe = new TailProbe(this.#next, repeats);
    this.#arm('timeout', now + this.#timeout());
  }

  #reorderingExpired(now: Micros): void {
    this.#pending = 'reordering';
    const waits = this.#findLosses(now, false, -1);
    if (this.#isRepairing) this.#resendLost(now);
    const pending: Pending = this.#pending;
    if (!waits && pending === 'reordering') this.#armTimeout(now);
  }

  // The timer.

  #timeout(): Micros {
    return this.roundTrip.timeout(this.#doublings);
  }

  #arm(pending: Pending, at: Micros): void {
    this.#pending = pending;
    this.deadline = at;
  }

  #disarm(): void {
    this.#pending = 'nothing';
    this.deadline = Infinity;
  }

  /** Counted from now, or from when the head was sent if the timer had been lent to something else. */
  #armTimeout(now: Micros): void {
    const head = this.#board.head;
    if (head === undefined) {
      this.#disarm();
      return;
    }
    const lent = this.#pending === 'tail-probe' || this.#pending === 'reordering';
    const from = lent ? head.sentAt : now;
    this.#arm('timeout', Math.max(now + 1, from + this.#timeout()));
  }

  /** PTO = min(2 SRTT + delay, RTO), while nothing is known to be missing. */
  #armTailProbe(now: Micros, fromNow: boolean): boolean {
    const board = this.#board;
    const head = board.head;
    if (head === undefined || this.#isRepairing || this.#disordered) return false;
    let delay = INITIAL_TIMEOUT;
    if (this.roundTrip.measured) {
      delay = 2 * this.roundTrip.smoothed + (board.size === 1 ? LONE_PROBE_DELAY : PROBE_DELAY);
    }
    const expiry = (fromNow ? now : head.sentAt) + this.#timeout();
    if (expiry > now) delay = Math.min(delay, expiry - now);
    this.#arm('tail-probe', now + Math.ceil(delay));
    return true;
  }

  // The closed window.

  #armWindowProbe(now: Micros): void {
    if (this.#pending === 'window-probe') return;
    this.#arm('window-probe', now + this.#timeout());
  }

  /** The peer answered while nothing was in flight: either there is room now, or it is asked again later. */
  #windowAnswered(now: Micros): void {
    if (this.#pending !== 'window-probe') return;
    this.#patience?.answered();
    const end = this.#finishing ? this.#written + 1 : this.#written;
    if (Math.min(end, this.#next + MAXIMUM_SEGMENT_SIZE) > this.#windowEdge) {
      this.#arm('window-probe', now + this.#timeout());
      return;
    }
    this.#disarm();
    this.#doublings = 0;
    this.#patience?.windowOpened();
  }

  #probeWindow(now: Micros): boolean {
    if (!this.#patient.asks(now)) return false;
    if (this.#windowEdge > this.#next) {
      // There is some room, though less than a segment: better than asking.
      this.#patience?.windowOpened();
      this.#sendNew(now, this.#windowEdge);
      this.#armAfterSending(now, 0);
      return true;
    }
    this.#sink.emitWindowProbe(now);
    this.#doublings++;
    this.#arm('window-probe', now + this.#timeout());
    return true;
  }
}
