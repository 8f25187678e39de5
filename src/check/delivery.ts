/**
 * What a broker does with messages: each accepted one to every session that subscribed, no other, at the right QoS and flags,
 * in order.
 *
 * Everything doubtful is believed: a subscription counts against the broker only between its SUBACK and the first word of
 * its end, and for the broker from its SUBSCRIBE on; a crash with a store that promised less than sync excuses both
 * losses and duplicates.
 */
import type { Publish } from '../mqtt/codec/packet.ts';
import { describeTime } from '../trace/describe.ts';
import type { Sending } from './exchange.ts';
import {
  type Arrival,
  type Copy,
  copiesTo,
  formerOf,
  highest,
  isDoubtful,
  type Ledger,
  lowest,
  type Message,
  matchingOf,
} from './ledger.ts';
import type { MessageKey } from './message-key.ts';
import { type Conn, DOUBTFUL, type Flight, type Session, type Subscription } from './model.ts';
import type { RuleId } from './rules.ts';
import type { Tally } from './tally.ts';
import type { Wills } from './wills.ts';

/** A broker has routed a QoS 0 message this long after it came, whatever else it had to do. */
const ROUTED_AFTER_MICROS = 10_000_000;

const LOST: readonly RuleId[] = ['delivery.at-most-once', 'delivery.at-least-once', 'delivery.exactly-once'];
const DOUBLED: readonly RuleId[] = [
  'delivery.at-most-once',
  'delivery.needless-duplicate',
  'delivery.exactly-once',
];

/** A PUBLISH with what an observer knows of it. */
export interface Seen {
  packet: Publish;
  topic: string;
  key: MessageKey;
  /** Ordinal and time of the event at hand, and the ordinal of the sending. */
  i: number;
  t: number;
  sentAt: number;
  bytes: number;
}

export class Delivery {
  readonly #tally: Tally;
  readonly #wills: Wills;

  constructor(tally: Tally, wills: Wills) {
    this.#tally = tally;
    this.#wills = wills;
  }

