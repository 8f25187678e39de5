import type { QoS, Subscription } from '../codec/packet.ts';
import type { Sink } from '../machine.ts';
import { type Entry, parseShared, RememberedLists, TopicTrie } from '../topic/index.ts';
import type { Session } from './session.ts';
import { SharedSubscriptions, type ShareGroup } from './shared.ts';

/** A subscription as it was granted, and with what it was asked for. */
export interface Granted extends Subscription {
  /** 5.0: put on every message this subscription causes [5.0/MQTT-3.3.4-3]. */
  identifier?: number;
  /** A Shared Subscription, which `$share` makes only for a client of 5.0. */
  shared?: boolean;
}

/**
 * What one session gets of a topic: one copy of each message. One of a single subscription is the same for every topic;
 * only where subscriptions overlap there is one for the topic.
 */
export interface Target {
  readonly session: Session;
  /** The filter of the one subscription a Shared Subscription is; undefined for all others. */
  readonly shared: string | undefined;
  /** The highest granted QoS among the subscriptions this copy stands for. */
  readonly qos: QoS;
  readonly retainAsPublished: boolean;
  readonly identifiers: readonly number[] | undefined;
  /** The same without the No Local subscriptions, for what the session's own client published; undefined: nothing. */
  readonly own: Target | undefined;
}

/**
 * Who is subscribed to what, and from that who gets a topic. Targets are in the order in which the subscriptions were first
 * made, which no hash decides.
 */
export class Subscriptions {
  readonly #trie = new TopicTrie<Session, Target>();
  readonly #targets = new RememberedLists<Target>();
  readonly #shared = new SharedSubscriptions();
  readonly #sink: Sink;
  readonly #overlap: 'once' | 'each';
  /** Sessions a filter, kept only for an attentive sink. */
  readonly #observed = new Map<string, number>();

  constructor(sink: Sink, overlap: 'once' | 'each') {
    this.#sink = sink;
    this.#overlap = overlap;
  }

  get size(): number {
    return this.#trie.size + this.#shared.size;
  }

  /** Makes a subscription, or replaces the one with the identical filter [3.1.1/MQTT-3.8.4-3] [5.0/MQTT-3.8.4-3]. Returns true if new. */
  set(session: Session, granted: Granted): boolean {
    this.#targets.clear();
    session.subscriptions ??= new Map();
    const known = session.subscriptions.get(granted.filter);
    // The client may have come back with another version, for which the same filter is another thing.
    if (known !== undefined && known.shared !== granted.shared) this.#remove(session, known);
    session.subscriptions.set(granted.filter, granted);
    const target = single(session, granted);
    if (granted.shared === true) this.#shared.set(parseShared(granted.filter)!, target);
    else this.#trie.set(granted.filter, session, target);
    if (known === undefined) this.#observe(granted.filter, 1);
    return known === undefined;
  }

  /** Filters are compared character by character [3.1.1/MQTT-3.10.4-1] [5.0/MQTT-3.10.4-1]. Returns false if there was none. */
  delete(session: Session, filter: string): boolean {
    const known = session.subscriptions?.get(filter);
    if (known === undefined) return false;
    session.subscriptions!.delete(filter);
    this.#targets.clear();
    this.#remove(session, known);
    this.#observe(filter, -1);
    return true;
  }

  #remove(session: Session, { filter, shared }: Granted): void {
    if (shared === true) this.#shared.delete(parseShared(filter)!, session);
    else this.#trie.delete(filter, session);
  }

  /**
   * Who gets a message of this topic. With overlap 'once' a session is there once, at the highest QoS of its matching
   * subscriptions [3.1.1/MQTT-3.3.5-1] [5.0/MQTT-3.3.4-2] and with all their identifiers [5.0/MQTT-3.3.4-4]; with 'each'
   * once for every one of them, with its own [5.0/MQTT-3.3.4-5]. The list never changes.
   */
  targets(topic: string): readonly Target[] {
    const known = this.#targets.get(topic);
    if (known !== undefined) return known;
    const entries = this.#trie.matching(topic);
    let targets = entries.map((entry) => entry.value);
    if (this.#overlap === 'once') {
      const bySession = new Map<Session, Target>();
      for (const target of targets) {
        const other = bySession.get(target.session);
        bySession.set(target.session, other === undefined ? target : together(other, target));
      }
      if (bySession.size < targets.length) targets = [...bySession.values()];
    }
    this.#targets.add(topic, targets);
    return targets;
  }

  /** The Shared Subscriptions that match a topic, beside its targets: one member of each gets the message. */
  groups(topic: string): readonly Entry<string, ShareGroup>[] {
    return this.#shared.matching(topic);
  }

  /** The group of a filter that begins with `$share`; undefined when nobody has it. */
  group(filter: string): ShareGroup | undefined {
    const shared = parseShared(filter);
    return shared === undefined ? undefined : this.#shared.get(shared);
  }

  #observe(filter: string, change: 1 | -1): void {
    if (!this.#sink.attentive) return;
    const sessions = (this.#observed.get(filter) ?? 0) + change;
    if (sessions > 0) this.#observed.set(filter, sessions);
    else this.#observed.delete(filter);
    this.#sink.state('subscriptions', filter, sessions > 0 ? sessions : undefined);
  }
}

type MutableTarget = { -readonly [K in keyof Target]: Target[K] };

function single(session: Session, granted: Granted): Target {
  const target: MutableTarget = {
    session,
    shared: granted.shared === true ? granted.filter : undefined,
    qos: granted.qos,
    retainAsPublished: granted.retainAsPublished === true,
    identifiers: granted.identifier === undefined ? undefined : [granted.identifier],
    own: undefined,
  };
  if (granted.noLocal !== true) target.own = target;
  return target;
}

/** One copy for two subscriptions, or more, of one session: it is as good as the best of them. */
function together(a: Target, b: Target): Target {
  const target: MutableTarget = {
    session: a.session,
    shared: undefined,
    qos: Math.max(a.qos, b.qos) as QoS,
    retainAsPublished: a.retainAsPublished || b.retainAsPublished,
    identifiers: a.identifiers === undefined ? b.identifiers : [...a.identifiers, ...(b.identifiers ?? [])],
    own: undefined,
  };
  if (a.own === a && b.own === b) target.own = target;
  else if (a.own === undefined || b.own === undefined) target.own = a.own ?? b.own;
  else target.own = together(a.own, b.own);
  return target;
}
