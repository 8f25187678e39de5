/**
 * One end of a connection, on its host: the application above it, the network below. How bytes travel is for its subclasses, one for each
 * transport.
 *
 * The transport is told what arrives and says what follows; an endpoint collects what it says and acts when the
 * transport has finished speaking, so neither a transport nor a machine is ever called from inside itself.
 */
import type { CloseManner, ConnectionEnd, Micros } from '../mqtt/machine.ts';
import type { ConnectionEnded, SegmentLost, SegmentResent } from '../trace/event.ts';
import type { Connection } from './connection.ts';
import type { Lane } from './duplex-link.ts';
import {
  ABANDONED,
  ANNOUNCED,
  BORN,
  DIALLED_WELL,
  DRAINED,
  ENDED,
  ESTABLISHED,
  FINISHED,
  GONE,
  NEWS_OF_TRANSPORT,
  OVER,
  READABLE,
  READS_IN_TASKS,
  SETTLING,
  STANDING,
  SUPERVISED,
  WANTS_DRAINED,
  WANTS_ROOM,
} from './endpoint-marks.ts';
import { type EventId, NO_EVENT } from './event-queue.ts';
import type { Attendant, Host } from './host.ts';
import type { Line } from './line.ts';
import type { Network } from './network.ts';
import type { Happening } from './simulator.ts';
import type { Tap } from './tap.ts';
import type { Segment, TransportSink } from './transport.ts';

const ARRIVAL = 1;
const TIMER = 2;
const NEWS = 3;
const RESTED = 4;

/** As much as a slow application takes at once. */
const SIP_BYTES = 1_024;

/** A writer that waits for room is told when there is as much: a third of a fresh send buffer, as on Linux. */
const TOLD_ROOM_BYTES = 15_296;

/** How far an application has come that is slow. */
interface Slowness {
  /** Offset up to which it may read. */
  readable: number;
  /** While it is busy with what it has read. */
  rest: EventId;
}

/** What few endpoints ever have, or not for long. */
class Aside {
  /** Who is told what happens instead of the host. */
  attendant: Attendant<Endpoint> | undefined;
  /** Undefined while the application may read whatever has arrived. */
  slow: Slowness | undefined;
  /** How the transport came to its end, of which the host is not told yet. */
  howEnded: ConnectionEnd = 'closed';
}

export abstract class Endpoint implements Line, TransportSink, Happening {
  // What every segment needs comes first, to lie together in memory.
  readonly host: Host;
  outgoing: Tap;
  incoming: Tap;
  readonly connection: Connection;
  /** The direction of the link that carries what this endpoint sends. */
  readonly lane: Lane;
  /** The endpoint at the other side; set once by the connection. */
  other!: Endpoint;
  /** What is true of it: see `endpoint-marks.ts`. */
  protected marks = 0;
  /** For the host to find what it knows of this connection by; 0 is nothing. */
  id = 0;
  alarm: EventId = NO_EVENT;
  /** Of the connection and direction: what the luck of its segments starts from. */
  readonly hash: number;
  #timer: EventId = NO_EVENT;
  #aside: Aside | undefined;

  constructor(connection: Connection, host: Host, outgoing: Tap, incoming: Tap, lane: Lane, hash: number) {
    this.connection = connection;
    this.host = host;
    this.outgoing = outgoing;
    this.incoming = incoming;
    this.lane = lane;
    this.hash = hash;
  }

  protected is(mark: number): boolean {
    return (this.marks & mark) !== 0;
  }

  protected get network(): Network {
    return this.connection.network;
  }

  /** Offset up to which the application may read. */
  private get readableTo(): number {
    const slow = this.#aside?.slow;
    return slow === undefined ? this.incoming.arrived : slow.readable;
  }

  /** True while the host of this endpoint knows the connection. */
  get known(): boolean {
    return this.is(STANDING);
  }

  /** This end takes the connection for standing, and never hears from the other again. */
  get isHalfOpen(): boolean {
    return this.known && (this.connection.forgotten !== undefined || !this.other.known);
  }

  /** The other application has gone, and this one will hear of it: the goodbye of its host is under way. */
  get isBeingLeft(): boolean {
    return this.known && !this.is(ANNOUNCED) && this.other.is(ABANDONED) && !this.isHalfOpen;
  }

  /** This end has dialled, and the connection does not stand yet. */
  get isOpening(): boolean {
    return this.known && !this.is(DIALLED_WELL) && !this.is(ABANDONED) && this === this.connection.dialler;
  }

  /** True when a rule or a middlebox has to look at what is sent. */
  get supervised(): boolean {
    return this.is(SUPERVISED);
  }

  /** From now on the network looks twice at what is sent. */
  supervise(): void {
    this.marks |= SUPERVISED;
  }

