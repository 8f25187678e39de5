/**
 * One direction of a link: decides when, and whether, what is sent arrives.
 *
 * A segment waits for those before it, is put on the wire at the rate of the link, and takes the fixed delay and its jitter:
 * departure = max(now, busy) + 8 * bytes / rate, arrival = departure + delay + jitter. Order is kept unless
 * `reorder` is set. Its fate is decided when it is sent: what has departed before a fault begins still arrives.
 */
import type { Micros } from '../mqtt/machine.ts';
import type { SegmentLost } from '../trace/event.ts';
import { checkJitter, checkMicros, drawJitter, type Jitter, LinkOptionError } from './jitter.ts';
import { BurstSchedule, checkLoss, checkProbability, type Loss } from './loss.ts';
import { luck, luckFor } from './rng.ts';

export interface LinkOptions {
  /** The fixed part of the way, one direction. */
  latencyMicros: Micros;
  jitter?: Jitter;
  loss?: Loss;
  /** Bits per second; Infinity, the default, puts everything on the wire at once. */
  rate?: number;
  /** What may wait for the wire; the last to come is dropped. Without one of them 1,000 packets, as Linux interfaces have. */
  queue?: { bytes: number } | { packets: number };
  /** Jitter may let a segment overtake another; it does not by default. */
  reorder?: boolean;
}

/** What a fault does to a direction while it lasts. Any number may be in force; each is lifted on its own. */
export type LinkFault =
  | { kind: 'partition' }
  /** Swallows everything as a partition does, under its own name in the trace: a peer that is gone without a word. */
  | { kind: 'black-hole' }
  /** Nothing is lost, nothing passes until it is lifted. */
  | { kind: 'hold' }
  /** Everything takes longer; several add up. */
  | { kind: 'latency'; extraMicros: Micros }
  /** This much is lost at least; of several, and of what the link loses anyway, the worst counts. */
  | { kind: 'loss'; probability: number }
  /** This is all that is left of the rate; of several the least counts. */
  | { kind: 'bandwidth'; rate: number };

/** Why a segment does not arrive. */
export type LossReason = Extract<
  SegmentLost['reason'],
  'loss' | 'burst' | 'partition' | 'queue-full' | 'black-hole'
>;

/**
 * When the segment arrives, or why it does not. `'hold'` is no loss: the caller keeps the segment and sends it again, with those that
 * are held behind it, when the hold is lifted.
 */
export type Fate = Micros | LossReason | 'hold';

const DEFAULT_QUEUE_PACKETS = 1_000;
const BITS_PER_BYTE = 8;
const MICROS_PER_SECOND = 1_000_000;

/** Purposes of luck, so that what is lost says nothing about what is late. */
const FOR_LOSS = 1;
const FOR_JITTER = 2;
const FOR_BURSTS = 3;
const FOR_FAULTS = 4;

const NO_JITTER: Jitter = { kind: 'none' };

export class DirectedLink {
  // What every segment needs comes first, to lie together in memory.
  #closed: LossReason | 'hold' | undefined;
  readonly #bursts: BurstSchedule | undefined;
  readonly #loss: Loss;
  readonly #lossSeed: number;
  #faultLoss = 0;
  /** Nothing limits the rate: whatever is sent is on the wire at once. */
  #unlimited: boolean;
  readonly #latency: Micros;
  #extra: Micros = 0;
  /** Width of a uniform jitter, the commonest by far; 0 for others. */
  readonly #uniformWidth: Micros;
  readonly #jitterSeed: number;
  readonly #jitter: Jitter;
  readonly #reorder: boolean;
  #lastArrival: Micros = 0;
  readonly #faultSeed: number;
  readonly #rate: number;
  #faultRate = Infinity;
  readonly #queueBytes: number;
  readonly #queuePackets: number;
  /** Undefined until the first befalls. */
  #faults: Map<string, LinkFault> | undefined;

  /** When the wire is free; a fraction of a microsecond counts at high rates. */
  #busyUntil: Micros = 0;
  /** When those that wait depart, oldest first from `#firstWaiting`; kept only where packets are counted. */
  readonly #departures: Micros[] = [];
  #firstWaiting = 0;

