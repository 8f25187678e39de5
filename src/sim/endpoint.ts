/**
 * One end of a connection, on its host.
 *
 * The transport is told what arrives and says what follows; an endpoint collects what it says and acts when the
 * transport has finished speaking, so neither a transport nor a machine is ever called from inside itself.
 */
import type { CloseManner, ConnectionEnd, Micros } from '../mqtt/machine.ts';
import type { ConnectionEnded, SegmentResent } from '../trace/event.ts';
import type { Connection } from './connection.ts';
import type { Lane } from './duplex-link.ts';
import { type EventId, NO_EVENT } from './event-queue.ts';
import type { Attendant, Host } from './host.ts';
import { IdealEnd } from './ideal.ts';
import type { Line } from './line.ts';
import type { DirectedLink } from './link.ts';
import type { Ruled } from './link-rules.ts';
import type { Network } from './network.ts';
import type { Happening } from './simulator.ts';
import type { Tap } from './tap.ts';
import type { Segment, TransportEnd, TransportSink } from './transport.ts';

const ARRIVAL = 1;
const TIMER = 2;
const NEWS = 3;
const RESTED = 4;

/** What the transport said and the host has not been told yet, in the order in which it is told. */
const ESTABLISHED = 1;
const READABLE = 2;
const DRAINED = 4;
const FINISHED = 8;
const ENDED = 16;

/** As much as a slow application takes at once. */
const SIP_BYTES = 1_024;

/** A writer that waits for room is told when there is as much: a third of a fresh send buffer, as on Linux. */
const TOLD_ROOM_BYTES = 15_296;

export class Endpoint implements Line, TransportSink, Happening {
  // What every segment needs comes first, to lie together in memory.
  readonly host: Host;
  /** Who is told what happens: the host, or what it has put in between. */
  attendant: Attendant<Endpoint>;
  outgoing: Tap;
  incoming: Tap;
  /** The path of the lane, which every segment needs. */
  readonly path: DirectedLink;
  readonly #network: Network;
  #end: TransportEnd | undefined;
  /** Offsets up to which everything has arrived, and up to which the application may read: less, if it is slow. */
  #arrived = 0;
  #readable = 0;
  #pending = 0;
  #settling = false;
  #state: 'unborn' | 'standing' | 'over' | 'gone' = 'unborn';
  /** The application has closed, or died: the host goes on alone. */
  #abandoned = false;
  /** Of the dialler. */
  #isEstablished = false;
  #wantsDrained = false;
  #wantsRoom = false;
  /**
   * The application reads when it comes to it, in tasks of its own: what it has not read is unread when it closes or dies, and it learns
   * of the end of the connection after the last byte.
   */
  readsInTasks = false;
  /** True when a rule or a middlebox has to look at what is sent. */
  supervised = false;
  /** For the host to find what it knows of this connection by; 0 is nothing. */
  tag = 0;
  /** Of the connection and direction: what the luck of its segments starts from. */
  readonly hash: number;
  /** The endpoint at the other side; set once by the connection. */
  other!: Endpoint;
  /** When it last sent something. */
  sentAt: Micros = 0;
  readonly connection: Connection;
  /** The direction of the link that carries what this endpoint sends. */
  readonly lane: Lane;
  /** What rules of the link have done to what this endpoint sends; undefined when none has looked. */
  ruled: Ruled | undefined;
  #timer: EventId = NO_EVENT;
  /** While a slow application is busy with what it has read. */
  #rest: EventId = NO_EVENT;
  #announced = false;
  #howEnded: ConnectionEnd = 'closed';

  constructor(
    network: Network,
    connection: Connection,
    host: Host,
    outgoing: Tap,
    incoming: Tap,
    lane: Lane,
    hash: number,
  ) {
    this.#network = network;
    this.connection = connection;
    this.host = host;
    this.attendant = host;
    this.outgoing = outgoing;
    this.incoming = incoming;
    this.lane = lane;
    this.path = lane.path;
    this.hash = hash;
  }

