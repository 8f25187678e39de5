/** What clients write and read, as facts about their sessions. */
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
import { DOUBTFUL, type Flight } from './evidence/lane.ts';
import { seenIn } from './evidence/seen.ts';
import type { Session } from './evidence/session.ts';
import type { UnderWay } from './evidence/under-way.ts';
import type { Families } from './families.ts';

export class ClientEnd {
  readonly #census: Census;
  readonly #families: Families;

  constructor(census: Census, families: Families) {
    this.#census = census;
    this.#families = families;
  }

  sent(conn: Conn, underWay: UnderWay, i: number, t: number): void {
    const { packet } = underWay;
    const session = sessionOf(conn);
    switch (packet.type) {
      case 'connect':
        // The client's state is decided by what the broker answers; until then the connection only has a version.
        conn.v = packet.protocolVersion;
        conn.client.isClient = true;
        return;
      case 'publish': {
        // A client may publish before its CONNECT is answered [3.1.1/3.1.4].
        const lane = conn.up;
        if (lane === undefined) {
          conn.early.push({ packet: underWay, i, t, sentAt: 0 });
          this.#families.applications.sent(conn, session, seenIn(underWay, i, t), 'new');
          return;
        }
        const judged = conn.client.role !== 'peer';
        const sending = this.#families.exchanges.published(
          conn,
          lane,
          conn.client,
          packet,
          underWay.topic,
          underWay.key,
          i,
          judged,
        );
        this.#families.applications.sent(conn, session, seenIn(underWay, i, t), sending);
        return;
      }
      case 'pingreq':
        if (conn.broker.remote) conn.pings.push({ i, t });
        return;
      case 'subscribe':
        for (const { filter, qos } of packet.subscriptions) {
          const subscription = session?.subscriptions.get(filter);
          // A lower QoS may be applied to what has not been sent yet.
          if (subscription === undefined || 1 << qos >= subscription.grants) continue;
          subscription.lowered++;
          this.#census.ledger(conn.broker).debts.doubt(session!, filter);
        }
        return;
      case 'unsubscribe':
        conn.unsubscribing.set(packet.packetId, packet.filters);
        for (const filter of packet.filters) {
          const subscription = session?.subscriptions.get(filter);
          if (subscription === undefined) continue;
          subscription.certainSince = 0;
          this.#census.ledger(conn.broker).debts.doubt(session!, filter);
        }
        return;
    }
  }

  /** It wrote an acknowledgement. */
  acknowledged(conn: Conn, acknowledgement: Acknowledgement, i: number): void {
    const session = sessionOf(conn);
    const packetId = identifierOf(acknowledgement);
    const { dueAcks } = conn;
    switch (answerOf(acknowledgement)) {
      case PUBACK:
        takenOver(this.#answered(conn, session, packetId));
        this.#families.exchanges.acknowledged(conn, dueAcks.puback, packetId, 'PUBACK', i);
        return;
      case PUBREC:
        if (refuses(acknowledgement)) session?.down.known.delete(packetId);
        else this.#answered(conn, session, packetId);
        this.#families.exchanges.acknowledged(conn, dueAcks.pubrec, packetId, 'PUBREC', i);
        return;
      case PUBCOMP:
        this.#answered(conn, session, packetId);
        return;
      case PUBREL:
        this.#released(conn, packetId, i);
        this.#families.exchanges.acknowledged(conn, dueAcks.pubrel, packetId, 'PUBREL', i);
        return;
    }
  }

  /** The client answered for a message. */
  #answered(conn: Conn, session: Session | undefined, id: number): Flight | undefined {
    const flight = session?.down.flights.get(id);
    if (flight?.conn === conn) conn.answeredBy(conn.client, flight.at);
    return flight;
  }

  /** The client has read a PUBREC. */
  #released(conn: Conn, id: number, i: number): void {
    const flight = conn.up?.flights.get(id);
    if (flight === undefined) return;
    const { answer } = flight;
    if (answer?.conn === conn) conn.answeredBy(conn.client, answer.at);
    this.#families.exchanges.released(conn, flight, i);
  }

  read(conn: Conn, underWay: UnderWay, i: number, t: number): void {
    const { packet } = underWay;
    const session = sessionOf(conn);
    switch (packet.type) {
      case 'connack': {
        if (packet.reasonCode !== 0) return;
        conn.onlineAt = i;
        // What a client that is not seen itself makes of a session that is not there, nobody knows.
        const knows = !conn.client.remote || conn.clean;
        // Before 5.0 it may go on with what it has, also where CONNACK says that there is no session [3.1.1/3.2.2.2].
        const discards = conn.v === 5 || conn.clean;
        if (discards && !packet.sessionPresent && session !== undefined && knows) {
          session.up.crashes = conn.client.crashes;
          session.down.known.clear();
        }
        return;
      }
      case 'publish': {
        const seen = seenIn(underWay, i, t);
        const id = packet.packetId ?? 0;
        if (packet.qos === 1) conn.dueAcks.puback.push(id);
        if (packet.qos === 2) conn.dueAcks.pubrec.push(id);
        const flight = packet.qos === 0 ? undefined : session?.down.flights.get(id);
        let repeats = flight?.arrived ?? false;
        if (flight !== undefined && !repeats) {
          flight.arrived = true;
          this.#families.delivery.came(flight.copy);
        }
        if (packet.qos === 2 && session !== undefined) {
          const before = session.down.known.get(id);
          // A client that died in between may have lost its list of identifiers, and is handed it again at worst.
          if (before === DOUBTFUL) repeats = true;
          else if (before !== undefined && before === conn.client.crashes) return;
          session.down.known.set(id, conn.client.crashes);
        }
        const received = this.#families.applications.received(conn, seen, repeats);
        if (flight !== undefined) flight.received = received;
        return;
      }
      case 'suback': {
        const request = conn.requests.get(packet.packetId);
        if (request?.packet.type !== 'subscribe' || session === undefined) return;
        conn.requests.delete(packet.packetId);
        for (const [at, { filter }] of request.packet.subscriptions.entries()) {
          const subscription = session.subscriptions.get(filter);
          if (subscription === undefined) continue;
          if (subscription.lowered > 0) subscription.lowered--;
          if ((packet.reasonCodes[at] ?? 0x80) >= 0x80) continue;
          // It may have been given up again before this was read.
          if (subscription.certainSince === 0 && !isGivenUp(conn, filter)) subscription.certainSince = i;
        }
        return;
      }
      case 'unsuback':
        conn.unsubscribing.delete(packet.packetId);
        return;
    }
  }

  acknowledgementRead(conn: Conn, acknowledgement: Acknowledgement, i: number): void {
    const packetId = identifierOf(acknowledgement);
    const answer = answerOf(acknowledgement);
    switch (answer) {
      case PUBACK:
      case PUBCOMP:
      case PUBREC: {
        const flight = conn.up?.flights.get(packetId);
        if (flight === undefined) return;
        const refused = refuses(acknowledgement);
        const { arrival } = flight;
        if (arrival !== undefined && arrival.acceptedAt === 0 && !refused) arrival.acceptedAt = i;
        if (conn.leaving) {
          if (arrival !== undefined) arrival.settled = true;
          flight.crashes = DOUBTFUL;
          return;
        }
        if (answer === PUBREC && !refused) {
          if (flight.stage === 'publish') flight.stage = 'pubrec';
          if (conn.client.remote) flight.answer = { conn, at: i };
          conn.dueAcks.pubrel.push(packetId);
          return;
        }
        if (arrival !== undefined) arrival.settled = true;
        conn.up!.end(packetId, conn.client, conn, i);
        return;
      }
      case PUBREL: {
        const session = sessionOf(conn);
        session?.down.known.delete(packetId);
        takenOver(session?.down.flights.get(packetId));
        return;
      }
    }
  }
}

/** What comes on the old connection of a session that another node took over is nobody's. */
function sessionOf({ session, client }: Conn): Session | undefined {
  return session?.client === client ? session : undefined;
}

/**
 * The application has to be handed that message: at QoS 1 once the client has acknowledged it, at QoS 2 once it has read PUBREL, for until then
 * the message is part of a session that may end [3.1.1/MQTT-3.1.2-6].
 */
function takenOver(flight: Flight | undefined): void {
  const received = flight?.received;
  if (received !== undefined) received.acknowledged = true;
}

function isGivenUp(conn: Conn, filter: string): boolean {
  for (const filters of conn.unsubscribing.values()) if (filters.includes(filter)) return true;
  return false;
}
