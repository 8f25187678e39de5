/** A link between two nodes: both directions, what they were told to be, and the faults that befall them. */

import { added, elementsOf, removed, type SmallSet } from '../collections/small-set.ts';
import type { PacketType } from '../mqtt/codec/packet.ts';
import type { Micros } from '../mqtt/machine.ts';
import type { Connection } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import type { Fault, FaultBook, FaultTarget, Undo } from './fault.ts';
import { DirectedLink, type LinkFault, LinkTerms } from './link.ts';
import { type LinkCarriage, linkCarriage } from './link-carriage.ts';
import { LinkRules } from './link-rules.ts';
import {
  type LinkSpecification,
  linkOptions,
  type NatAnswer,
  type TransportName,
} from './link-specification.ts';
import type { Network } from './network.ts';
import type { Streams } from './rng.ts';
import { type PacketMatcher, packetOf, Rule, type RuleVerdict, verdictNamed } from './rule.ts';
import { type Duration, parseDuration } from './time.ts';
import type { Segment } from './transport.ts';

export type { LinkSpecification, NatAnswer, TransportName } from './link-specification.ts';

/** Which way a fault works: both, or only for what travels `from>to`. */
export type Direction = 'both' | `${string}>${string}`;

export interface FaultSpan {
  /** Until it is healed, when absent. */
  for?: Duration;
}

/** One direction, and what a hold keeps from entering it. */
export class Lane extends DirectedLink {
  /** Undefined when nothing is kept. */
  held: { endpoint: Endpoint; segment: Segment; extra: Micros }[] | undefined;
  /** How many connections were dialled this way. */
  dialled = 0;
}

/** What a link needs of its world. */
export interface LinkSurroundings {
  readonly streams: Streams;
  readonly faults: FaultBook;
  readonly network: Network;
  /** Of links that do not say. */
  readonly transport: TransportName;
}

/** What looks at the segments of a link before they are sent: the rules of a script. */
export interface LinkWatch {
  /** False when the watch has taken the segment: it sends it later, or never. */
  admit(endpoint: Endpoint, segment: Segment): boolean;
  /** Something is here, and the endpoint has not looked at it. */
  arrives(endpoint: Endpoint, segment: Segment): void;
  /** Something arrived at an endpoint, and was dealt with. */
  arrived(endpoint: Endpoint): void;
}

export class DuplexLink implements FaultTarget {
  readonly a: string;
  readonly b: string;
  readonly forth: Lane;
  readonly back: Lane;
  /** How its connections are carried. */
  readonly carriage: LinkCarriage;
  readonly #surroundings: LinkSurroundings;
  #connections: SmallSet<Connection>;
  #rules: LinkRules | undefined;

  constructor(a: string, b: string, specification: LinkSpecification, surroundings: LinkSurroundings) {
    this.a = a;
    this.b = b;
    this.#surroundings = surroundings;
    this.carriage = linkCarriage(specification, surroundings.transport, this.name);
    const terms = LinkTerms.of(linkOptions(specification, this.name));
    const luck = (way: string): number => surroundings.streams.luckSeed('link', this.name, way);
    this.forth = new Lane(terms, luck('forth'));
    this.back = new Lane(terms, luck('back'));
  }

  /** `a~b`, in the order in which they were named; seldom asked for, and a million of them would be as many texts. */
  get name(): string {
    return `${this.a}~${this.b}`;
  }

  /** As faults name its directions, `a>b` and `b>a`. */
  get directions(): readonly [forth: string, back: string] {
    const { a, b } = this;
    return [`${a}>${b}`, `${b}>${a}`];
  }

  /** Whether these are the nodes it is between, in any order. */
  joins(one: string, other: string): boolean {
    return (this.a === one && this.b === other) || (this.a === other && this.b === one);
  }