  /**
   * The application reads when it comes to it, in tasks of its own: what it has not read is unread when it closes or dies, and it learns
   * of the end of the connection after the last byte.
   */
  readInTasks(): void {
    this.marks |= READS_IN_TASKS;
  }

  /** Who is told what happens: the host, or what it has put in between. */
  get attendant(): Attendant<Endpoint> {
    return this.#aside?.attendant ?? this.host;
  }
  set attendant(attendant: Attendant<Endpoint>) {
    this.aside.attendant = attendant;
  }

  private get aside(): Aside {
    this.#aside ??= new Aside();
    return this.#aside;
  }

  /* What the application may do. */

  /** Bytes in order, immutable from now on. False when the connection is over and they went nowhere. */
  write(bytes: Uint8Array): boolean {
    if (this.is(ABANDONED) || !this.is(STANDING)) return false;
    this.outgoing.write(bytes);
    const { simulator } = this.network;
    this.extend(simulator.now, bytes.length);
    // Whoever writes is in the middle of something: a process that goes on after a stop has more to read, and must not be led into it.
    if (this.is(NEWS_OF_TRANSPORT) && !this.is(SETTLING) && this.news() !== 0)
      simulator.schedule(simulator.now, NEWS, this);
    return true;
  }

  /** Reads on to the end of a packet at most, of a frame on a WebSocket; undefined when there is nothing. Call {@link consumed} after the last. */
  readPacket(): Uint8Array | undefined {
    return this.incoming.readUnit(this.readableTo);
  }

  /** Reads whatever is there, at most `limit` bytes. Call {@link consumed} after the last. */
  readBytes(limit: number): Uint8Array | undefined {
    return this.incoming.readBytes(this.readableTo, limit);
  }

  /** Bytes that can be read now. */
  get unread(): number {
    return this.incoming.over ? 0 : this.readableTo - this.incoming.read;
  }

  /** What was read makes room for more. */
  consumed(): void {
    if (!this.is(STANDING)) return;
    const { simulator } = this.network;
    this.taken(simulator.now, this.incoming.read);
    if (this.is(READS_IN_TASKS) && this.news() !== 0) simulator.schedule(simulator.now, NEWS, this);
  }

  /** How the transport came to its end, if the application is not told yet because there is something left to read. */
  get brokenBy(): ConnectionEnd | undefined {
    return this.is(ENDED) ? this.#aside!.howEnded : undefined;
  }

  /** Bytes written that the peer's host has not acknowledged. */
  get backlog(): number {
    if (!this.is(STANDING)) return 0;
    const backlog = this.unacknowledged;
    if (backlog > 0) this.marks |= WANTS_DRAINED;
    return backlog;
  }

  /** Bytes that the host takes without letting the application wait; when there are none, `drained` tells that there are. */
  get room(): number {
    if (!this.is(STANDING)) return Number.POSITIVE_INFINITY;
    const room = this.space;
    if (room === 0) this.marks |= WANTS_ROOM;
    else this.marks &= ~WANTS_ROOM;
    return room;
  }

  /** The application is done with the connection, both ways: what still comes is answered by a reset. */
  close(manner: CloseManner): void {
    if (this.is(ABANDONED)) return;
    // What is readable here has been read by the process, even if it stopped looking at it.
    if (manner === 'finish' && this.is(STANDING) && !this.is(READS_IN_TASKS))
      this.taken(this.network.simulator.now, this.readableTo);
    this.abandon(manner === 'finish' ? 'closed' : 'aborted', manner);
  }

  /** The application will write no more, and goes on reading. */
  finishWriting(): void {
    if (this.is(ABANDONED) || !this.is(STANDING)) return;
    this.outgoing.cutShort();
    this.finish(this.network.simulator.now);
    this.settle();
  }

  /* What can befall the host. */

  /** The process died: its host finishes for it, or resets when there was something it had not read. */
  processDied(): void {
    if (this.is(ABANDONED)) return;
    // It may die over what it has just read.
    this.consumed();
    this.abandon('crashed', 'finish');
  }

  /** The host lost its memory: not even a goodbye. */
  powerLost(): void {
    if (!this.is(STANDING)) return;
    this.announce('crashed');
    this.marks |= ABANDONED;
    this.incoming.endReading(`power cut of ${this.host.name}`);
    this.outgoing.endWriting(`power cut of ${this.host.name}`);
    this.vanish();
    this.leave(GONE);
  }

  /* What the network brings. */

  dial(): void {
    this.marks |= STANDING;
    this.begin(this.network.simulator.now);
    this.settle();
  }

  due(kind: number, argument: unknown): void {
    if (kind === ARRIVAL) {
      this.network.arrive(this, argument as Segment);
      return;
    }
    if (kind === RESTED) {
      const slow = this.#aside!.slow!;
      slow.rest = NO_EVENT;
      this.letRead(slow);
    } else if (kind === TIMER) {
      this.#timer = NO_EVENT;
      this.woken(this.network.simulator.now);
    }
    this.settle();
  }

