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
import { Wire } from './wire.ts';

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

/** Purposes of luck, so that what is lost says nothing about what is late. */
const FOR_LOSS = 1;
const FOR_JITTER = 2;
const FOR_BURSTS = 3;
const FOR_FAULTS = 4;

const NO_JITTER: Jitter = { kind: 'none' };

/** What a direction was told to be, checked: of all that were told the same there can be one. */
export class LinkTerms {
  readonly latency: Micros;
  readonly jitter: Jitter;
  /** Width of a uniform jitter, the commonest by far; 0 for others. */
  readonly uniformWidth: Micros;
  readonly loss: Loss;
  readonly rate: number;
  readonly queueBytes: number;
  readonly queuePackets: number;
  readonly reorder: boolean;
  /** Of the link that was declared last. */
  static #last: LinkTerms | undefined;

  /**
   * A fleet is declared one link after the other, and all of them share their terms.
   *
   * @throws LinkOptionError for numbers that make no sense.
   */
  static of(options: LinkOptions): LinkTerms {
    const last = LinkTerms.#last;
    if (last?.are(options) === true) return last;
    LinkTerms.#last = new LinkTerms(options);
    return LinkTerms.#last;
  }

  /** @throws LinkOptionError for numbers that make no sense. */
  constructor(options: LinkOptions) {
    checkMicros(options.latencyMicros, 'latency');
    this.latency = options.latencyMicros;
    this.jitter = options.jitter ?? NO_JITTER;
    checkJitter(this.jitter);
    this.uniformWidth = this.jitter.kind === 'uniform' ? this.jitter.widthMicros : 0;
    this.loss = options.loss ?? 0;
    checkLoss(this.loss);
    this.rate = options.rate ?? Infinity;
    checkRate(this.rate, 'rate');
    const queue = options.queue ?? { packets: DEFAULT_QUEUE_PACKETS };
    this.queueBytes = 'bytes' in queue ? queue.bytes : Infinity;
    this.queuePackets = 'packets' in queue ? queue.packets : Infinity;
    if (!(this.queueBytes > 0 && this.queuePackets > 0))
      throw new LinkOptionError('a queue must hold something');
    this.reorder = options.reorder ?? false;
  }

  /** Whether these options come to the same; those of more than numbers are compared with none. */
  are({
    latencyMicros,
    jitter = NO_JITTER,
    loss = 0,
    rate = Infinity,
    queue,
    reorder = false,
  }: LinkOptions): boolean {
    return (
      latencyMicros === this.latency &&
      (jitter.kind === 'uniform'
        ? this.jitter.kind === 'uniform' && jitter.widthMicros === this.uniformWidth
        : jitter === this.jitter) &&
      typeof loss === 'number' &&
      loss === this.loss &&
      rate === this.rate &&
      queue === undefined &&
      this.queuePackets === DEFAULT_QUEUE_PACKETS &&
      reorder === this.reorder
    );
  }
}

/** What faults come to, of those that are in force. */
class Impairment {
  readonly faults = new Map<string, LinkFault>();
  readonly seed: number;
  closed: LossReason | 'hold' | undefined;
  extra: Micros = 0;
  loss = 0;
  rate = Infinity;

  constructor(seed: number) {
    this.seed = seed;
  }

  weigh(): void {
    this.closed = undefined;
    this.extra = 0;
    this.loss = 0;
    this.rate = Infinity;
    for (const fault of this.faults.values()) {
      switch (fault.kind) {
        case 'partition':
        case 'black-hole':
          if (this.closed === undefined || this.closed === 'hold') this.closed = fault.kind;
          break;
        case 'hold':
          this.closed ??= 'hold';
          break;
        case 'latency':
          this.extra += fault.extraMicros;
          break;
        case 'loss':
          this.loss = Math.max(this.loss, fault.probability);
          break;
        case 'bandwidth':
          this.rate = Math.min(this.rate, fault.rate);
          break;
      }
    }
  }
}

/** What makes a direction another at one time than at others. */
class Weather {
  bursts: BurstSchedule | undefined;
  /** Undefined until the first fault befalls. */
  impairment: Impairment | undefined;
  /** Undefined where everything has always been on the wire at once. */
  wire: Wire | undefined;
}

export class DirectedLink {
  readonly #terms: LinkTerms;
  readonly #seed: number;
  #lastArrival: Micros = 0;
  /** Undefined as long as all that is sent has the same to expect. */
  #weather: Weather | undefined;