  /** True while the host of this endpoint knows the connection. */
  get known(): boolean {
    return this.#state === 'standing';
  }

  /** This end takes the connection for standing, and never hears from the other again. */
  get isHalfOpen(): boolean {
    return this.known && (this.connection.forgotten !== undefined || !this.other.known);
  }

  /** The other application has gone, and this one will hear of it: the goodbye of its host is under way. */
  get isBeingLeft(): boolean {
    return this.known && !this.#announced && this.other.#abandoned && !this.isHalfOpen;
  }

  /** This end has dialled, and the connection does not stand yet. */
  get isOpening(): boolean {
    return this.known && !this.#isEstablished && !this.#abandoned && this === this.connection.dialler;
  }

  get transport(): TransportEnd | undefined {
    return this.#end;
  }

  /* What the application may do. */

  /** Bytes in order, immutable from now on. False when the connection is over and they went nowhere. */
  write(bytes: Uint8Array): boolean {
    if (this.#abandoned || this.#state !== 'standing') return false;
    this.outgoing.write(bytes);
    const { simulator } = this.#network;
    this.#end!.write(simulator.now, bytes.length);
    // Whoever writes is in the middle of something: a process that goes on after a stop has more to read, and must not be led into it.
    if (this.#pending !== 0 && !this.#settling && this.#news() !== 0)
      simulator.schedule(simulator.now, NEWS, this);
    return true;
  }

  /** Reads on to the end of a packet at most, of a frame on a WebSocket; undefined when there is nothing. Call {@link consumed} after the last. */
  readPacket(): Uint8Array | undefined {
    return this.incoming.readUnit(this.#readable);
  }

  /** Reads whatever is there, at most `limit` bytes. Call {@link consumed} after the last. */
  readBytes(limit: number): Uint8Array | undefined {
    return this.incoming.readBytes(this.#readable, limit);
  }

  /** Bytes that can be read now. */
  get unread(): number {
    return this.incoming.over ? 0 : this.#readable - this.incoming.read;
  }

  /** What was read makes room for more. */
  consumed(): void {
    if (this.#state !== 'standing') return;
    const { simulator } = this.#network;
    this.#end!.read(simulator.now, this.incoming.read);
    if (this.readsInTasks && this.#news() !== 0) simulator.schedule(simulator.now, NEWS, this);
  }

  /** How the transport came to its end, if the application is not told yet because there is something left to read. */
  get brokenBy(): ConnectionEnd | undefined {
    return (this.#pending & ENDED) === 0 ? undefined : this.#howEnded;
  }

  /** Bytes written that the peer's host has not acknowledged. */
  get backlog(): number {
    if (this.#end === undefined || this.#state !== 'standing') return 0;
    const backlog = this.#end.backlog;
    if (backlog > 0) this.#wantsDrained = true;
    return backlog;
  }

  /** Bytes that the host takes without letting the application wait; when there are none, `drained` tells that there are. */
  get room(): number {
    if (this.#end === undefined || this.#state !== 'standing') return Number.POSITIVE_INFINITY;
    const { room } = this.#end;
    this.#wantsRoom = room === 0;
    return room;
  }

  /** The application is done with the connection, both ways: what still comes is answered by a reset. */
  close(manner: CloseManner): void {
    if (this.#abandoned) return;
    // What is readable here has been read by the process, even if it stopped looking at it.
    if (manner === 'finish' && this.#state === 'standing' && !this.readsInTasks)
      this.#end!.read(this.#network.simulator.now, this.#readable);
    this.#abandon(manner === 'finish' ? 'closed' : 'aborted', manner);
  }

  /** The application will write no more, and goes on reading. */
  finishWriting(): void {
    if (this.#abandoned || this.#state !== 'standing') return;
    this.outgoing.cutShort();
    this.#end!.finish(this.#network.simulator.now);
    this.settle();
  }

  /* What can befall the host. */

  /** The process died: its host finishes for it, or resets when there was something it had not read. */
  processDied(): void {
    if (this.#abandoned) return;
    // It may die over what it has just read.
    this.consumed();
    this.#abandon('crashed', 'finish');
  }

  /** The host lost its memory: not even a goodbye. */
  powerLost(): void {
    if (this.#state !== 'standing') return;
    this.announce('crashed');
    this.#abandoned = true;
    this.incoming.endReading(this.#arrived, `power cut of ${this.host.name}`);
    this.outgoing.endWriting(`power cut of ${this.host.name}`);
    if (this.#end instanceof IdealEnd) this.#end.vanish();
    this.#leave('gone');
  }

  /* What the network brings. */

  dial(end: TransportEnd): void {
    this.#end = end;
    this.#state = 'standing';
    end.dial(this.#network.simulator.now);
    this.settle();
  }

  due(kind: number, argument: unknown): void {
    if (kind === ARRIVAL) {
      this.#network.arrive(this, argument as Segment);
      return;
    }
    if (kind === RESTED) {
      this.#rest = NO_EVENT;
      this.#letRead();
    } else if (kind === TIMER) {
      this.#timer = NO_EVENT;
      this.#end!.woken(this.#network.simulator.now);
    }
    this.settle();
  }

  /** A segment will be here at `at`. */
  expect(at: Micros, segment: Segment): void {
    this.#network.simulator.schedule(at, ARRIVAL, this, segment);
  }

  /** The first SYN reached a listener. */
  listen(end: TransportEnd): void {
    this.#end = end;
    this.#state = 'standing';
  }

  /** True when no SYN has reached this listener yet. */
  get unborn(): boolean {
    return this.#state === 'unborn';
  }

  /** True while the host remembers the connection, if only that it is over. */
  get remembered(): boolean {
    return this.#state === 'standing' || this.#state === 'over';
  }

  /** Offset up to which everything has arrived here. */
  get arrivedTo(): number {
    return this.#arrived;
  }

  take(segment: Segment): void {
    this.#end!.arrived(this.#network.simulator.now, segment);
    if (this.#wantsRoom) this.#lookForRoom();
    this.settle();
    const other = this.other;
    if (other.#wantsRoom) other.#lookForRoom();
    if (other.#pending !== 0) other.settle();
  }

  #lookForRoom(): void {
    if (this.#state !== 'standing' || this.#end!.room < TOLD_ROOM_BYTES) return;
    this.#wantsRoom = false;
    this.#pending |= DRAINED;
  }

  /** The application is slow no longer: it reads what has waited for it. */
  hurry(): void {
    this.#stopResting();
    this.#letRead();
    this.settle();
  }

  /** A slow application takes a sip, and is busy with it for as long as its pace says; any other may read all there is. */
  #letRead(): void {
    if (this.#readable === this.#arrived || this.#rest !== NO_EVENT) return;
    const { readingPace } = this.host;
    if (readingPace === Infinity || this.#abandoned) {
      this.#readable = this.#arrived;
    } else {
      const { simulator } = this.#network;
      const sip = Math.min(this.#arrived - this.#readable, SIP_BYTES);
      this.#readable += sip;
      this.#rest = simulator.schedule(simulator.now + Math.ceil((sip * 1e6) / readingPace), RESTED, this);
    }
    this.#pending |= READABLE;
  }

  #stopResting(): void {
    if (this.#rest !== NO_EVENT) this.#network.simulator.cancel(this.#rest);
    this.#rest = NO_EVENT;
  }

  /* What the transport says. */

  transmit(segment: Segment): void {
    if (segment.to > this.outgoing.transmitted) this.outgoing.transmitted = segment.to;
    this.#network.carry(this, segment);
  }

  wake(at: Micros): void {
    const simulator = this.#network.simulator;
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
    this.#pending |= ESTABLISHED;
  }

  readable(to: number): void {
    this.#arrived = to;
    this.#letRead();
  }

  finished(): void {
    this.#pending |= FINISHED;
  }

  ended(end: ConnectionEnd): void {
    this.#howEnded = end;
    this.#pending |= ENDED;
  }

  drained(): void {
    if (this.#wantsDrained) this.#pending |= DRAINED;
  }

  resent(segment: Segment, trigger: SegmentResent['trigger']): void {
    const recorder = this.#network.simulator.recorder;
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
    if (this.#settling || this.#pending === 0) return;
    if (this.host.paused && !this.#abandoned) return;
    this.#settling = true;
    const recorder = this.#network.simulator.recorder;
    const cause = recorder.cause;
    for (let news = this.#news(); news !== 0; news = this.#news()) {
      const next = news & -news;
      this.#pending ^= next;
      recorder.cause = cause;
      this.#tell(next);
    }
    this.#settling = false;
  }

  /** What can be told now: the end of a connection comes after the last byte that was readable, however slowly it is read. */
  #news(): number {
    const isRead = this.#readable === this.#arrived && (!this.readsInTasks || this.unread === 0);
    return isRead ? this.#pending : this.#pending & ~(FINISHED | ENDED);
  }

  #tell(what: number): void {
    const { attendant } = this;
    if (what === READABLE) {
      if (!this.#abandoned) attendant.readable(this);
    } else if (what === ESTABLISHED) {
      if (this === this.connection.dialler) this.#establish();
      else this.#accept();
    } else if (what === DRAINED) {
      this.#wantsDrained = false;
      if (!this.#abandoned) attendant.drained(this);
    } else if (what === FINISHED) {
      if (!this.#abandoned) {
        this.incoming.endReading(this.#arrived, 'the peer finished');
        this.announce('finished');
        attendant.finished(this);
      }
    } else {
      this.#over();
    }
  }

  #establish(): void {
    if (this.#abandoned) return;
    this.#isEstablished = true;
    this.#record('conn.established');
    this.attendant.established(this);
  }

  #accept(): void {
    if (this.#abandoned) return;
    if (!this.host.listensOn(this.connection.port)) {
      this.#abortTransport();
      return;
    }
    this.#record('conn.accepted');
    this.host.accepted(this);
  }

  #record(k: 'conn.established' | 'conn.accepted'): void {
    this.#network.simulator.record({ k, n: this.host.name, ...this.connection.named });
  }

  /** The transport has come to its end. */
  #over(): void {
    const end = this.#howEnded;
    const abandoned = this.#abandoned;
    this.announce(end);
    this.#abandoned = true;
    this.incoming.endReading(this.#arrived, `connection ${end}`);
    this.outgoing.endWriting(`connection ${end}`);
    this.#leave('over');
    if (!abandoned) this.attendant.ended(this, end);
  }

  #abandon(how: 'closed' | 'aborted' | 'crashed', manner: CloseManner): void {
    this.announce(how);
    this.#abandoned = true;
    this.incoming.endReading(
      this.#arrived,
      how === 'crashed' ? `crash of ${this.host.name}` : `${this.host.name} closed`,
    );
    this.#stopResting();
    this.#readable = this.#arrived;
    this.outgoing.cutShort();
    if (this.#state !== 'standing') return;
    const end = this.#end!;
    const now = this.#network.simulator.now;
    if (manner === 'abort') end.abort(now);
    else end.release(now);
    this.settle();
  }

  #abortTransport(): void {
    if (this.#state !== 'standing') return;
    this.#end!.abort(this.#network.simulator.now);
    this.settle();
  }

  /** Once for each end: what it learned or decided first. */
  announce(end: ConnectionEnded['end']): void {
    if (this.#announced) return;
    this.#announced = true;
    this.host.parted(this);
    this.#network.simulator.record({ k: 'conn.ended', n: this.host.name, conn: this.connection.name, end });
  }

  #leave(state: 'over' | 'gone'): void {
    this.#state = state;
    this.#pending = 0;
    this.#stopResting();
    this.wake(Infinity);
    this.#network.left(this);
  }
}
