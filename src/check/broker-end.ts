/** What brokers read and write, as facts about sessions, subscriptions and messages. */
import type { Connack } from '../mqtt/codec/packet.ts';
import { parseShared } from '../mqtt/topic/validity.ts';
import {
  type Acknowledgement,
  answerOf,
  identifierOf,
  PUBACK,
  PUBCOMP,
  PUBREC,
  PUBREL,
  refuses,
} from './evidence/acknowledgement.ts';
import type { Census } from './evidence/census.ts';
import type { Conn } from './evidence/conn.ts';
import { DOUBTFUL, type Flight, Lane } from './evidence/lane.ts';
import type { Ledger } from './evidence/ledger.ts';
import { seenIn } from './evidence/seen.ts';
import { excuseOf, isEphemeral, Session } from './evidence/session.ts';
import { Subscription } from './evidence/subscription.ts';
import type { UnderWay } from './evidence/under-way.ts';
import { stateFor } from './families/sessions.ts';
import type { Families } from './families.ts';

export class BrokerEnd {
  readonly #census: Census;
  readonly #families: Families;

  constructor(census: Census, families: Families) {
    this.#census = census;
    this.#families = families;
  }

  read(conn: Conn, underWay: UnderWay, i: number, t: number, sentAt: number): void {
    const { packet } = underWay;
    const session = conn.session;
    if (session === undefined && packet.type !== 'connect' && packet.type !== 'disconnect') {
      conn.early.push({ packet: underWay, i, t, sentAt });
      return;
    }
    const ledger = this.#census.ledger(conn.broker);
    switch (packet.type) {
      case 'connect':
        // A second one is a violation that ends the connection; it says nothing of its session or will.
        if (conn.connectAt > 0) return;
        conn.connectAt = i;
        conn.connectTime = t;
        conn.clientId = packet.clientId === '' ? conn.name : packet.clientId;
        conn.clean = packet.cleanStart;
        conn.will = packet.will;
        conn.sessionExpiry = seconds(packet.properties?.sessionExpiryInterval ?? 0);
        conn.longestExpiry = conn.sessionExpiry;
        conn.maximumPacketSize = packet.properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY;
        this.#families.sessions.asked(ledger, conn);
        this.#families.wills.asked(ledger, conn);
        return;
      case 'publish': {
        if (session === undefined || conn.endedAtBroker) return;
        const flight = packet.qos === 0 ? undefined : session.up.flights.get(packet.packetId ?? 0);
        const seen = seenIn(underWay, i, t);
        this.#families.delivery.arrived(ledger, session, seen, flight);
        if (flight !== undefined) flight.arrived = true;
        return;
      }
      case 'subscribe':
        if (session === undefined || conn.endedAtBroker) return;
        conn.requests.set(packet.packetId, { packet, at: i });
        for (const asked of packet.subscriptions) {
          const { filter, qos } = asked;
          let subscription = session.subscriptions.get(filter);
          if (subscription === undefined) {
            subscription = new Subscription(session, filter, parseShared(filter) !== undefined, i, t);
            ledger.subscribe(subscription);
          }
          subscription.askedAt = i;
          // Any QoS up to the one asked for may be granted.
          subscription.pending |= (2 << qos) - 1;
          subscription.asked++;
          subscription.ask(
            asked,
            packet.properties?.subscriptionIdentifier ?? 0,
            subscription.certainSince > 0,
          );
        }
        return;
      case 'unsubscribe':
        conn.requests.set(packet.packetId, { packet, at: i });
        return;
      case 'disconnect': {
        const code = packet.reasonCode ?? 0;
        const expiry = packet.properties?.sessionExpiryInterval;
        // A session that was to end with its connection cannot be given a longer life: then it was no DISCONNECT [5.0/3.14.2.2.2].
        if (expiry !== undefined && expiry > 0 && conn.sessionExpiry === 0 && !conn.limitedExpiry) return;
        conn.disconnect = code === 0 ? 'normal' : 'with-will';
        if (expiry !== undefined) {
          conn.expiryChanged = seconds(expiry) !== conn.sessionExpiry;
          // What CONNACK granted may be the most there is, and DISCONNECT has no answer.
          if (!conn.limitedExpiry || seconds(expiry) < conn.sessionExpiry)
            conn.sessionExpiry = seconds(expiry);
          conn.longestExpiry = seconds(expiry);
          if (session !== undefined) session.ephemeral = isEphemeral(conn);
        }
        if (code === 0) this.#families.wills.withdrawn(conn, i);
        return;
      }
    }
  }

  acknowledgementRead(
    conn: Conn,
    acknowledgement: Acknowledgement,
    i: number,
    t: number,
    sentAt: number,
  ): void {
    if (conn.session === undefined) {
      conn.early.push({ packet: acknowledgement, i, t, sentAt });
      return;
    }
    const { up, down } = conn.session;
    const packetId = identifierOf(acknowledgement);
    switch (answerOf(acknowledgement)) {
      case PUBACK:
      case PUBCOMP:
        down.end(packetId, conn.broker, conn, i);
        return;
      case PUBREC: {
        const flight = down.flights.get(packetId);
        if (flight === undefined) return;
        if (refuses(acknowledgement)) down.end(packetId, conn.broker, conn, i);
        else {
          if (flight.stage === 'publish') flight.stage = 'pubrec';
          if (conn.broker.remote) flight.answer = { conn, at: i };
        }
        return;
      }
      case PUBREL:
        up.known.delete(packetId);
        return;
    }
  }