  /** A segment will be here at `at`. */
  expect(at: Micros, segment: Segment): void {
    this.network.simulator.schedule(at, ARRIVAL, this, segment);
  }

  /** The first SYN reached a listener. */
  listen(): void {
    this.marks |= STANDING;
  }

  /** True when no SYN has reached this listener yet. */
  get unborn(): boolean {
    return !this.is(BORN);
  }

  /** True while the host remembers the connection, if only that it is over. */
  get remembered(): boolean {
    return this.is(STANDING | OVER);
  }

  take(segment: Segment): void {
    this.arrived(this.network.simulator.now, segment);
    if (this.is(WANTS_ROOM)) this.lookForRoom();
    this.settle();
    const other = this.other;
    if (other.is(WANTS_ROOM)) other.lookForRoom();
    if (other.is(NEWS_OF_TRANSPORT)) other.settle();
  }

  private lookForRoom(): void {
    if (!this.is(STANDING) || this.space < TOLD_ROOM_BYTES) return;
    this.marks &= ~WANTS_ROOM;
    this.marks |= DRAINED;
  }

  /** The application is slow no longer: it reads what has waited for it. */
  hurry(): void {
    this.stopResting();
    const slow = this.#aside?.slow;
    if (slow !== undefined) this.letRead(slow);
    this.settle();
  }

  /** A slow application takes a sip, and is busy with it for as long as its pace says; any other may read all there is. */
  private letRead(slow: Slowness): void {
    if (slow.readable === this.incoming.arrived || slow.rest !== NO_EVENT) return;
    const { readingPace } = this.host;
    if (readingPace === Infinity || this.is(ABANDONED)) {
      this.#aside!.slow = undefined;
    } else {
      const { simulator } = this.network;
      const sip = Math.min(this.incoming.arrived - slow.readable, SIP_BYTES);
      slow.readable += sip;
      slow.rest = simulator.schedule(simulator.now + Math.ceil((sip * 1e6) / readingPace), RESTED, this);
    }
    this.marks |= READABLE;
  }

  private stopResting(): void {
    const slow = this.#aside?.slow;
    if (slow === undefined || slow.rest === NO_EVENT) return;
    this.network.simulator.cancel(slow.rest);
    slow.rest = NO_EVENT;
  }

  /*
   * What its transport is told, and does in its way. `now` is global virtual time: hosts' TCP timers do not drift.
   * The network's part of it is public.
   */

  protected abstract begin(now: Micros): void;
  /** `length` more bytes are to be sent, in order; the tap has them. */
  protected abstract extend(now: Micros, length: number): void;
  /** The application has taken everything below `to`; the window opens. */
  protected abstract taken(now: Micros, to: number): void;
  protected abstract finish(now: Micros): void;
  /**
   * The application is gone: its process died, or it closed the socket without waiting. Resets when bytes are unread; else what the
   * host had already taken is still sent, then FIN, and payload that arrives later is answered by a reset.
   */
  protected abstract release(now: Micros): void;
  /** Discards what is unsent and resets. */
  protected abstract abort(now: Micros): void;
  /** A listener's end is fed the SYN first. */
  protected abstract arrived(now: Micros, segment: Segment): void;
  protected abstract woken(now: Micros): void;
  /** Bytes written and not yet acknowledged by the peer's host. */
  protected abstract get unacknowledged(): number;
  /** Bytes that this host still takes into its send buffer; it may be handed more, which then waits in the process. */
  protected abstract get space(): number;

  /** The network did not carry a segment; only a transport that is told needs no timers to find that out. */
  lost(_now: Micros, _segment: Segment, _reason: SegmentLost['reason']): void {}
  /** A partition healed. */
  restored(_now: Micros): void {}
  /** The host forgot this end: it does nothing any more, and what still comes is the network's to answer. */
  protected vanish(): void {}

  /* What the transport says. */

  transmit(segment: Segment): void {
    if (segment.to > this.outgoing.transmitted) this.outgoing.transmitted = segment.to;
    this.network.carry(this, segment);
  }

