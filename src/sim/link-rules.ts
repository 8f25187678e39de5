/**
 * The rules of one link at work: looks into the segments that are sent, and does to them what the rules say. Faults that wait for a
 * packet see it here too.
 */
import { CodecError } from '../mqtt/codec/codec-error.ts';
import { decode } from '../mqtt/codec/decode.ts';
import type { Packet } from '../mqtt/codec/packet.ts';
import type { Micros } from '../mqtt/machine.ts';
import type { DuplexLink, LinkWatch } from './duplex-link.ts';
import type { Endpoint } from './endpoint.ts';
import type { Fault, FaultBook, FaultPlan } from './fault.ts';
import type { Network } from './network.ts';
import type { PacketOccasion } from './occasion.ts';
import { describeVerdict, type Rule, type RuleVerdict, verdictNamed } from './rule.ts';
import type { Segment } from './transport.ts';

/** A connection whose CONNECT was not seen is taken for the commonest version. */
const VERSION_UNTIL_KNOWN = 4;

/** What rules have done so far to what one endpoint sends. */
interface Ruled {
  /** Packets that end at or below this offset have been looked at. */
  lookedTo: number;
  /** Bytes below `delayedTo` do not arrive before `delayedUntil`, in no transmission. */
  delayedTo: number;
  delayedUntil: Micros;
  /** The connection is reset when everything below this offset has arrived. */
  resetAfter: number;
  /** How many packets have been looked at. */
  packets: number;
  /** Faults that strike once everything below an offset has arrived; undefined while there are none. */
  afterwards: { fault: Fault; end: number }[] | undefined;
}

export class LinkRules implements LinkWatch {
  readonly #link: DuplexLink;
  readonly #faults: FaultBook;
  readonly #network: Network;
  readonly #rules: Rule[] = [];
  /** Each waits for one packet. */
  #ambushes: readonly Fault[] = [];
  /** Packets of one instant, by sender and type: what a rule struck is found again by its time, and by its place within it. */
  readonly #seenNow = new Map<string, number>();
  #instant: Micros = -1;
  /** Kept here and not there: most endpoints of a world are never looked at. */
  readonly #ruled = new WeakMap<Endpoint, Ruled>();

  constructor(link: DuplexLink, faults: FaultBook, network: Network) {
    this.#link = link;
    this.#faults = faults;
    this.#network = network;
  }

  /** A rule of a list comes before those that lie in wait already: in a run with a list, they strike nothing. */
  add(rule: Rule): void {
    if (rule.plannedId === undefined) this.#rules.push(rule);
    else this.#rules.unshift(rule);
  }

  remove(rule: Rule): void {
    const at = this.#rules.indexOf(rule);
    if (at !== -1) this.#rules.splice(at, 1);
  }

  ambush(faults: readonly Fault[]): void {
    this.#ambushes = faults;
  }

  admit(endpoint: Endpoint, segment: Segment): boolean {
    if (segment.to === segment.from) return true;
    const ruled = this.#ruledOf(endpoint);
    const packets = endpoint.outgoing.packetsEnding(Math.max(segment.from, ruled.lookedTo), segment.to);
    ruled.lookedTo = Math.max(ruled.lookedTo, segment.to);
    for (const { bytes, end } of packets) {
      ruled.packets++;
      if (!this.#meet(endpoint, segment, end)) return false;
      const struck = this.#judge(endpoint, bytes);
      if (struck !== undefined && !this.#carryOut(struck, endpoint, segment, end)) return false;
    }
    const { now } = this.#network.simulator;
    if (segment.from < ruled.delayedTo && now < ruled.delayedUntil) {
      this.#network.send(endpoint, segment, ruled.delayedUntil - now);
      return false;
    }
    return true;
  }

  #ruledOf(endpoint: Endpoint): Ruled {
    let ruled = this.#ruled.get(endpoint);
    if (ruled === undefined) {
      ruled = {
        lookedTo: 0,
        delayedTo: 0,
        delayedUntil: 0,
        resetAfter: Infinity,
        packets: 0,
        afterwards: undefined,
      };
      this.#ruled.set(endpoint, ruled);
    }
    return ruled;
  }

  /**
   * A silent cut after a packet begins when the packet is here and before it is read, so that the answer to it is the first thing that
   * is lost.
   */
  arrives(endpoint: Endpoint, segment: Segment): void {
    const ruled = this.#ruled.get(endpoint.other);
    if (ruled?.afterwards === undefined || segment.from > endpoint.incoming.arrived) return;
    this.#strikeUpTo(ruled, segment.to, ({ family }) => family !== 'reset');
  }

  arrived(endpoint: Endpoint): void {
    const ruled = this.#ruled.get(endpoint.other);
    if (ruled === undefined) return;
    if (ruled.afterwards !== undefined) this.#strikeUpTo(ruled, endpoint.incoming.arrived, () => true);
    if (endpoint.incoming.arrived < ruled.resetAfter) return;
    ruled.resetAfter = Infinity;
    this.#network.resetBoth(endpoint.connection);
  }

  #strikeUpTo(ruled: Ruled, offset: number, isTheirTurn: (fault: Fault) => boolean): void {
    const due = ruled.afterwards!.filter(({ fault, end }) => end <= offset && isTheirTurn(fault));
    if (due.length === 0) return;
    ruled.afterwards = ruled.afterwards!.filter((each) => !due.includes(each));
    for (const { fault } of due) this.#faults.strikeWaiting(fault);
  }

