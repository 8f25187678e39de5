/** What a broker owes to sessions: the copies that their subscriptions bring at QoS 1 and 2. */
import type { QoS } from '../../mqtt/codec/packet.ts';
import { matches } from '../../mqtt/topic/matches.ts';
import type { TopicTrie } from '../../mqtt/topic/topic-trie.ts';
import type { Conn } from './conn.ts';
import { type Arrival, type Copy, isDoubtful, type Message } from './message.ts';
import type { MessageKey } from './message-key.ts';
import type { Party } from './party.ts';
import type { Session } from './session.ts';
import { type ShareGroups, sharedWith } from './share-groups.ts';
import { highest, innerFilter, lowest, ON, type Subscription } from './subscription.ts';

const NONE: Copy[] = [];

export class Debts {
  readonly #broker: Party;
  readonly #subscriptions: TopicTrie<string, Subscription>;
  readonly #groups: ShareGroups;

  /** Those that an arrival concerns, while it is routed; kept, since every arrival needs it. */
  readonly #sessions: Session[] = [];

  constructor(broker: Party, subscriptions: TopicTrie<string, Subscription>, groups: ShareGroups) {
    this.#broker = broker;
    this.#subscriptions = subscriptions;
    this.#groups = groups;
  }

  /**
   * Notes what sessions are owed for an arrival. `repeats`: the same message came before and may be owed already. `after`: the ordinal
   * after which it is known to have come.
   */
  owe(arrival: Arrival, repeats: boolean, after = arrival.i): void {
    const { message } = arrival;
    const sessions = this.#sessions;
    let count = 0;
    for (const { value } of this.#subscriptions.matching(message.topic)) {
      const { session } = value;
      if (value.shared) {
        if (!repeats) this.#groups.owe(value.filter, arrival);
        continue;
      }
      if (session.over || ((value.noLocal & ON) !== 0 && arrival.publisher === session.clientId)) continue;
      if (session.routing !== arrival.place) {
        session.routing = arrival.place;
        session.grant = -1;
        session.matches = 0;
        session.sure = false;
        sessions[count++] = session;
      }
      session.matches++;
      session.grant = Math.max(session.grant, highest(value.grants | value.pending));
      const certain = value.certainSince > 0 && value.certainSince < after;
      if (certain && value.lowered === 0 && lowest(value.grants | value.pending) > 0) session.sure = true;
    }
    const { promises } = this.#broker;
    for (let at = 0; at < count; at++) {
      const session = sessions[at]!;
      const qos = Math.min(arrival.qos, session.grant);
      if (promises?.overlap !== 'once') session.mostMatches = Math.max(session.mostMatches, session.matches);
      if (qos <= 0) {
        if (session.offlineSince < 0) continue;
        message.lingers = true;
        if (promises?.queueQoS0 === true) session.queuedQoS0 += session.mostMatches;
        continue;
      }
      // Where each subscription brings a copy, some of the message at the head may have been sent, and some not.
      const { mostMatches } = session;
      const partly = mostMatches > 1 ? mostMatches : 0;
      const shared = sharedWith(session.groups) + session.groups.size;
      const queued = session.owedCount * mostMatches + partly + session.queuedQoS0 + shared;
      if (queued >= this.#broker.queueLimit(session.offlineSince >= 0))
        session.fullUpTo = session.owedPlaces + 1;
      const copy: Copy = {
        arrival,
        session,
        qos: qos as QoS,
        certain: session.sure && !repeats && session.client.role !== 'peer',
        place: ++session.owedPlaces,
        sentAt: 0,
        takes: session.offlineSince < 0 ? session.conn!.maximumPacketSize : Number.POSITIVE_INFINITY,
      };
      const debt = session.owed.get(message.key);
      if (debt === undefined) session.owed.set(message.key, { copies: [copy], rivals: NONE });
      else debt.copies.push(copy);
      session.owedCount++;
      message.owed++;
    }
  }

  /**
   * The copy that a sending of this message pays: the oldest of its QoS, or else the oldest; but where each subscription brings
   * one, a sending of QoS 0 is that of a subscription to which nothing is owed.
   */
  pay(session: Session, message: Message, qos: QoS, i: number): Copy | undefined {
    const debt = session.owed.get(message.key);
    if (debt === undefined) return undefined;
    const { copies } = debt;
    let copy = copies[0]!;
    if (copy.qos !== qos) {
      const same = copies.find((each) => each.qos === qos);
      if (same === undefined && qos === 0 && copy.certain && session.mostMatches > 1) return undefined;
      copy = same ?? copy;
    }
    if (copies.length === 1) session.owed.delete(message.key);
    else {
      copies.splice(copies.indexOf(copy), 1);
      debt.rivals = [...debt.rivals.filter((each) => isDoubtful(each, session)), copy];
    }
    session.owedCount--;
    message.owed--;
    copy.sentAt = i;
    return copy;
  }

  /** A filter was given up: what was queued for it may be sent or not [3.1.1/MQTT-3.10.4-3]. */
  doubt(session: Session, filter: string): void {
    const inner = innerFilter(filter);
    for (const { copies } of session.owed.all().values()) {
      if (!matches(inner, copies[0]!.arrival.message.topic)) continue;
      for (const copy of copies) copy.certain = false;
    }
  }

  /** What the session was sent may have been this message: its copies may come or not. */
  doubtMessage(session: Session, key: MessageKey): void {
    for (const copy of session.owed.get(key)?.copies ?? []) copy.certain = false;
  }

  /** The session goes on over a connection that may take less than those before. */
  resume({ owed, down }: Session, { maximumPacketSize }: Conn): void {
    if (maximumPacketSize === Number.POSITIVE_INFINITY) return;
    const takeNoMore = (copy: Copy): void => {
      copy.takes = Math.min(copy.takes, maximumPacketSize);
    };
    for (const { copies } of owed.all().values()) for (const copy of copies) takeNoMore(copy);
    for (const { copy } of down.flights.all().values()) if (copy !== undefined) takeNoMore(copy);
  }

  /** Nobody owes anything to a session that is over. */
  release(session: Session): void {
    for (const { copies } of session.owed.all().values()) copies[0]!.arrival.message.owed -= copies.length;
    session.owed.clear();
    session.owedCount = 0;
  }
}
