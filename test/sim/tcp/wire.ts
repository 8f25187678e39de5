/** Two ends and two directed links over an event queue: a network of one connection, for tests of the transport alone. */
import type { ConnectionEnd, Micros } from '../../../src/mqtt/machine.ts';
import { EventQueue } from '../../../src/sim/event-queue.ts';
import { DirectedLink, type LinkOptions, type LossReason } from '../../../src/sim/link.ts';
import { mix } from '../../../src/sim/rng.ts';
import {
  bytesOnWire,
  createTcpEnd,
  resetFor,
  segmentKey,
  type TcpOptions,
} from '../../../src/sim/tcp/index.ts';
import type { Segment, TransportEnd } from '../../../src/sim/transport.ts';

export type Side = 'dialler' | 'listener';

export interface Sent {
  at: Micros;
  segment: Segment;
  /** When it arrives, or why not. */
  fate: Micros | LossReason | 'hold' | 'rule';
}

export interface Resent {
  at: Micros;
  from: number;
  attempt: number;
  trigger: 'timeout' | 'tail-probe' | 'fast';
}

export interface WireOptions {
  seed?: number;
  there?: LinkOptions;
  back?: LinkOptions;
  dialler?: TcpOptions;
  listener?: TcpOptions;
  /** Nobody listens: the host answers the SYN with a reset. */
  closedPort?: boolean;
  /** Whether the applications read at once what is readable; they do by default. */
  readsAtOnce?: boolean;
  /** Keeps a record of every segment. */
  records?: boolean;
}

/** What one side has seen. */
export class Station {
  readonly name: Side;
  end: TransportEnd;
  readonly link: DirectedLink;
  readonly sent: Sent[] = [];
  readonly resent: Resent[] = [];
  established: Micros = -1;
  readable = 0;
  finished: Micros = -1;
  ended: ConnectionEnd | undefined;
  endedAt: Micros = -1;
  endings = 0;
  drains = 0;
  /** Set to lose what this side sends. */
  loses: (segment: Segment) => boolean = () => false;
  /** Called with every step of what is readable. */
  onReadable: (to: number, now: Micros) => void = () => {};
  /** Called with every segment that reaches this side. */
  onArrived: (segment: Segment) => void = () => {};
  timer = -1;
  readonly key: number;
  readonly held: Segment[] = [];

  constructor(name: Side, link: DirectedLink, key: number) {
    this.name = name;
    this.link = link;
    this.key = key;
    this.end = undefined as unknown as TransportEnd;
  }

  /** Times of the repetitions. */
  get resentAt(): Micros[] {
    return this.resent.map((each) => each.at);
  }
}

const ARRIVAL = 0;
const WAKE = 1;
const CALL = 2;

type Argument = Segment | (() => void) | undefined;

const QUICK: LinkOptions = { latencyMicros: 25_000 };

export class Wire {
  now: Micros = 0;
  readonly dialler: Station;
  readonly listener: Station;
  readonly #queue = new EventQueue<Station, Argument>();
  readonly #options: WireOptions;
  events = 0;
  /** The longest the queue ever asked to wait: no timer may be further away than that. */
  longestWait: Micros = 0;

  constructor(options: WireOptions = {}) {
    this.#options = options;
    const seed = options.seed ?? 1;
    const there = options.there ?? QUICK;
    this.dialler = new Station('dialler', new DirectedLink(there, mix(seed, 1)), 1);
    this.listener = new Station('listener', new DirectedLink(options.back ?? there, mix(seed, 2)), 2);
    this.#make(this.dialler, options.dialler ?? {});
    this.#make(this.listener, options.listener ?? {});
  }

  #make(station: Station, options: TcpOptions): void {
    station.end = createTcpEnd(options, {
      transmit: (segment) => this.transmit(station, segment),
      wake: (at) => this.#wake(station, at),
      established: () => {
        if (station.established >= 0) throw new Error('established twice');
        station.established = this.now;
      },
      readable: (to) => {
        if (to <= station.readable) throw new Error(`readable went from ${station.readable} to ${to}`);
        station.readable = to;
        station.onReadable(to, this.now);
        if (this.#options.readsAtOnce ?? true)
          this.at(this.now, () => station.end.read(this.now, station.readable));
      },
      finished: () => {
        if (station.finished >= 0) throw new Error('finished twice');
        station.finished = this.now;
      },
      ended: (end) => {
        station.endings++;
        station.ended = end;
        station.endedAt = this.now;
      },
      drained: () => {
        station.drains++;
      },
      resent: (segment, trigger) => {
        station.resent.push({ at: this.now, from: segment.from, attempt: segment.attempt, trigger });
      },
    });
  }

  /** Also for segments that a test forges. */
  transmit(station: Station, segment: Segment): void {
    let fate: Sent['fate'] = 'rule';
    if (!station.loses(segment)) {
      fate = station.link.send(this.now, bytesOnWire(segment), mix(station.key, segmentKey(segment)));
      if (fate === 'hold') station.held.push(segment);
      if (typeof fate === 'number') {
        if (!(Number.isSafeInteger(fate) && fate >= this.now)) throw new Error(`arrival at ${fate}`);
        this.#queue.schedule(fate, ARRIVAL, this.peerOf(station), segment, 0);
      }
    }
    if (this.#options.records ?? true) station.sent.push({ at: this.now, segment, fate });
  }

  release(station: Station): void {
    for (const segment of station.held.splice(0)) this.transmit(station, segment);
  }

  peerOf(station: Station): Station {
    return station === this.dialler ? this.listener : this.dialler;
  }

  #wake(station: Station, at: Micros): void {
    if (station.timer >= 0) this.#queue.cancel(station.timer);
    station.timer = -1;
    if (at === Infinity) return;
    if (!Number.isSafeInteger(at) || at < this.now) throw new Error(`a timer at ${at}, ${this.now} is now`);
    this.longestWait = Math.max(this.longestWait, at - this.now);
    station.timer = this.#queue.schedule(at, WAKE, station, undefined, 0);
  }

  /** Does something later. */
  at(time: Micros, act: () => void): void {
    this.#queue.schedule(time, CALL, this.dialler, act, 0);
  }

  get pending(): number {
    return this.#queue.size;
  }

  /** Runs until nothing is due before `until`. */
  run(until: Micros = Infinity): void {
    const queue = this.#queue;
    while (queue.nextAt <= until && queue.size > 0) {
      this.now = queue.nextAt;
      const id = queue.take();
      const kind = queue.kindOf(id);
      const station = queue.subjectOf(id);
      const argument = queue.argumentOf(id);
      queue.release(id);
      if (++this.events > 50_000_000) throw new Error('the wire does not come to rest');
      if (kind === ARRIVAL) this.#arrive(station, argument as Segment);
      else if (kind === WAKE) {
        station.timer = -1;
        station.end.woken(this.now);
      } else (argument as () => void)();
    }
    if (until !== Infinity) this.now = until;
  }

  #arrive(station: Station, segment: Segment): void {
    if (station === this.listener && (this.#options.closedPort ?? false)) {
      if (!segment.rst) this.transmit(station, resetFor(segment));
      return;
    }
    station.onArrived(segment);
    station.end.arrived(this.now, segment);
  }

  /** Dials and waits until both ends stand. */
  connect(): this {
    this.dialler.end.dial(this.now);
    this.run(this.now + 1_000_000);
    return this;
  }

  write(station: Station, length: number): void {
    station.end.write(this.now, length);
  }
}

export const MS = 1_000;
export const S = 1_000_000;
