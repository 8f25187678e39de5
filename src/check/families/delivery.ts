/**
 * What a broker does with messages: each accepted one to every session that subscribed, no other, at the right QoS and flags,
 * in order.
 *
 * Everything doubtful is believed: a subscription counts against the broker only between its SUBACK and the first word of
 * its end, and for the broker from its SUBSCRIBE on; a crash with a store that promised less than sync excuses both
 * losses and duplicates.
 */
import type { Conn } from '../evidence/conn.ts';
import { DOUBTFUL, type Flight } from '../evidence/lane.ts';
import { type Ledger, MARK } from '../evidence/ledger.ts';
import type { Copy, Message } from '../evidence/message.ts';
import { isBarer, type MessageKey, messageKey } from '../evidence/message-key.ts';
import type { Seen } from '../evidence/seen.ts';
import type { Session } from '../evidence/session.ts';
import { formerOf, matchingOf, type Subscription } from '../evidence/subscription.ts';
import { placeOf, type Tally } from '../tally.ts';
import { Duplicates } from './duplicates.ts';
import type { Sending } from './exchange.ts';
import { Expiry } from './expiry.ts';
import { GrantedQoS } from './granted-qos.ts';
import { LOST } from './losses.ts';
import { Ordering } from './ordering.ts';
import { RetainFlag } from './retain-flag.ts';
import type { RetainedMessages } from './retained-messages.ts';
import type { SharedSubscriptions } from './shared-subscriptions.ts';
import { SubscriptionOptions } from './subscription-options.ts';
import type { Wills } from './wills.ts';

const SUBSCRIBED = placeOf('delivery.subscribed');
const PHANTOM = placeOf('delivery.phantom');
const AT_MOST_ONCE = placeOf('delivery.at-most-once');
const UNCHANGED = placeOf('delivery.unchanged');
const CAME = LOST.map(placeOf);

export class Delivery {
  readonly #tally: Tally;
  readonly #wills: Wills;
  readonly #retainFlag: RetainFlag;
  readonly #duplicates: Duplicates;
  readonly #ordering: Ordering;
  readonly #qos: GrantedQoS;
  readonly #expiry: Expiry;
  readonly #options: SubscriptionOptions;
  readonly #retainedMessages: RetainedMessages;
  readonly #sharedSubscriptions: SharedSubscriptions;

  constructor(
    tally: Tally,
    wills: Wills,
    retainedMessages: RetainedMessages,
    sharedSubscriptions: SharedSubscriptions,
  ) {
    this.#tally = tally;
    this.#wills = wills;
    this.#retainedMessages = retainedMessages;
    this.#sharedSubscriptions = sharedSubscriptions;
    this.#expiry = new Expiry(tally);
    this.#options = new SubscriptionOptions(tally);
    this.#retainFlag = new RetainFlag(tally);
    this.#duplicates = new Duplicates(tally, wills);
    this.#ordering = new Ordering(tally);
    this.#qos = new GrantedQoS(tally);
  }

  /** The broker read a PUBLISH; `flight` is absent at QoS 0. */
  arrived(ledger: Ledger, session: Session, seen: Seen, flight: Flight | undefined): void {
    const { packet } = seen;
    let repeats = flight?.arrival !== undefined;
    if (packet.qos === 2) {
      const id = packet.packetId ?? 0;
      const before = session.up.known.get(id);
      // A client that forgot what it had under way may come to the same identifier again.
      const anew = before !== undefined && session.client.remote && flight?.arrival === undefined;
      const denied = session.up.denied.get(id) === seen.key;
      session.up.denied.delete(id);
      if (before === DOUBTFUL || anew || denied) repeats = true;
      else if (before !== undefined && !(ledger.broker.forgetful && ledger.broker.crashes > before)) {
        // A broker that is not seen itself may have read none before this.
        const { crashes, remote } = ledger.broker;
        if (flight?.arrival !== undefined && (crashes > before || remote)) {
          flight.arrival.again = true;
          flight.arrival.message.ordered = false;
        }
        return;
      }
      session.up.known.set(id, ledger.broker.crashes);
    }
    if (seen.topic.includes(MARK))
      ledger.mark(messageKey(seen.topic.replaceAll(MARK, ''), packet.payload, packet.properties), seen.i);
    if (isBarer(packet.properties)) {
      ledger.strips(messageKey(seen.topic, packet.payload, undefined), seen.key);
    }
    const arrival = ledger.arrive(seen.key, seen.topic, {
      publisher: session.clientId,
      qos: packet.qos,
      retain: packet.retain,
      retained: packet.retain && packet.payload.length > 0,
      will: false,
      i: seen.i,
      t: seen.t,
      sentAt: seen.sentAt,
      expiry: packet.properties?.messageExpiryInterval ?? Number.POSITIVE_INFINITY,
      bytes: seen.bytes,
    });
    if (flight !== undefined) {
      if (flight.arrival !== undefined) {
        // The publisher waits for one answer, and it will be for either.
        arrival.settled = true;
        if (packet.qos === 1) this.#tally.reach('delivery.needless-duplicate');
      } else flight.arrival = arrival;
    }
    if (packet.retain) ledger.retained.written(seen.topic, seen.key, flight?.arrival ?? arrival, repeats);
    ledger.debts.owe(arrival, repeats);
  }