  /** The broker read a PUBLISH; `flight` is absent at QoS 0. */
  arrived(ledger: Ledger, session: Session, seen: Seen, flight: Flight | undefined): void {
    const { packet } = seen;
    let repeats = flight?.arrival !== undefined;
    if (packet.qos === 2) {
      const id = packet.packetId ?? 0;
      const before = session.up.known.get(id);
      if (before === DOUBTFUL) repeats = true;
      else if (before !== undefined && !(ledger.broker.forgetful && ledger.broker.crashes > before)) {
        if (flight?.arrival !== undefined && ledger.broker.crashes > before) flight.arrival.again = true;
        return;
      }
      session.up.known.set(id, ledger.broker.crashes);
    }
    const arrival = ledger.arrive(seen.key, seen.topic, {
      publisher: session.clientId,
      qos: packet.qos,
      retain: packet.retain,
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
    ledger.owe(arrival, repeats);
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
    if (sending === 'again') {
      if (seen.packet.qos === 1) this.#tally.reach('delivery.needless-duplicate');
      if (flight?.copy !== undefined) flight.copy.sentAt = seen.i;
      return;
    }
    const { key, topic, packet } = seen;
    const broker = ledger.broker.name;
    // What a broker says of itself has no publisher.
    if (topic.startsWith('$')) return;
    const message = ledger.message(key);
    if (sending === 'unknown') {
      if (message !== undefined) this.#carry(ledger, session, message, seen, flight);
      return;
    }
    const matching = matchingOf(session, topic);
    this.#tally.reach('delivery.phantom');
    this.#tally.reach('delivery.subscribed');
    if (matching.length === 0 && formerOf(session, topic, this.#oldest(ledger, seen, message)) === 0) {
      this.#tally.broken(
        'delivery.subscribed',
        broker,
        `${broker} sent a message on ${topic} to ${session.clientId}, none of whose filters matches it`,
        [message?.arrivals[0]?.i ?? 0, seen.i],
      );
    }
    if (this.#fromStore(ledger, session, seen, message, matching)) return;
    if (message === undefined) {
      this.#orphan(ledger, conn, session, seen);
      return;
    }
    if (this.#doubled(ledger, session, seen, message, matching, flight)) return;
    ledger.sent(session, message, packet.qos);
    this.#tally.reach(packet.qos === 0 ? 'delivery.at-most-once' : 'delivery.unchanged');
    this.#ordered(ledger, session, seen, message, matching);
    this.#granted(ledger, session, seen, message, matching);
    this.#carry(ledger, session, message, seen, flight);
  }

  /** The client read a PUBLISH for the first time. */
  came(copy: Copy | undefined): void {
    if (copy?.certain) this.#tally.reach(LOST[copy.qos]!);
  }

  /** The session is over, and with it what it was owed. `reason` excuses the losses. */
  closed(ledger: Ledger, session: Session, reason: string): void {
    this.#unpaid(session, reason);
    ledger.release(session);
    for (const flight of session.down.flights.values()) {
      if (!flight.arrived && flight.copy !== undefined)
        this.#missing(flight.copy, session, reason, flight.at, undefined);
    }
    session.down.flights.clear();
    for (const flight of session.up.flights.values()) {
      if (flight.arrival !== undefined) flight.arrival.settled = true;
    }
    session.up.flights.clear();
  }

  /** The run is over; `quiet` when it ended healed, with time for everything to come. */
  finish(ledger: Ledger, quiet: boolean): void {
    for (const session of ledger.sessions.values()) {
      if (session.over) continue;
      const reason = !quiet ? 'the run ended before everything had time to come' : excuseOf(session);
      this.#unpaid(session, reason);
      for (const flight of session.down.flights.values()) {
        if (!flight.arrived && flight.copy !== undefined)
          this.#missing(flight.copy, session, reason, flight.at, undefined);
      }
    }
  }

  /** What was never sent. Of equal messages one that need not have been sent stands in for one that had to be. */
  #unpaid(session: Session, reason: string | undefined): void {
    for (const { copies, rivals } of session.owed.values()) {
      const doubtful = rivals.filter((each) => isDoubtful(each, session));
      for (const copy of copies) {
        const rival = isDoubtful(copy, session) ? undefined : doubtful.shift();
        this.#missing(copy, session, reason, 0, rival);
      }
    }
  }

  /**
   * A copy did not come. An arrival that nobody was told about promised nothing, and neither did a subscription that may
   * not have been there.
   */
  #missing(
    copy: Copy,
    session: Session,
    reason: string | undefined,
    sentAt: number,
    rival: Copy | undefined,
  ): void {
    const { arrival } = copy;
    if (!copy.certain || arrival.acceptedAt === 0 || rival?.arrival.acceptedAt === 0) return;
    const rule = LOST[copy.qos]!;
    this.#tally.reach(rule);
    const broker = session.broker.name;
    const age = this.#tally.now - arrival.t;
    const excuse =
      reason ??
      ((rival ?? copy).place <= session.fullUpTo && sentAt === 0
        ? `the queue of the session was full (limit ${session.broker.promises?.queueLimit ?? 'unknown'})`
        : age >= arrival.expiry * 1_000_000
          ? `it expired after ${arrival.expiry} s`
          : arrival.bytes > (session.conn?.maximumPacketSize ?? Number.POSITIVE_INFINITY) - 16
            ? 'it may be larger than the Maximum Packet Size of the client'
            : undefined);
    const died =
      sentAt > 0
        ? `${broker} sent it at event ${sentAt}, it was never read, and it was not sent again`
        : `${broker} never sent it`;
    const killer =
      session.broker.crashedAt > arrival.i
        ? `; ${broker} crashed with it at event ${session.broker.crashedAt}`
        : session.cutAt > arrival.i
          ? `; the connection of ${session.clientId} ended at event ${session.cutAt}`
          : '';
    const what = arrival.will ? `the will of ${arrival.publisher}` : `a message of ${arrival.publisher}`;
    const text =
      `${what} on ${arrival.message.topic}, QoS ${copy.qos}, accepted by ${broker} at event ${arrival.i} ` +
      `(${describeTime(arrival.t)}), never came to ${session.clientId}: ${died}${killer}`;
    const about = [
      arrival.sentAt,
      arrival.i,
      arrival.acceptedAt,
      sentAt,
      session.broker.crashedAt > arrival.i ? session.broker.crashedAt : 0,
      session.cutAt > arrival.i ? session.cutAt : 0,
    ];
    const rules: RuleId[] = arrival.will ? [rule, 'will.due'] : [rule];
    for (const each of rules) {
      if (excuse === undefined) this.#tally.broken(each, broker, text, about);
      else this.#tally.excuse(each, broker, excuse, text, about);
    }
  }

  /** Ordinal of the first arrival that may be behind a sending. */
  #oldest(ledger: Ledger, { packet, topic, key }: Seen, message: Message | undefined): number {
    const arrived = message?.arrivals[0]?.i ?? 0;
    if (!packet.retain) return arrived;
    const retained = ledger.retainedAs(topic, key);
    return typeof retained === 'object' ? Math.min(retained.first, arrived) : 0;
  }

  /** Pays what is owed and lets the flight carry it. */
  #carry(ledger: Ledger, session: Session, message: Message, seen: Seen, flight: Flight | undefined): void {
    const copy = ledger.pay(session, message, seen.packet.qos, seen.i);
    if (flight !== undefined) flight.copy = copy;
  }