  /**
   * @param seed the luck of this direction, `streams.luckSeed('link', name, direction)`.
   * @throws LinkOptionError for numbers that make no sense.
   */
  constructor(options: LinkOptions | LinkTerms, seed: number) {
    const terms = options instanceof LinkTerms ? options : new LinkTerms(options);
    this.#terms = terms;
    this.#seed = seed;
    if (typeof terms.loss === 'object') {
      const { goodMicros, badMicros } = terms.loss;
      this.#weather = new Weather();
      this.#weather.bursts = new BurstSchedule(goodMicros, badMicros, luckFor(seed, FOR_BURSTS));
    }
  }

  /** A fault begins; its id names it to {@link lift}. */
  impose(id: string, fault: LinkFault): void {
    this.#weather ??= new Weather();
    const weather = this.#weather;
    weather.impairment ??= new Impairment(luckFor(this.#seed, FOR_FAULTS));
    const { faults } = weather.impairment;
    if (faults.has(id)) throw new LinkOptionError(`fault ${id} is already in force on this link`);
    if (fault.kind === 'latency') checkMicros(fault.extraMicros, `extra latency of fault ${id}`);
    if (fault.kind === 'loss') checkProbability(fault.probability, `loss of fault ${id}`);
    if (fault.kind === 'bandwidth') checkRate(fault.rate, `rate of fault ${id}`);
    faults.set(id, fault);
    weather.impairment.weigh();
  }

  /** A fault ends; one that is not in force is no error, since healing lifts everything. */
  lift(id: string): void {
    const impairment = this.#weather?.impairment;
    if (impairment?.faults.delete(id)) impairment.weigh();
  }

  /** Whether a hold is in force and nothing worse. */
  get isHeld(): boolean {
    return this.#weather?.impairment?.closed === 'hold';
  }

  private get wire(): Wire {
    this.#weather ??= new Weather();
    const { queueBytes, queuePackets } = this.#terms;
    this.#weather.wire ??= new Wire(queueBytes, queuePackets);
    return this.#weather.wire;
  }

  /**
   * Sends `bytes` (headers included) at `now`, which never goes back. `key` says what is sent: `segmentKey` with connection and
   * direction mixed in. The same key has the same luck, whatever was sent before.
   */
  send(now: Micros, bytes: number, key: number): Fate {
    const terms = this.#terms;
    const weather = this.#weather;
    const impairment = weather?.impairment;
    if (impairment?.closed !== undefined) return impairment.closed;
    const bad = weather?.bursts?.isBadAt(now) ?? false;
    const base = lossOf(terms, bad);
    const drawn = base > 0 ? luck(luckFor(this.#seed, FOR_LOSS), key) : 1;
    if (drawn < base) return bad ? 'burst' : 'loss';
    // A fault has luck of its own: healing it changes nothing for what the link itself loses.
    if (impairment !== undefined && impairment.loss > 0 && luck(impairment.seed, key) < impairment.loss)
      return 'loss';

    const rate = impairment === undefined ? terms.rate : Math.min(terms.rate, impairment.rate);
    let departure = now;
    if (rate !== Infinity) {
      departure = this.wire.depart(now, bytes, bad ? rate * badRate(terms) : rate);
      if (departure < 0) return 'queue-full';
    } else if (weather?.wire !== undefined) departure = Math.max(now, weather.wire.busyUntil);
    let delay = terms.latency + (impairment?.extra ?? 0);
    if (bad && typeof terms.loss === 'object') delay += terms.loss.badDelayMicros ?? 0;
    if (terms.uniformWidth > 0) delay += luck(luckFor(this.#seed, FOR_JITTER), key) * terms.uniformWidth;
    else if (terms.jitter !== NO_JITTER)
      delay += drawJitter(terms.jitter, luck(luckFor(this.#seed, FOR_JITTER), key));
    const arrival = Math.ceil(departure + delay);
    if (terms.reorder) return arrival;
    if (arrival > this.#lastArrival) this.#lastArrival = arrival;
    return this.#lastArrival;
  }
}

function lossOf({ loss }: LinkTerms, bad: boolean): number {
  if (typeof loss === 'number') return loss;
  return bad ? (loss.badLoss ?? 1) : (loss.goodLoss ?? 0);
}

/** What bursts leave of the rate. */
function badRate({ loss }: LinkTerms): number {
  return typeof loss === 'object' ? (loss.badRate ?? 1) : 1;
}

function checkRate(rate: number, what: string): void {
  if (!(rate > 0)) throw new LinkOptionError(`${what} must be above 0 bits per second, not ${rate}`);
}
