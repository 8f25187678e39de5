/**
 * Rules on a link: what to look for among the MQTT packets that travel over it, and what to do when it comes by.
 *
 * `link.on(pubrel(), cut('3s'))` cuts the wire between PUBREC and PUBREL. A rule strikes once unless it is told more;
 * it looks at each packet when it is sent for the first time, and TCP's repetitions of it are part of the same passage.
 */
import type { Packet, PacketType, QoS } from '../mqtt/codec/packet.ts';
import type { Micros } from '../mqtt/machine.ts';
import { matches } from '../mqtt/topic/index.ts';
import { type Duration, formatDuration, parseDuration } from './time.ts';

/** Which of the packets that match a rule strikes. */
export interface Occurrence {
  /** Only packets that this node sends. */
  from?: string;
  /** The first match that it strikes, counted from 1. Default 1. */
  nth?: number;
  /** How many matches it strikes from there on. Default 1; Infinity for all. */
  count?: number;
}

export interface PublishOccurrence extends Occurrence {
  /** A topic filter, wildcards included. */
  topic?: string;
  qos?: QoS;
  dup?: boolean;
  retain?: boolean;
}

export interface PacketMatcher {
  readonly type: PacketType | 'any';
  readonly occurrence: Occurrence;
  /** Looks at a packet of the type. */
  matches(packet: Packet): boolean;
}

/** Any packet of a type. */
export const packetOf = (type: PacketType, occurrence: Occurrence = {}): PacketMatcher =>
  ofType(type, occurrence);

function ofType(
  type: PacketType | 'any',
  occurrence: Occurrence,
  also: (packet: Packet) => boolean = () => true,
): PacketMatcher {
  const { nth = 1, count = 1 } = occurrence;
  if (!(Number.isInteger(nth) && nth >= 1))
    throw new RangeError(`nth of a rule on ${type} must be 1 or more, not ${nth}`);
  if (!(count >= 1)) throw new RangeError(`count of a rule on ${type} must be 1 or more, not ${count}`);
  return { type, occurrence, matches: (packet) => (type === 'any' || packet.type === type) && also(packet) };
}

export const anyPacket = (occurrence: Occurrence = {}): PacketMatcher => ofType('any', occurrence);
export const connect = (occurrence: Occurrence = {}): PacketMatcher => ofType('connect', occurrence);
export const connack = (occurrence: Occurrence = {}): PacketMatcher => ofType('connack', occurrence);
export const puback = (occurrence: Occurrence = {}): PacketMatcher => ofType('puback', occurrence);
export const pubrec = (occurrence: Occurrence = {}): PacketMatcher => ofType('pubrec', occurrence);
export const pubrel = (occurrence: Occurrence = {}): PacketMatcher => ofType('pubrel', occurrence);
export const pubcomp = (occurrence: Occurrence = {}): PacketMatcher => ofType('pubcomp', occurrence);
export const subscribe = (occurrence: Occurrence = {}): PacketMatcher => ofType('subscribe', occurrence);
export const suback = (occurrence: Occurrence = {}): PacketMatcher => ofType('suback', occurrence);
export const unsubscribe = (occurrence: Occurrence = {}): PacketMatcher => ofType('unsubscribe', occurrence);
export const unsuback = (occurrence: Occurrence = {}): PacketMatcher => ofType('unsuback', occurrence);
export const pingreq = (occurrence: Occurrence = {}): PacketMatcher => ofType('pingreq', occurrence);
export const pingresp = (occurrence: Occurrence = {}): PacketMatcher => ofType('pingresp', occurrence);
export const disconnect = (occurrence: Occurrence = {}): PacketMatcher => ofType('disconnect', occurrence);
export const auth = (occurrence: Occurrence = {}): PacketMatcher => ofType('auth', occurrence);