  wake(at: Micros): void {
    const simulator = this.network.simulator;
    if (this.#timer === NO_EVENT) {
      if (at !== Infinity) this.#timer = simulator.schedule(at, TIMER, this);
    } else if (at === Infinity) {
      simulator.cancel(this.#timer);
      this.#timer = NO_EVENT;
    } else {
      simulator.move(this.#timer, at);
    }
  }

  established(): void {
    this.marks |= ESTABLISHED;
  }

  readable(to: number): void {
    const { incoming } = this;
    const before = incoming.arrived;
    incoming.arrived = to;
    let slow = this.#aside?.slow;
    if (slow === undefined) {
      if (to === before) return;
      if (this.host.readingPace === Infinity || this.is(ABANDONED)) {
        this.marks |= READABLE;
        return;
      }
      slow = { readable: before, rest: NO_EVENT };
      this.aside.slow = slow;
    }
    this.letRead(slow);
  }

  finished(): void {
    this.marks |= FINISHED;
  }

  ended(end: ConnectionEnd): void {
    this.aside.howEnded = end;
    this.marks |= ENDED;
  }

  drained(): void {
    if (this.is(WANTS_DRAINED)) this.marks |= DRAINED;
  }

  resent(segment: Segment, trigger: SegmentResent['trigger']): void {
    const recorder = this.network.simulator.recorder;
    if (!recorder.full) return;
    const { from, to, attempt } = segment;
    recorder.emit({
      k: 'segment.resent',
      n: this.host.name,
      conn: this.connection.name,
      from,
      to,
      attempt,
      trigger,
    });
  }

  /** Tells the host what the transport said. A stopped process is told when it goes on. */
  settle(): void {
    if (this.is(SETTLING) || !this.is(NEWS_OF_TRANSPORT)) return;
    if (this.host.paused && !this.is(ABANDONED)) return;
    this.marks |= SETTLING;
    const recorder = this.network.simulator.recorder;
    const cause = recorder.cause;
    for (let news = this.news(); news !== 0; news = this.news()) {
      const next = news & -news;
      this.marks ^= next;
      recorder.cause = cause;
      this.tell(next);
    }
    this.marks &= ~SETTLING;
  }

  /** What can be told now: the end of a connection comes after the last byte that was readable, however slowly it is read. */
  private news(): number {
    const isRead =
      this.readableTo === this.incoming.arrived && (!this.is(READS_IN_TASKS) || this.unread === 0);
    const news = this.marks & NEWS_OF_TRANSPORT;
    return isRead ? news : news & ~(FINISHED | ENDED);
  }

  private tell(what: number): void {
    const { attendant } = this;
    if (what === READABLE) {
      if (!this.is(ABANDONED)) attendant.readable(this);
    } else if (what === ESTABLISHED) {
      if (this === this.connection.dialler) this.establish();
      else this.accept();
    } else if (what === DRAINED) {
      this.marks &= ~WANTS_DRAINED;
      if (!this.is(ABANDONED)) attendant.drained(this);
    } else if (what === FINISHED) {
      if (!this.is(ABANDONED)) {
        this.incoming.endReading('the peer finished');
        this.announce('finished');
        attendant.finished(this);
      }
    } else {
      this.over();
    }
  }

  private establish(): void {
    if (this.is(ABANDONED)) return;
    this.marks |= DIALLED_WELL;
    this.record('conn.established');
    this.attendant.established(this);
  }

  private accept(): void {
    if (this.is(ABANDONED)) return;
    if (!this.host.listensOn(this.connection.port)) {
      this.abortTransport();
      return;
    }
    this.record('conn.accepted');
    this.host.accepted(this);
  }

  private record(k: 'conn.established' | 'conn.accepted'): void {
    this.network.simulator.record({ k, n: this.host.name, ...this.connection.named });
  }

  /** The transport has come to its end. */
  private over(): void {
    const end = this.#aside!.howEnded;
    const abandoned = this.is(ABANDONED);
    this.announce(end);
    this.marks |= ABANDONED;
    this.incoming.endReading(`connection ${end}`);
    this.outgoing.endWriting(`connection ${end}`);
    this.leave(OVER);
    if (!abandoned) this.attendant.ended(this, end);
  }

  private abandon(how: 'closed' | 'aborted' | 'crashed', manner: CloseManner): void {
    this.announce(how);
    this.marks |= ABANDONED;
    this.incoming.endReading(how === 'crashed' ? `crash of ${this.host.name}` : `${this.host.name} closed`);
    this.stopResting();
    if (this.#aside !== undefined) this.#aside.slow = undefined;
    this.outgoing.cutShort();
    if (!this.is(STANDING)) return;
    const now = this.network.simulator.now;
    if (manner === 'abort') this.abort(now);
    else this.release(now);
    this.settle();
  }

  private abortTransport(): void {
    if (!this.is(STANDING)) return;
    this.abort(this.network.simulator.now);
    this.settle();
  }

  /** Once for each end: what it learned or decided first. */
  announce(end: ConnectionEnded['end']): void {
    if (this.is(ANNOUNCED)) return;
    this.marks |= ANNOUNCED;
    this.host.parted(this);
    this.network.simulator.record({ k: 'conn.ended', n: this.host.name, conn: this.connection.name, end });
  }

  private leave(mark: number): void {
    this.marks = (this.marks & ~(STANDING | NEWS_OF_TRANSPORT)) | mark;
    this.stopResting();
    this.wake(Infinity);
    this.network.left(this);
  }
}
