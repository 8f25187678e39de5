import type { QoS, Subscription } from '../codec/packet.ts';
import type { Sink } from '../machine.ts';
import { TopicTrie } from '../topic/index.ts';
import type { Session } from './session.ts';

/** A subscription as it was granted, and with what it was asked for. */
export interface Granted extends Subscription {
  /** 5.0: put on every message this subscription causes. */
  identifier?: number;
}

/** What one session gets of a topic: one copy of each message. */
export interface Target {
  readonly session: Session;
  /** The highest granted QoS among the subscriptions this copy stands for. */
  readonly qos: QoS;
  readonly retainAsPublished: boolean;
  readonly identifiers: readonly number[] | undefined;
  /** The same without the No Local subscriptions, for what the session's own client published; undefined: nothing. */
  readonly own: Target | undefined;
}

/** Topics whose targets are remembered. When full, all are forgotten: the next message of each is merely slower. */
const REMEMBERED_TOPICS = 4096;

/**
 * Who is subscribed to what, and from that who gets a topic. Targets are in the order in which the subscriptions were first
 * made, which no hash decides.
 */
export class Subscriptions {
  readonly #trie = new TopicTrie<Session, Granted>();
  readonly #targets = new Map<string, readonly Target[]>();
  readonly #sink: Sink;
  readonly #overlap: 'once' | 'each';
  /** Sessions a filter, kept only for an attentive sink. */
  readonly #observed = new Map<string, number>();

  constructor(sink: Sink, overlap: 'once' | 'each') {
    this.#sink = sink;
    this.#overlap = overlap;
  }

  get size(): number {
    return this.#trie.size;
  }

  /** Makes a subscription, or replaces the one with the identical filter [3.1.1/MQTT-3.8.4-3]. Returns true if new. */
  set(session: Session, granted: Granted): boolean {
    this.#targets.clear();
    session.subscriptions ??= new Map();
    session.subscriptions.set(granted.filter, granted);
    const isNew = this.#trie.set(granted.filter, session, granted);
    if (isNew) this.#observe(granted.filter, 1);
    return isNew;
  }

  /** Filters are compared character by character [3.1.1/MQTT-3.10.4-1]. Returns false if there was none. */
  delete(session: Session, filter: string): boolean {
    if (session.subscriptions?.delete(filter) !== true) return false;
    this.#targets.clear();
    this.#trie.delete(filter, session);
    this.#observe(filter, -1);
    return true;
  }

  /**
   * Who gets a message of this topic. With overlap 'once' a session is there once, at the highest QoS of its matching
   * subscriptions [3.1.1/MQTT-3.3.5-1]; with 'each' once for every one of them. The list never changes.
   */
  targets(topic: string): readonly Target[] {
    const known = this.#targets.get(topic);
    if (known !== undefined) return known;
    const entries = this.#trie.matching(topic);
    const targets: Target[] = [];
    if (this.#overlap === 'each') {
      for (const entry of entries) targets.push(target(entry.key, [entry.value]));
    } else {
      const bySession = new Map<Session, Granted[]>();
      for (const entry of entries) {
        const same = bySession.get(entry.key);
        if (same === undefined) bySession.set(entry.key, [entry.value]);
        else same.push(entry.value);
      }
      for (const [session, granted] of bySession) targets.push(target(session, granted));
    }
    if (this.#targets.size >= REMEMBERED_TOPICS) this.#targets.clear();
    this.#targets.set(topic, targets);
    return targets;
  }

  #observe(filter: string, change: 1 | -1): void {
    if (!this.#sink.attentive) return;
    const sessions = (this.#observed.get(filter) ?? 0) + change;
    if (sessions > 0) this.#observed.set(filter, sessions);
    else this.#observed.delete(filter);
    this.#sink.state('subscriptions', filter, sessions > 0 ? sessions : undefined);
  }
}

function target(session: Session, granted: readonly Granted[]): Target {
  const others = granted.filter((one) => one.noLocal !== true);
  const own = others.length === 0 ? undefined : merge(session, others);
  const all = own !== undefined && others.length === granted.length ? own : merge(session, granted);
  if (own !== undefined) own.own = own;
  all.own = own;
  return all;
}

function merge(session: Session, granted: readonly Granted[]): { -readonly [K in keyof Target]: Target[K] } {
  let qos: QoS = 0;
  let retainAsPublished = false;
  const identifiers: number[] = [];
  for (const one of granted) {
    if (one.qos > qos) qos = one.qos;
    if (one.retainAsPublished === true) retainAsPublished = true;
    if (one.identifier !== undefined) identifiers.push(one.identifier);
  }
  return {
    session,
    qos,
    retainAsPublished,
    identifiers: identifiers.length === 0 ? undefined : identifiers,
    own: undefined,
  };
}