export function publish(occurrence: PublishOccurrence = {}): PacketMatcher {
  const { topic, qos, dup, retain } = occurrence;
  return ofType(
    'publish',
    occurrence,
    (packet) =>
      packet.type === 'publish' &&
      (topic === undefined || matches(topic, packet.topic)) &&
      (qos === undefined || packet.qos === qos) &&
      (dup === undefined || packet.dup === dup) &&
      (retain === undefined || packet.retain === retain),
  );
}

/** What happens to the packet, and to whatever shares its segment. */
export type RuleVerdict =
  /** Nothing; later rules do not look at it. */
  | { readonly kind: 'pass' }
  /** It travels so much longer. */
  | { readonly kind: 'delay'; readonly micros: Micros }
  /** One transmission of the segment that carries its last byte is lost. */
  | { readonly kind: 'drop' }
  /** Both ends are reset, and it was never sent. */
  | { readonly kind: 'reset-before' }
  /** It arrives, and then both ends are reset. */
  | { readonly kind: 'reset-after' }
  /** From it on nothing gets through, either way, for so long. */
  | { readonly kind: 'cut'; readonly micros: Micros };

export const pass: RuleVerdict = { kind: 'pass' };
export const drop: RuleVerdict = { kind: 'drop' };
export const resetBefore: RuleVerdict = { kind: 'reset-before' };
export const resetAfter: RuleVerdict = { kind: 'reset-after' };
export const delay = (by: Duration): RuleVerdict => ({
  kind: 'delay',
  micros: parseDuration(by, 'the delay of a rule'),
});
export const cut = (span: Duration): RuleVerdict => ({
  kind: 'cut',
  micros: parseDuration(span, 'the cut of a rule'),
});

/** For people: `delay 2s`. */
export function describeVerdict(verdict: RuleVerdict): string {
  return 'micros' in verdict ? `${verdict.kind} ${formatDuration(verdict.micros)}` : verdict.kind;
}

/**
 * The verdict that {@link describeVerdict} put in words.
 *
 * @throws RangeError for other words.
 */
export function verdictNamed(words: string): RuleVerdict {
  const [kind, ...spans] = words.split(' ');
  switch (kind) {
    case 'delay':
    case 'cut': {
      const parts = spans.map((span) => parseDuration(span as Duration, `the ${kind} of a rule`));
      return { kind, micros: parts.reduce((sum, micros) => sum + micros, 0) };
    }
    case 'pass':
    case 'drop':
    case 'reset-before':
    case 'reset-after':
      return { kind };
    default:
      throw new RangeError(`a rule cannot do '${words}' to a packet`);
  }
}

/** One rule of a link, and how far it has counted. */
export class Rule {
  readonly matcher: PacketMatcher;
  readonly verdict: RuleVerdict;
  /** Of the fault that it is in a list; undefined for a rule that a script or the nemesis has laid. */
  readonly plannedId: string | undefined;
  #seen = 0;
  #sent = 0;

  constructor(matcher: PacketMatcher, verdict: RuleVerdict, plannedId?: string) {
    this.matcher = matcher;
    this.verdict = verdict;
    this.plannedId = plannedId;
  }

  /** Matches so far, struck or not. */
  get seen(): number {
    return this.#seen;
  }

  /** Packets of its type that were sent while it lay there, also those that an earlier rule struck. */
  get sent(): number {
    return this.#sent;
  }

  /** Whether it has struck one. */
  get hasStruck(): boolean {
    return this.#seen >= (this.matcher.occurrence.nth ?? 1);
  }

  /** A packet is sent where it lies. */
  see({ type }: Packet): void {
    if (this.matcher.type === 'any' || this.matcher.type === type) this.#sent++;
  }

  /** Counts the packet when it matches; true when the rule strikes it. */
  strikes(packet: Packet, from: string): boolean {
    const { occurrence } = this.matcher;
    if (occurrence.from !== undefined && occurrence.from !== from) return false;
    if (!this.matcher.matches(packet)) return false;
    this.#seen++;
    const { nth = 1, count = 1 } = occurrence;
    return this.#seen >= nth && this.#seen < nth + count;
  }
}