  /** Deals with RETAIN 1; true when this was a retained message for a new subscription. */
  #fromStore(
    ledger: Ledger,
    session: Session,
    seen: Seen,
    message: Message | undefined,
    matching: readonly Subscription[],
  ): boolean {
    const { packet, topic, key } = seen;
    const retained = ledger.retainedAs(topic, key);
    const tally = this.#tally;
    const broker = ledger.broker.name;
    if (packet.retain) {
      tally.reach('delivery.retain-flag');
      const asPublished = matching.some((each) => each.retainAsPublished);
      const owed = session.owed.has(key);
      if (asPublished && message !== undefined && (owed || copiesTo(message, session) === 0)) return false;
      if (retained === undefined) {
        if (message !== undefined) {
          tally.broken(
            'delivery.retain-flag',
            broker,
            `${broker} sent a message on ${topic} to ${session.clientId} with RETAIN 1, but it is no retained message`,
            [message.arrivals[0]!.i, seen.i],
          );
        }
        return false;
      }
      if (retained === true) return true;
      // The store may have been looked at any time until the SUBACK was sent.
      const fresh =
        matching.length === 0 ||
        formerOf(session, topic) > 0 ||
        matching.some(
          (each) => each.pending !== 0 || each.answeredAt === 0 || each.answeredAt >= retained.first,
        );
      if (fresh || asPublished || ledger.broker.crashes > 0) return true;
      tally.broken(
        'delivery.retain-flag',
        broker,
        `${broker} sent a message on ${topic} to ${session.clientId} with RETAIN 1, although it had subscribed before the message came`,
        [retained.i, seen.i],
      );
      return false;
    }
    if (retained === undefined || retained === true || matching.length === 0) return false;
    if ((message !== undefined && copiesTo(message, session) > 0) || session.owed.has(key)) return false;
    // Nobody owes it to this session, so that it can only come from the store: then RETAIN has to say so.
    const last = message?.arrivals[message.arrivals.length - 1];
    const routed =
      last === undefined || last.answeredAt > 0
        ? (last?.answeredAt ?? retained.i)
        : last.qos === 0 && seen.t - last.t > ROUTED_AFTER_MICROS
          ? last.i
          : Number.POSITIVE_INFINITY;
    const later = matching.every(
      (each) =>
        each.since > routed && each.sinceTime - retained.t > (last?.qos === 0 ? ROUTED_AFTER_MICROS : 0),
    );
    if (!later || formerOf(session, topic) > 0) return false;
    tally.reach('delivery.retain-flag');
    tally.broken(
      'delivery.retain-flag',
      broker,
      `${broker} sent ${session.clientId} the retained message on ${topic}, which came before it subscribed, with RETAIN 0`,
      [retained.i, matching[0]!.since, seen.i],
    );
    return true;
  }

  /** A message that is not in the ledger: a will too early, something changed, or nothing that anybody sent. */
  #orphan(ledger: Ledger, conn: Conn, session: Session, seen: Seen): void {
    if (ledger.mayLinger(seen.key) || ledger.retainedAs(seen.topic, seen.key) !== undefined) return;
    if (this.#wills.published(ledger, seen)) return;
    const broker = ledger.broker.name;
    for (const { copies } of session.owed.values()) {
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

  /** True when this copy is one too many. */
  #doubled(
    ledger: Ledger,
    session: Session,
    seen: Seen,
    message: Message,
    matching: readonly Subscription[],
    flight: Flight | undefined,
  ): boolean {
    const { broker } = ledger;
    const shared = matching.filter((each) => each.shared).length;
    const ordinary = matching.length - shared + formerOf(session, seen.topic);
    const copies = (broker.promises?.overlap === 'once' && ordinary > 1 ? 1 : ordinary) + shared;
    const sent = copiesTo(message, session);
    if (sent < message.arrivals.length * (copies === 0 ? 1 : copies)) return false;
    const { qos } = seen.packet;
    const will = message.arrivals.some((each) => each.will);
    const rule = will ? 'will.once' : DOUBLED[qos]!;
    this.#tally.reach(rule);
    const first = message.arrivals[0]!;
    const text =
      `${broker.name} sent ${session.clientId} ${will ? 'a will' : 'a message'} on ${seen.topic} at QoS ${qos} ${sent + 1} times; ` +
      `it came to ${broker.name} ${message.arrivals.length === 1 ? 'once' : `${message.arrivals.length} times`}, first at event ${first.i}`;
    const about = [...message.arrivals.map(({ i }) => i), seen.i];
    const earlier = [...session.down.flights.entries()].find(
      ([, other]) => other !== flight && other.key === seen.key && other.crashes < broker.crashes,
    );
    if (broker.forgetful) {
      this.#tally.excuse(
        rule,
        broker.name,
        `${broker.name} promised durability ${broker.promises?.durability ?? 'unknown'} and crashed`,
        text,
        about,
      );
    } else if (earlier !== undefined && qos === 1) {
      // Its identifier was not stored with the message, so that the crash made it a first sending again.
      if (flight !== undefined) flight.copy = earlier[1].copy;
      session.down.flights.delete(earlier[0]);
      this.#tally.excuse(rule, broker.name, `${broker.name} crashed before it was acknowledged`, text, about);
    } else this.#tally.broken(rule, broker.name, text, about);
    return true;
  }

  #ordered(
    ledger: Ledger,
    session: Session,
    seen: Seen,
    message: Message,
    matching: readonly Subscription[],
  ): void {
    // Copies of several subscriptions may overtake each other, and members of a group share what comes.
    if (matching.length !== 1 && ledger.broker.promises?.overlap !== 'once') return;
    if (matching.some((each) => each.shared) || formerOf(session, seen.topic) > 0) return;
    // Of equal messages of several streams nobody can say which one this is.
    const { stream } = message.arrivals[0]!;
    if (message.arrivals.some((arrival) => arrival.stream !== stream || arrival.again)) return;
    const forwarded = session.forwarded[seen.packet.qos]!;
    let chosen: Arrival | undefined;
    for (const arrival of message.arrivals) {
      const last = forwarded.get(arrival.stream) ?? 0;
      if (arrival.place > last) {
        chosen = arrival;
        break;
      }
    }
    this.#tally.reach('ordering.messages');
    if (chosen !== undefined) {
      forwarded.set(chosen.stream, chosen.place);
      return;
    }
    const late = message.arrivals[message.arrivals.length - 1]!;
    const broker = ledger.broker.name;
    this.#tally.broken(
      'ordering.messages',
      broker,
      `${broker} sent ${session.clientId} a message of ${late.publisher} on ${seen.topic} (event ${late.i}) after a later one of the same topic and QoS`,
      [late.i, seen.i],
    );
  }

  #granted(
    ledger: Ledger,
    session: Session,
    seen: Seen,
    message: Message,
    matching: readonly Subscription[],
  ): void {
    let grants = 0;
    let certain = true;
    for (const each of matching) {
      grants |= each.grants | each.pending;
      const fixed = each.pending === 0 && lowest(each.grants) === highest(each.grants);
      if (
        !fixed ||
        each.shared ||
        each.noLocal ||
        !(each.certainSince > 0 && each.certainSince < message.arrivals[0]!.i)
      ) {
        certain = false;
      }
    }
    if (grants === 0) return;
    const { qos } = seen.packet;
    this.#tally.reach('delivery.qos');
    let allowed = false;
    let best = 0;
    for (const arrival of message.arrivals) {
      for (const grant of [0, 1, 2]) {
        if ((grants & (1 << grant)) === 0) continue;
        const lower = Math.min(arrival.qos, grant);
        if (lower === qos) allowed = true;
        best = Math.max(best, lower);
      }
    }
    const once = matching.length === 1 || ledger.broker.promises?.overlap === 'once';
    if (allowed && (qos === best || !certain || !once || message.arrivals.length > 1)) return;
    if (formerOf(session, seen.topic) > 0) return;
    const broker = ledger.broker.name;
    const published = message.arrivals.map((each) => each.qos).join(' or ');
    const granted = [0, 1, 2].filter((grant) => (grants & (1 << grant)) !== 0).join(' or ');
    this.#tally.broken(
      'delivery.qos',
      broker,
      `${broker} sent ${session.clientId} a message on ${seen.topic} at QoS ${qos}: published at ${published}, granted ${granted}`,
      [message.arrivals[0]!.i, seen.i],
    );
  }
}

/** Why nothing can be asked of this session at the end of a run, or undefined. */
export function excuseOf(session: Session): string | undefined {
  const { broker, conn } = session;
  if (session.shaken || broker.forgetful) {
    return `${broker.name} promised durability ${broker.promises?.durability ?? 'unknown'} and crashed`;
  }
  if (!broker.up) return `${broker.name} was down when the run ended`;
  if (!session.client.up) return `${session.clientId} was down when the run ended`;
  if (conn === undefined || conn.onlineAt === 0 || conn.endedAtBroker || conn.endedAtClient) {
    return `${session.clientId} was away when the run ended`;
  }
  return undefined;
}