  /** Those that one of the hosts knows of, in the order they were dialled. */
  get connections(): Iterable<Connection> {
    return elementsOf(this.#connections);
  }

  /** For the network: a connection begins, and no host knows it any more. */
  began(connection: Connection): void {
    this.#connections = added(this.#connections, connection);
  }
  ended(connection: Connection): void {
    this.#connections = removed(this.#connections, connection);
  }

  /** Undefined while no rule looks: then a segment costs nothing here. */
  get watch(): LinkWatch | undefined {
    return this.#rules;
  }

  private get faults(): FaultBook {
    return this.#surroundings.faults;
  }
  private get network(): Network {
    return this.#surroundings.network;
  }

  /** What is sent from this node goes that way. */
  laneFrom(name: string): Lane {
    return this.a === name ? this.forth : this.back;
  }

  /* Verbs of scripts. Each gives back the fault, or undefined when the run leaves it out. */

  /** Nothing gets through; neither side is told. */
  partition(options: FaultSpan & { direction?: Direction } = {}): Fault | undefined {
    return this.strike('partition', options, { direction: options.direction ?? 'both' });
  }

  /** Keeps everything that is sent, until {@link release} or the end of the time; then it is sent in order. */
  hold(options: FaultSpan & { direction?: Direction } = {}): Fault | undefined {
    return this.strike('hold', options, { direction: options.direction ?? 'both' });
  }

  release(): void {
    this.faults.endAt(this.name, ['hold']);
  }

  /** Both ends of every connection are told that it is reset. */
  reset(): Fault | undefined {
    return this.faults.strike({ family: 'reset', target: this.name, detail: {} });
  }

  /**
   * Connections that stand now are swallowed, in both directions and for ever: their ends hear nothing again. New ones
   * get through.
   */
  blackHole(): Fault | undefined {
    return this.faults.strike({ family: 'black-hole', target: this.name, detail: {} });
  }

  /** Everything takes so much longer. */
  spike(options: FaultSpan & { by: Duration; direction?: Direction }): Fault | undefined {
    const by = parseDuration(options.by, `latency spike on link ${this.name}`);
    return this.strike('latency', options, { by, direction: options.direction ?? 'both' });
  }

  /** At least this share of the segments is lost. */
  lose(options: FaultSpan & { probability: number; direction?: Direction }): Fault | undefined {
    const { probability } = options;
    return this.strike('loss', options, { probability, direction: options.direction ?? 'both' });
  }

  /** So many bits per second are left. */
  throttle(options: FaultSpan & { rate: number; direction?: Direction }): Fault | undefined {
    return this.strike('bandwidth', options, { rate: options.rate, direction: options.direction ?? 'both' });
  }

  /** A middlebox forgets the connections that were idle for so long; all of them without `idle`. */
  expireNat(options: { idle?: Duration; answer?: NatAnswer } = {}): Fault | undefined {
    const idle =
      options.idle === undefined ? 0 : parseDuration(options.idle, `idle time on link ${this.name}`);
    const detail = { idle, answer: options.answer ?? 'silence' };
    return this.faults.strike({ family: 'nat-expiry', target: this.name, detail });
  }

  /** Ends every fault of this link. */
  repair(): void {
    this.faults.endAt(this.name, ['partition', 'hold', 'latency', 'loss', 'bandwidth', 'rule']);
  }

  /**
   * Looks for a packet among those that travel here, and does to it what the verdict says. Of several rules that match, the
   * first that was added counts. Gives back a function that takes the rule away.
   */
  on(matcher: PacketMatcher, verdict: RuleVerdict): () => void {
    return this.lay(new Rule(matcher, verdict));
  }

  /** As {@link on}. */
  lay(rule: Rule): () => void {
    const rules = this.looksAtPackets();
    rules.add(rule);
    return () => rules.remove(rule);
  }

  /** Faults strike when the packets that they wait for come by. Call it before the first connection. */
  ambush(faults: readonly Fault[]): void {
    this.looksAtPackets().ambush(faults);
  }

  /** The rule of a list: from now on it waits for the packet that it struck, and takes effect under its id. */
  layInWait({ id, detail }: Fault): void {
    const { packet, from, nth = 1, verdict } = detail;
    const occurrence = { from: String(from), nth: Number(nth) };
    this.looksAtPackets().add(
      new Rule(packetOf(packet as PacketType, occurrence), verdictNamed(String(verdict)), id),
    );
  }

  private looksAtPackets(): LinkRules {
    this.#rules ??= new LinkRules(this, this.faults, this.network);
    for (const connection of this.connections) connection.supervise();
    return this.#rules;
  }

  private strike(
    family: 'partition' | 'hold' | 'latency' | 'loss' | 'bandwidth',
    options: FaultSpan,
    detail: Fault['detail'],
  ): Fault | undefined {
    const plan = { family, target: this.name, detail };
    if (options.for === undefined) return this.faults.strike(plan);
    const duration = parseDuration(options.for, `duration of the ${family} of ${this.name}`);
    return this.faults.strike({ ...plan, duration });
  }

  /* As the target of faults. */

  isProneTo(): boolean {
    return true;
  }

  befall(fault: Fault): Undo | undefined {
    switch (fault.family) {
      case 'rule':
        // All verdicts but the cut work on one segment or connection: see LinkRules.
        return fault.duration === undefined ? undefined : this.impose(fault);
      case 'reset':
        for (const connection of [...this.connections]) this.network.resetBoth(connection);
        return undefined;
      case 'black-hole':
        for (const connection of this.connections) connection.forget('silence');
        return undefined;
      case 'nat-expiry':
        this.forgetIdle(fault);
        return undefined;
      default:
        return this.impose(fault);
    }
  }

  private forgetIdle(fault: Fault): void {
    const { idle, answer } = fault.detail;
    const now = fault.at;
    for (const connection of this.connections) {
      if (now - connection.usedAt < Number(idle)) continue;
      connection.forget(answer === 'reset' ? 'reset' : 'silence');
    }
  }

  private impose(fault: Fault): Undo {
    const effect = effectOf(fault);
    const lanes = this.lanesOf(fault);
    for (const lane of lanes) lane.impose(fault.id, effect);
    return () => {
      for (const lane of lanes) lane.lift(fault.id);
      if (effect.kind === 'hold') for (const lane of lanes) this.letGo(lane);
      if (effect.kind === 'partition') this.restore();
    };
  }

  private lanesOf(fault: Fault): Lane[] {
    const { direction } = fault.detail;
    if (direction === undefined || direction === 'both') return [this.forth, this.back];
    const [forth, back] = this.directions;
    if (direction === forth) return [this.forth];
    if (direction === back) return [this.back];
    throw new RangeError(
      `link ${this.name} has no direction '${direction}'; it has '${forth}', '${back}' and 'both'`,
    );
  }

  /** What was held is sent, in the order in which it came; unless another fault keeps or swallows it. */
  private letGo(lane: Lane): void {
    const held = lane.held ?? [];
    lane.held = undefined;
    for (const { endpoint, segment, extra } of held) this.network.send(endpoint, segment, extra);
  }

  /** The ideal transport has no timers for this: it is told. */
  private restore(): void {
    for (const connection of [...this.connections]) {
      for (const endpoint of [connection.dialler, connection.listener])
        endpoint.restored(this.network.simulator.now);
    }
  }
}

function effectOf(fault: Fault): LinkFault {
  const { by, probability, rate } = fault.detail;
  switch (fault.family) {
    case 'partition':
    case 'rule':
      return { kind: 'partition' };
    case 'hold':
      return { kind: 'hold' };
    case 'latency':
      return { kind: 'latency', extraMicros: Number(by) };
    case 'loss':
      return { kind: 'loss', probability: Number(probability) };
    case 'bandwidth':
      return { kind: 'bandwidth', rate: Number(rate) };
    default:
      throw new RangeError(`fault ${fault.id} of family ${fault.family} cannot befall a link`);
  }
}