  sent(conn: Conn, underWay: UnderWay, i: number, t: number): void {
    const { packet } = underWay;
    const ledger = this.#census.ledger(conn.broker);
    const session = conn.session;
    conn.wrote.i = i;
    conn.wrote.t = t;
    switch (packet.type) {
      case 'connack':
        conn.answeredBy(conn.broker, conn.connectAt);
        this.#connack(ledger, conn, packet, i, t);
        return;
      case 'pingresp':
        conn.answeredPing = conn.pings.shift() ?? conn.answeredPing;
        conn.answeredBy(conn.broker, conn.answeredPing.i);
        return;
      case 'disconnect':
        conn.sentAway = packet.reasonCode ?? 0;
        return;
      case 'publish': {
        if (session === undefined) return;
        // What was written before another connection took over may come by after what was written on that.
        if (conn.broker.remote && (session.over || session.conn !== conn)) return;
        const { key, topic } = underWay;
        const alike = conn.v < 5 ? ledger.alike(topic, key) : undefined;
        if (alike !== undefined) {
          const flying = session.down.flights.get(packet.packetId ?? 0)?.key;
          underWay.key = alike.find((each) => each === flying) ?? alike[alike.length - 1]!;
        }
        const sending = this.#families.exchanges.published(
          conn,
          session.down,
          conn.broker,
          packet,
          underWay.topic,
          underWay.key,
          i,
          true,
        );
        const flight = packet.qos === 0 ? undefined : session.down.flights.get(packet.packetId ?? 0);
        if (alike !== undefined && alike.length > 1)
          this.#families.delivery.doubted(ledger, session, topic, alike);
        else
          this.#families.delivery.forwarded(ledger, conn, session, seenIn(underWay, i, t), sending, flight);
        underWay.key = key;
        return;
      }
      case 'suback': {
        const request = conn.requests.get(packet.packetId);
        if (request !== undefined) conn.answeredBy(conn.broker, request.at);
        if (request?.packet.type !== 'subscribe' || session === undefined) return;
        for (const [at, { filter, retainHandling }] of request.packet.subscriptions.entries()) {
          const subscription = session.subscriptions.get(filter);
          if (subscription === undefined) continue;
          if (--subscription.asked <= 0) {
            subscription.asked = 0;
            subscription.pending = 0;
          }
          subscription.answeredAt = i;
          const code = packet.reasonCodes[at] ?? 0x80;
          if (code < 0x80) {
            subscription.grants |= 1 << code;
            this.#families.retainedMessages.granted(
              ledger,
              conn,
              session,
              subscription,
              retainHandling ?? 0,
              code,
              t,
            );
          } else if (subscription.grants === 0) ledger.unsubscribe(session, filter);
        }
        return;
      }
      case 'unsuback': {
        const request = conn.requests.get(packet.packetId);
        if (request !== undefined) conn.answeredBy(conn.broker, request.at);
        if (request?.packet.type !== 'unsubscribe' || session === undefined) return;
        conn.requests.delete(packet.packetId);
        for (const filter of request.packet.filters) {
          const subscription = session.subscriptions.get(filter);
          if (subscription === undefined) continue;
          session.former.set(filter, i);
          // It may have been asked for again before this answer.
          if (subscription.askedAt < request.at) ledger.unsubscribe(session, filter);
        }
        return;
      }
    }
  }

  /** It wrote an acknowledgement. */
  acknowledged(conn: Conn, acknowledgement: Acknowledgement, i: number, t: number): void {
    const { session } = conn;
    const packetId = identifierOf(acknowledgement);
    conn.wrote.i = i;
    conn.wrote.t = t;
    switch (answerOf(acknowledgement)) {
      case PUBREL: {
        const flight = session?.down.flights.get(packetId);
        if (flight === undefined) return;
        const { answer } = flight;
        if (answer?.conn === conn) conn.answeredBy(conn.broker, answer.at);
        this.#families.exchanges.released(conn, flight, i);
        return;
      }
      case PUBACK:
      case PUBCOMP: {
        const arrival = this.#answered(conn, session, packetId)?.arrival;
        if (arrival !== undefined && arrival.answeredAt === 0) {
          arrival.answeredAt = i;
          conn.broker.answeredUpTo = Math.max(conn.broker.answeredUpTo, arrival.i);
          if (arrival.retain)
            this.#census.ledger(conn.broker).retained.answered(arrival, refuses(acknowledgement), i);
        }
        return;
      }
      case PUBREC: {
        const flight = this.#answered(conn, session, packetId);
        if (!refuses(acknowledgement)) return;
        session?.up.known.delete(packetId);
        const arrival = flight?.arrival;
        if (arrival?.retain) this.#census.ledger(conn.broker).retained.answered(arrival, true, i);
        return;
      }
    }
  }

  /** The broker has read what it acknowledges. */
  #answered(conn: Conn, session: Session | undefined, id: number): Flight | undefined {
    const flight = session?.up.flights.get(id);
    if (flight?.conn === conn) conn.answeredBy(conn.broker, flight.at);
    return flight;
  }

  #connack(ledger: Ledger, conn: Conn, packet: Connack, i: number, t: number): void {
    const assigned = packet.properties?.assignedClientIdentifier;
    if (assigned !== undefined) conn.clientId = assigned;
    const known = ledger.sessions.get(conn.clientId);
    const fate = this.#families.sessions.answered(ledger, conn, packet, known, i);
    if (packet.reasonCode !== 0) {
      this.#families.wills.refused(conn);
      return;
    }
    conn.acceptedAt = i;
    conn.acceptedTime = t;
    conn.broker.answeredUpTo = Math.max(conn.broker.answeredUpTo, conn.connectAt);
    const expiry = packet.properties?.sessionExpiryInterval;
    if (expiry !== undefined) {
      conn.limitedExpiry = seconds(expiry) < conn.sessionExpiry;
      conn.sessionExpiry = seconds(expiry);
      conn.longestExpiry = conn.sessionExpiry;
    }
    const session =
      fate === 'resumed' && known !== undefined
        ? known
        : this.#begin(ledger, conn, known, fate === 'doubtful', t);
    if (fate === 'inherited') session.loseSight();
    if (session === known) {
      this.#resume(known, conn, i);
      ledger.debts.resume(known, conn);
    }
    this.#families.wills.returned(ledger, conn, fate, i);
    conn.session = session;
    conn.up = session.up;
    this.#families.sessions.accepted(ledger, conn);
    this.#early(conn);
  }

  /** A session goes on over a new connection. */
  #resume(session: Session, conn: Conn, i: number): void {
    // Who takes a connection over may be another process, or one that was started again.
    if (conn.client.remote && session.conn?.endedAtBroker === false) conn.client.crashes++;
    // What such a broker wrote on the last connection may not have come as far as here.
    if (conn.broker.remote) session.down.crashes = DOUBTFUL;
    if (session.client !== conn.client) {
      // Another node took the session over: it knows nothing of what the first had under way.
      const { known: identifiers } = session.up;
      session.client = conn.client;
      // But it may remember what it had under way itself, when it had the session before.
      session.up = new Lane(DOUBTFUL);
      for (const [id, crashes] of identifiers.all()) session.up.known.set(id, crashes);
      session.down.known.clear();
    }
    for (const subscription of session.subscriptions.values()) {
      // A SUBSCRIBE without an answer may have been heard.
      if (subscription.asked > 0) subscription.answeredAt = i;
      subscription.grants |= subscription.pending;
      subscription.pending = 0;
      subscription.asked = 0;
      subscription.lowered = 0;
    }
    session.conn = conn;
    session.offlineSince = -1;
    session.ephemeral = isEphemeral(conn);
  }

  /** A session begins, and ends the one before; unless it is doubtful whether that goes on. */
  #begin(ledger: Ledger, conn: Conn, before: Session | undefined, doubtful: boolean, t: number): Session {
    const session = new Session(conn);
    ledger.sessions.set(conn.clientId, session);
    if (before === undefined) return session;
    // Until it reads the CONNACK, and before 5.0 even then, its client may go on as if nothing had ended.
    if (!conn.clean) {
      session.up.crashes = DOUBTFUL;
      for (const id of before.down.known.all().keys()) session.down.known.set(id, DOUBTFUL);
    }
    if (before.over) return session;
    if (!conn.clean && stateFor(conn, before, t) !== 'absent')
      for (const [id, { key }] of before.up.flights.all())
        if (before.up.known.has(id)) session.up.denied.set(id, key);
    const reason = conn.clean
      ? 'its session ended when the client asked for a clean one'
      : doubtful
        ? 'nobody can see whether its session went on'
        : 'its session had ended';
    const lost = before.shaken || ledger.broker.forgetful;
    const subscriptions = [...before.subscriptions.values()];
    this.#families.losses.closed(ledger, before, lost ? (excuseOf(before) ?? reason) : reason);
    if (doubtful) ledger.inherit(session, before, subscriptions);
    return session;
  }

  /** What the client wrote and the broker read before the CONNACK belongs to the session that the CONNACK decided. */
  #early(conn: Conn): void {
    for (const { packet: written, i, t, sentAt } of conn.early.splice(0)) {
      if (typeof written === 'number') {
        this.acknowledgementRead(conn, written, i, t, sentAt);
        continue;
      }
      const { packet, topic, key } = written;
      if (sentAt > 0) this.read(conn, written, i, t, sentAt);
      else if (packet.type === 'publish' && conn.session !== undefined) {
        const judged = conn.client.role !== 'peer';
        this.#families.exchanges.published(conn, conn.session.up, conn.client, packet, topic, key, i, judged);
      }
    }
  }
}

const FOR_EVER = 0xffffffff;

function seconds(interval: number): number {
  return interval === FOR_EVER ? Number.POSITIVE_INFINITY : interval;
}