  /** The broker wrote a PUBLISH to a session. `flight` is absent at QoS 0. */
  forwarded(
    ledger: Ledger,
    conn: Conn,
    session: Session,
    seen: Seen,
    sending: Sending,
    flight: Flight | undefined,
  ): void {
    const due = session.retainedDue.size === 0 ? undefined : session.retainedDue.get(seen.topic);
    if (due !== undefined && (seen.packet.retain || due.message.key === seen.key))
      session.retainedDue.delete(seen.topic);
    if (sending === 'again') {
      if (seen.packet.qos === 1) this.#tally.reach('delivery.needless-duplicate');
      if (flight?.copy !== undefined) flight.copy.sentAt = seen.i;
      return;
    }
    const { key, topic, packet } = seen;
    const broker = ledger.broker.name;
    const message = ledger.message(key);
    if (sending === 'unknown') {
      if (message === undefined) return;
      ledger.groups.doubt(message);
      this.#carry(ledger, session, message, seen, flight);
      return;
    }
    // What brought it nobody saw: to such a session, or when it may be a will.
    if (session.inherited || this.#wills.mayBeDue(ledger, key)) {
      if (message === undefined) {
        this.#wills.published(ledger, session, seen, false);
        return;
      }
      ledger.sent(session, message, packet.qos);
      this.#carry(ledger, session, message, seen, flight);
      return;
    }
    const matching = matchingOf(session, topic);
    this.#tally.reachAt(SUBSCRIBED);
    if (matching.length === 0 && formerOf(session, topic, this.#oldest(ledger, seen, message)) === 0) {
      const text = `${broker} sent a message on ${topic} to ${session.clientId}, none of whose filters matches it`;
      const about = [message?.arrivals[0]?.i ?? 0, seen.i];
      // What a crash left of the store may be the session before this one.
      if (ledger.broker.forgetful) {
        const promised = ledger.broker.promises?.durability ?? 'unknown';
        const reason = `${broker} promised durability ${promised} and crashed`;
        this.#tally.excuse('delivery.subscribed', broker, reason, text, about);
      } else this.#tally.broken('delivery.subscribed', broker, text, about);
    }
    // What a broker says of itself has no publisher.
    if (topic.startsWith('$')) return;
    this.#tally.reachAt(PHANTOM);
    if (ledger.marked !== undefined && topic.includes(MARK)) this.#tally.reach('delivery.byte-order-mark');
    const origin = this.#retainFlag.forwarded(ledger, session, seen, message, matching);
    if (origin === 'store') {
      this.#retained(ledger, conn, session, seen, matching);
      return;
    }
    if (origin === 'either') {
      this.doubted(ledger, session, topic, [key]);
      return;
    }
    if (message === undefined) {
      this.#orphan(ledger, conn, session, seen);
      return;
    }
    if (this.#duplicates.forwarded(ledger, session, seen, message, matching, flight)) return;
    if (message.arrivals[0]!.will) this.#tally.reach('will.once');
    ledger.sent(session, message, packet.qos);
    this.#tally.reachAt(packet.qos === 0 ? AT_MOST_ONCE : UNCHANGED);
    this.#ordering.forwarded(ledger, session, seen, message, matching, flight);
    this.#qos.forwarded(ledger, session, seen, message, matching);
    if (message.expires || packet.properties?.messageExpiryInterval !== undefined)
      this.#expiry.forwarded(ledger, conn, seen, message.arrivals);
    this.#sharedSubscriptions.forwarded(ledger, conn, session, seen, message, matching);
    if (matching.length > 0 && formerOf(session, topic) === 0) {
      this.#options.forwarded(ledger, session, seen, message, matching);
      this.#options.identified(ledger, conn, session, seen, message.arrivals, matching, false);
    }
    this.#carry(ledger, session, message, seen, flight);
  }

  /** The broker wrote a PUBLISH that may be any of several messages: none of them has to come any more. */
  doubted(ledger: Ledger, session: Session, topic: string, keys: readonly MessageKey[]): void {
    session.retainedDue.delete(topic);
    for (const key of keys) {
      ledger.debts.doubtMessage(session, key);
      const message = ledger.message(key);
      if (message !== undefined) ledger.groups.doubt(message);
    }
  }

  /** A message that a subscription brought. */
  #retained(
    ledger: Ledger,
    conn: Conn,
    session: Session,
    seen: Seen,
    matching: readonly Subscription[],
  ): void {
    const retained = ledger.retained.of(seen.topic, seen.key);
    if (typeof retained !== 'object') return;
    const { arrival, again } = retained;
    if (!again) this.#expiry.forwarded(ledger, conn, seen, [arrival]);
    this.#retainedMessages.forwarded(ledger, session, seen, retained, matching);
    this.#qos.retained(ledger, session, seen, retained, matching);
    if (matching.length > 0 && formerOf(session, seen.topic) === 0)
      this.#options.identified(ledger, conn, session, seen, [arrival], matching, true);
  }

  /** The client read a PUBLISH for the first time. */
  came(copy: Copy | undefined): void {
    if (copy?.certain) this.#tally.reachAt(CAME[copy.qos]!);
  }

  /** Ordinal of the first arrival that may be behind a sending. */
  #oldest(ledger: Ledger, { packet, topic, key }: Seen, message: Message | undefined): number {
    // A store that lost something may have lost an UNSUBSCRIBE.
    if (ledger.broker.forgetful) return 0;
    const arrived = message?.arrivals[0]?.i ?? 0;
    if (!packet.retain) return arrived;
    const retained = ledger.retained.of(topic, key);
    return typeof retained === 'object' ? Math.min(retained.first, arrived) : 0;
  }