  /**
   * @param seed the luck of this direction, `streams.luckSeed('link', name, direction)`.
   * @throws LinkOptionError for numbers that make no sense.
   */
  constructor(options: LinkOptions, seed: number) {
    checkMicros(options.latencyMicros, 'latency');
    this.#latency = options.latencyMicros;
    this.#jitter = options.jitter ?? NO_JITTER;
    checkJitter(this.#jitter);
    this.#uniformWidth = this.#jitter.kind === 'uniform' ? this.#jitter.widthMicros : 0;
    this.#loss = options.loss ?? 0;
    checkLoss(this.#loss);
    this.#rate = options.rate ?? Infinity;
    checkRate(this.#rate, 'rate');
    this.#unlimited = this.#rate === Infinity;
    const queue = options.queue ?? { packets: DEFAULT_QUEUE_PACKETS };
    this.#queueBytes = 'bytes' in queue ? queue.bytes : Infinity;
    this.#queuePackets = 'packets' in queue ? queue.packets : Infinity;
    if (!(this.#queueBytes > 0 && this.#queuePackets > 0))
      throw new LinkOptionError('a queue must hold something');
    this.#reorder = options.reorder ?? false;
    this.#lossSeed = luckFor(seed, FOR_LOSS);
    this.#jitterSeed = luckFor(seed, FOR_JITTER);
    this.#faultSeed = luckFor(seed, FOR_FAULTS);
    if (typeof this.#loss === 'object') {
      this.#bursts = new BurstSchedule(
        this.#loss.goodMicros,
        this.#loss.badMicros,
        luckFor(seed, FOR_BURSTS),
      );
    }
  }

  /** A fault begins; its id names it to {@link lift}. */
  impose(id: string, fault: LinkFault): void {
    this.#faults ??= new Map();
    if (this.#faults.has(id)) throw new LinkOptionError(`fault ${id} is already in force on this link`);
    if (fault.kind === 'latency') checkMicros(fault.extraMicros, `extra latency of fault ${id}`);
    if (fault.kind === 'loss') checkProbability(fault.probability, `loss of fault ${id}`);
    if (fault.kind === 'bandwidth') checkRate(fault.rate, `rate of fault ${id}`);
    this.#faults.set(id, fault);
    this.#weighFaults(this.#faults);
  }

  /** A fault ends; one that is not in force is no error, since healing lifts everything. */
  lift(id: string): void {
    if (this.#faults?.delete(id)) this.#weighFaults(this.#faults);
  }

  /** Whether a hold is in force and nothing worse. */
  get isHeld(): boolean {
    return this.#closed === 'hold';
  }

  #weighFaults(faults: ReadonlyMap<string, LinkFault>): void {
    this.#closed = undefined;
    this.#extra = 0;
    this.#faultLoss = 0;
    this.#faultRate = Infinity;
    for (const fault of faults.values()) {
      switch (fault.kind) {
        case 'partition':
        case 'black-hole':
          if (this.#closed === undefined || this.#closed === 'hold') this.#closed = fault.kind;
          break;
        case 'hold':
          this.#closed ??= 'hold';
          break;
        case 'latency':
          this.#extra += fault.extraMicros;
          break;
        case 'loss':
          this.#faultLoss = Math.max(this.#faultLoss, fault.probability);
          break;
        case 'bandwidth':
          this.#faultRate = Math.min(this.#faultRate, fault.rate);
          break;
      }
    }
    this.#unlimited = this.#rate === Infinity && this.#faultRate === Infinity;
  }

  /**
   * Sends `bytes` (headers included) at `now`, which never goes back. `key` says what is sent: `segmentKey` with connection and
   * direction mixed in. The same key has the same luck, whatever was sent before.
   */
  send(now: Micros, bytes: number, key: number): Fate {
    if (this.#closed !== undefined) return this.#closed;
    const bad = this.#bursts?.isBadAt(now) ?? false;
    const base = this.#lossNow(bad);
    const drawn = base > 0 ? luck(this.#lossSeed, key) : 1;
    if (drawn < base) return bad ? 'burst' : 'loss';
    // A fault has luck of its own: healing it changes nothing for what the link itself loses.
    if (this.#faultLoss > 0 && luck(this.#faultSeed, key) < this.#faultLoss) return 'loss';

    const departure = this.#depart(now, bytes, bad);
    if (departure < 0) return 'queue-full';
    let delay = this.#latency + this.#extra;
    if (bad && typeof this.#loss === 'object') delay += this.#loss.badDelayMicros ?? 0;
    if (this.#uniformWidth > 0) delay += luck(this.#jitterSeed, key) * this.#uniformWidth;
    else if (this.#jitter !== NO_JITTER) delay += drawJitter(this.#jitter, luck(this.#jitterSeed, key));
    const arrival = Math.ceil(departure + delay);
    if (this.#reorder) return arrival;
    if (arrival > this.#lastArrival) this.#lastArrival = arrival;
    return this.#lastArrival;
  }

  #lossNow(bad: boolean): number {
    if (typeof this.#loss === 'number') return this.#loss;
    return bad ? (this.#loss.badLoss ?? 1) : (this.#loss.goodLoss ?? 0);
  }

  /** @returns when the last bit is on the wire, or -1 when the queue is full. */
  #depart(now: Micros, bytes: number, bad: boolean): Micros {
    if (this.#unlimited) return Math.max(now, this.#busyUntil);
    let rate = Math.min(this.#rate, this.#faultRate);
    if (bad && typeof this.#loss === 'object') rate *= this.#loss.badRate ?? 1;
    if (this.#busyUntil > now) {
      const waitingBytes = ((this.#busyUntil - now) * rate) / (BITS_PER_BYTE * MICROS_PER_SECOND);
      if (waitingBytes + bytes > this.#queueBytes) return -1;
    }
    if (this.#queuePackets !== Infinity && this.#waiting(now) >= this.#queuePackets) return -1;
    const departure = Math.max(now, this.#busyUntil) + (BITS_PER_BYTE * MICROS_PER_SECOND * bytes) / rate;
    this.#busyUntil = departure;
    if (this.#queuePackets !== Infinity) this.#departures.push(departure);
    return departure;
  }

  #waiting(now: Micros): number {
    const departures = this.#departures;
    while (this.#firstWaiting < departures.length && departures[this.#firstWaiting]! <= now)
      this.#firstWaiting++;
    if (this.#firstWaiting === departures.length) {
      departures.length = 0;
      this.#firstWaiting = 0;
    } else if (this.#firstWaiting > 64 && this.#firstWaiting * 2 > departures.length) {
      departures.splice(0, this.#firstWaiting);
      this.#firstWaiting = 0;
    }
    return departures.length - this.#firstWaiting;
  }
}

function checkRate(rate: number, what: string): void {
  if (!(rate > 0)) throw new LinkOptionError(`${what} must be above 0 bits per second, not ${rate}`);
}