  /** A packet is sent for which faults may wait. False when its segment does not go its way. */
  #meet(endpoint: Endpoint, segment: Segment, end: number): boolean {
    let admitted = true;
    for (const fault of this.#ambushes) {
      const { side, connection, from, nth } = fault.occasion as PacketOccasion;
      const ruled = this.#ruled.get(endpoint)!;
      if (nth !== ruled.packets || connection !== endpoint.connection.name || from !== endpoint.host.name)
        continue;
      if (side === 'after') {
        ruled.afterwards ??= [];
        ruled.afterwards.push({ fault, end });
      } else if (fault.family === 'rule') {
        this.#faults.strikeWaiting(fault);
        const verdict = verdictNamed(String(fault.detail.verdict));
        if (!this.#carryOut(verdict, endpoint, segment, end)) admitted = false;
      } else if (fault.family === 'reset') {
        this.#afterThis(() => this.#faults.strikeWaiting(fault));
        admitted = false;
      } else {
        this.#faults.strikeWaiting(fault);
        if (endpoint.connection.forgotten === undefined) continue;
        this.#network.lose(endpoint, segment, 'black-hole');
        admitted = false;
      }
    }
    return admitted;
  }

  /** Not from inside the transport that is sending: at the same time, but after it. */
  #afterThis(happens: () => void): void {
    const { simulator } = this.#network;
    simulator.at(simulator.now, happens);
  }

  /** What the first rule says that strikes; undefined when the packet goes its way. */
  #judge(endpoint: Endpoint, bytes: Uint8Array): RuleVerdict | undefined {
    const packet = decoded(bytes, endpoint);
    if (packet === undefined) return undefined;
    const from = endpoint.host.name;
    const nth = this.#countNow(`${from}/${packet.type}`);
    for (const each of this.#rules) each.see(packet);
    const rule = this.#rules.find((candidate) => candidate.strikes(packet, from));
    if (rule === undefined || rule.verdict.kind === 'pass') return undefined;
    const { verdict } = rule;
    const detail = {
      verdict: describeVerdict(verdict),
      packet: packet.type,
      connection: endpoint.connection.name,
      from,
      ...(nth === 1 ? {} : { nth }),
    };
    const plan: FaultPlan = { family: 'rule', target: this.#link.name, detail };
    if (verdict.kind === 'cut') plan.duration = verdict.micros;
    return this.#faults.strike(plan, rule.plannedId) && verdict;
  }

  #countNow(key: string): number {
    const { now } = this.#network.simulator;
    if (now !== this.#instant) {
      this.#instant = now;
      this.#seenNow.clear();
    }
    const count = (this.#seenNow.get(key) ?? 0) + 1;
    this.#seenNow.set(key, count);
    return count;
  }

  /** False when the segment does not go its way. */
  #carryOut(verdict: RuleVerdict, endpoint: Endpoint, segment: Segment, end: number): boolean {
    const { simulator } = this.#network;
    const ruled = this.#ruled.get(endpoint)!;
    switch (verdict.kind) {
      case 'drop':
        this.#network.lose(endpoint, segment, 'rule');
        return false;
      case 'delay':
        ruled.delayedTo = Math.max(ruled.delayedTo, end);
        ruled.delayedUntil = Math.max(ruled.delayedUntil, simulator.now + verdict.micros);
        return true;
      case 'reset-before':
        this.#afterThis(() => this.#network.resetBoth(endpoint.connection));
        return false;
      case 'reset-after':
        ruled.resetAfter = Math.min(ruled.resetAfter, end);
        return true;
      default:
        return true;
    }
  }
}

function decoded(bytes: Uint8Array, endpoint: Endpoint): Packet | undefined {
  try {
    return decode(bytes, endpoint.connection.version || VERSION_UNTIL_KNOWN);
  } catch (error) {
    // What is no packet matches no rule.
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}