  /** Pays what is owed and lets the flight carry it. */
  #carry(ledger: Ledger, session: Session, message: Message, seen: Seen, flight: Flight | undefined): void {
    const copy = ledger.debts.pay(session, message, seen.packet.qos, seen.i);
    const carried = copy?.certain ? copy : (forgottenCopy(session, seen.key, flight) ?? copy);
    if (flight !== undefined) flight.copy = carried;
  }

  /** A message that is not in the ledger: a will too early, something changed, or nothing that anybody sent. */
  #orphan(ledger: Ledger, conn: Conn, session: Session, seen: Seen): void {
    const lingers = ledger.mayLinger(seen.key) || ledger.retained.of(seen.topic, seen.key) !== undefined;
    if (this.#wills.published(ledger, session, seen, lingers) || lingers) return;
    if (ledger.inherits) {
      // Somebody else has published it, or it is a will from before.
      if (ledger.broker.remote) this.#tally.strangers = true;
      return;
    }
    const broker = ledger.broker.name;
    if (ledger.broker.mayOriginate) {
      const text = `${broker} sent ${session.clientId} a message on ${seen.topic} that nobody was seen to publish`;
      this.#tally.excuse(
        'delivery.phantom',
        broker,
        `the application of ${broker} may have published it`,
        text,
        [seen.i],
      );
      return;
    }
    const marked = ledger.marked?.get(seen.key);
    if (marked !== undefined) {
      const text = `${broker} sent ${session.clientId} a message on ${seen.topic} that was published with U+FEFF in its topic`;
      this.#tally.broken('delivery.byte-order-mark', broker, text, [marked, seen.i]);
      return;
    }
    for (const { copies } of session.owed.all().values()) {
      const { arrival } = copies[0]!;
      if (arrival.message.topic === seen.topic && arrival.qos >= seen.packet.qos) {
        this.#tally.broken(
          'delivery.unchanged',
          broker,
          `${broker} sent ${session.clientId} a message on ${seen.topic} that nobody published like this; ` +
            `the one of event ${arrival.i} is still owed`,
          [arrival.i, seen.i],
        );
        return;
      }
    }
    this.#tally.broken(
      'delivery.phantom',
      broker,
      `${broker} sent ${session.clientId} a message on ${seen.topic} that nobody published (${seen.packet.payload.length} B, on ${conn.name})`,
      [seen.i],
    );
  }
}

/**
 * The copy of an equal flight that a crash took: nobody had been told of the message, its publisher sent it again, and what the broker
 * makes of that is the copy that is owed. Nothing of the earlier flight is.
 */
function forgottenCopy(session: Session, key: MessageKey, flight: Flight | undefined): Copy | undefined {
  for (const other of session.down.flights.all().values()) {
    if (!other.forgettable || other === flight || other.key !== key || other.arrived) continue;
    const { copy } = other;
    other.copy = undefined;
    return copy;
  }
  return undefined;
}
