/**
 * The judge: watches a run event by event, and says which promises were kept.
 *
 * It reads only what was seen: packets at both ends, calls and deliveries of applications, the life of nodes and
 * connections. What is finished is forgotten, so that a long run stays flat. This file turns events into
 * facts about clients, brokers and sessions; the families of rules judge the facts.
 */
import { CodecError } from '../mqtt/codec/codec-error.ts';
import { decode } from '../mqtt/codec/decode.ts';
import type { Connack, Packet, ProtocolVersion, Publish } from '../mqtt/codec/packet.ts';
import { parseShared } from '../mqtt/topic/validity.ts';
import type { FaultBegan, TraceEvent, Vantage } from '../trace/event.ts';
import { Applications } from './application.ts';
import { Delivery, excuseOf, type Seen } from './delivery.ts';
import { Exchanges } from './exchange.ts';
import { innerFilter, Ledger, subscriptionKey } from './ledger.ts';
import { messageKey } from './message-key.ts';
import { Conn, DOUBTFUL, isEphemeral, Lane, Party, Session, Subscription, type UnderWay } from './model.ts';
import { Sessions } from './sessions.ts';
import { type CheckReport, Tally, type VerdictDraft } from './tally.ts';
import { Wills } from './wills.ts';

export interface CheckerOptions {
  /** From where the packets were seen; a rule that needs more is reported as not observable. */
  vantage: Vantage;
  /** Is told each verdict at the event that showed it; a recorder's `emit` fits. */
  emit?: (verdict: VerdictDraft) => void;
}

export interface Checker {
  /** The next event of the run, in order. */
  observe(event: TraceEvent): void;
  /**
   * The run is over. `quiet`: it ended with the network healed and nobody owing anybody anything, so that what had not come by then
   * never would have.
   */
  finish(end: { quiet: boolean }): CheckReport;
  /** Messages that are held in memory: a long run does not make them more. */
  readonly held: number;
}

export function createChecker(options: CheckerOptions): Checker {
  return new Judge(options);
}

class Judge implements Checker {
  readonly #tally: Tally;
  readonly #exchanges: Exchanges;
  readonly #wills: Wills;
  readonly #delivery: Delivery;
  readonly #sessions: Sessions;
  readonly #applications: Applications;
  readonly #parties = new Map<string, Party>();
  readonly #ledgers = new Map<Party, Ledger>();
  readonly #conns = new Map<string, Conn>();
  /** Faults in effect, by their ids, with the node whose clocks they make wrong. */
  readonly #faults = new Map<string, Party | undefined>();
  #down = 0;

  constructor(options: CheckerOptions) {
    this.#tally = new Tally(options.vantage, options.emit);
    this.#exchanges = new Exchanges(this.#tally);
    this.#wills = new Wills(this.#tally);
    this.#delivery = new Delivery(this.#tally, this.#wills);
    this.#sessions = new Sessions(this.#tally);
    this.#applications = new Applications(this.#tally);
  }

  get held(): number {
    let held = 0;
    for (const ledger of this.#ledgers.values()) held += ledger.size;
    return held;
  }

  observe(event: TraceEvent): void {
    this.#tally.now = event.t;
    switch (event.k) {
      case 'packet.sent': {
        const conn = this.#conns.get(event.conn);
        if (conn === undefined || event.malformed !== undefined) return;
        const packet = decoded(event.bytes, event.v === 0 ? conn.v : event.v);
        if (packet === undefined) return;
        const underWay: UnderWay = { conn, packet, topic: '', key: 0, bytes: event.bytes.length };
        conn.underWay.set(event.i, underWay);
        if (packet.type === 'publish') this.#name(conn, packet, underWay, event.n === conn.client.name);
        if (event.n === conn.client.name) this.#clientSent(conn, underWay, event.i, event.t);
        else this.#brokerSent(conn, underWay, event.i, event.t);
        return;
      }
      case 'packet.received': {
        const conn = this.#conns.get(event.conn);
        const underWay = conn?.underWay.get(event.of);
        if (conn === undefined || underWay === undefined) return;
        conn.underWay.delete(event.of);
        if (event.n === underWay.conn.broker.name) this.#brokerRead(underWay, event.i, event.t, event.of);
        else this.#clientRead(underWay, event.i, event.t, event.of);
        return;
      }
      case 'packet.lost': {
        const conn = this.#conns.get(event.conn);
        if (conn?.underWay.delete(event.of)) this.#forget(conn);
        return;
      }
      case 'app.call': {
        const client = this.#party(event.n);
        client.hasApplication = true;
        if (event.op === 'connect') client.sessionExpiry = event.sessionExpiry;
        if (event.op === 'disconnect') {
          for (const conn of this.#conns.values()) if (conn.client === client) conn.leaving = true;
        }
        if (event.op === 'publish') this.#applications.called(client, event.call, event.message, event.i);
        return;
      }
      case 'app.settled':
        this.#applications.settled(this.#party(event.n), event.call, event.outcome === 'ok');
        return;
      case 'app.delivered': {
        const client = this.#party(event.n);
        client.hasApplication = true;
        this.#applications.delivered(client, event.message, event.i);
        return;
      }
      case 'conn.dialled':
      case 'conn.accepted': {
        let conn = this.#conns.get(event.conn);
        if (conn === undefined) {
          const broker = this.#party(event.to);
          if (broker.role !== 'broker') return;
          conn = new Conn(event.conn, this.#party(event.from), broker);
          // Who dialled it is not heard of any more.
          conn.endedAtClient = event.k === 'conn.accepted';
          this.#conns.set(event.conn, conn);
        }
        if (event.k === 'conn.accepted') conn.taken = true;
        return;
      }
      case 'conn.ended': {
        const conn = this.#conns.get(event.conn);
        if (conn === undefined) return;
        if (event.n === conn.broker.name)
          this.#endedAtBroker(conn, event.i, event.t, event.end === 'crashed');
        if (event.n === conn.client.name) conn.endedAtClient = true;
        this.#forget(conn);
        return;
      }
      case 'node.added':
        this.#parties.set(event.n, new Party(event.n, event.role, event.promises));
        return;
      case 'node.started': {
        const party = this.#party(event.n);
        if (!party.up) this.#down--;
        party.up = true;
        break;
      }
      case 'node.paused':
        this.#party(event.n).pausedAt = event.t;
        return;
      case 'node.resumed': {
        const party = this.#party(event.n);
        if (party.clockSetAt >= party.pausedAt) party.clockSetAt = event.t;
        return;
      }
      case 'node.crashed':
      case 'node.power-cut':
        this.#crashed(this.#party(event.n), event.i, event.t);
        break;
      case 'fault.began':
        this.#faults.set(event.fault, this.#clockChanged(event));
        break;
      case 'fault.ended': {
        const party = this.#faults.get(event.fault);
        if (party !== undefined) party.clockSetAt = event.t;
        this.#faults.delete(event.fault);
        break;
      }
      default:
        return;
    }
    this.#tally.troubles = this.#faults.size + this.#down;
  }

  finish(end: { quiet: boolean }): CheckReport {
    const online = new Set<Party>();
    for (const ledger of this.#ledgers.values()) {
      for (const session of ledger.sessions.values()) {
        if (!session.over && excuseOf(session) === undefined) online.add(session.client);
      }
    }
    this.#wills.finish();
    for (const ledger of this.#ledgers.values()) {
      this.#delivery.finish(ledger, end.quiet);
      this.#sessions.finish(ledger, end.quiet);
    }
    this.#applications.finish(end.quiet, (client) => online.has(client));
    return this.#tally.report();
  }

  #clientSent(conn: Conn, underWay: UnderWay, i: number, t: number): void {
    const { packet } = underWay;
    const session = conn.session?.client === conn.client ? conn.session : undefined;
    switch (packet.type) {
      case 'connect':
        // The client's state is decided by what the broker answers; until then the connection only has a version.
        conn.v = packet.protocolVersion;
        return;
      case 'publish': {
        // A client may publish before its CONNECT is answered [3.1.1/3.1.4].
        const lane = conn.up;
        if (lane === undefined) {
          conn.early.push({ underWay, i, t, sentAt: 0 });
          this.#applications.sent(conn, session, this.#seen(underWay, i, t, i), 'new');
          return;
        }
        const judged = conn.client.role !== 'peer';
        const sending = this.#exchanges.published(
          conn,
          lane,
          conn.client,
          packet,
          underWay.topic,
          underWay.key,
          i,
          judged,
        );
        this.#applications.sent(conn, session, this.#seen(underWay, i, t, i), sending);
        return;
      }
      case 'puback':
        this.#acknowledged(session, packet.packetId);
        if (conn.client.role !== 'peer') {
          this.#exchanges.acknowledged(conn, conn.dueAcks.puback, packet.packetId, 'PUBACK', i);
        }
        return;
      case 'pubrec':
        if ((packet.reasonCode ?? 0) >= 0x80) session?.down.known.delete(packet.packetId);
        else this.#acknowledged(session, packet.packetId);
        if (conn.client.role !== 'peer') {
          this.#exchanges.acknowledged(conn, conn.dueAcks.pubrec, packet.packetId, 'PUBREC', i);
        }
        return;
      case 'pubrel':
        this.#exchanges.released(conn, conn.up, packet.packetId, i);
        if (conn.client.role !== 'peer') {
          this.#exchanges.acknowledged(conn, conn.dueAcks.pubrel, packet.packetId, 'PUBREL', i);
        }
        return;
      case 'subscribe':
        for (const { filter, qos } of packet.subscriptions) {
          const subscription = session?.subscriptions.get(filter);
          // A lower QoS may be applied to what has not been sent yet.
          if (subscription === undefined || 1 << qos >= subscription.grants) continue;
          subscription.lowered++;
          this.#ledger(conn.broker).doubt(session!, filter);
        }
        return;
      case 'unsubscribe':
        conn.unsubscribing.set(packet.packetId, packet.filters);
        for (const filter of packet.filters) {
          const subscription = session?.subscriptions.get(filter);
          if (subscription === undefined) continue;
          subscription.certainSince = 0;
          this.#ledger(conn.broker).doubt(session!, filter);
        }
        return;
    }
  }

  /** The client took a message over. */
  #acknowledged(session: Session | undefined, id: number): void {
    const received = session?.down.flights.get(id)?.received;
    if (received !== undefined) received.acknowledged = true;
  }

  #brokerRead(underWay: UnderWay, i: number, t: number, sentAt: number): void {
    const { conn, packet } = underWay;
    const ledger = this.#ledger(conn.broker);
    const session = conn.session;
    if (session === undefined && packet.type !== 'connect' && packet.type !== 'disconnect') {
      conn.early.push({ underWay, i, t, sentAt });
      return;
    }
    switch (packet.type) {
      case 'connect':
        conn.connectAt = i;
        conn.connectTime = t;
        conn.clientId = packet.clientId === '' ? conn.name : packet.clientId;
        conn.clean = packet.cleanStart;
        conn.will = packet.will;
        conn.sessionExpiry = seconds(packet.properties?.sessionExpiryInterval ?? 0);
        conn.maximumPacketSize = packet.properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY;
        this.#sessions.asked(ledger, conn);
        this.#wills.armed(ledger, conn);
        return;
      case 'publish': {
        if (session === undefined || conn.endedAtBroker) return;
        const flight = packet.qos === 0 ? undefined : session.up.flights.get(packet.packetId ?? 0);
        const seen = this.#seen(underWay, i, t, sentAt);
        this.#delivery.arrived(ledger, session, seen, flight);
        if (flight !== undefined) flight.arrived = true;
        return;
      }
      case 'puback':
      case 'pubcomp':
        session?.down.flights.delete(packet.packetId);
        return;
      case 'pubrec': {
        const flight = session?.down.flights.get(packet.packetId);
        if (flight === undefined) return;
        if ((packet.reasonCode ?? 0) >= 0x80) session!.down.flights.delete(packet.packetId);
        else if (flight.stage === 'publish') flight.stage = 'pubrec';
        return;
      }
      case 'pubrel':
        session?.up.known.delete(packet.packetId);
        return;
      case 'subscribe':
        if (session === undefined || conn.endedAtBroker) return;
        conn.requests.set(packet.packetId, { packet, at: i });
        for (const { filter, qos, noLocal, retainAsPublished } of packet.subscriptions) {
          let subscription = session.subscriptions.get(filter);
          if (subscription === undefined) {
            subscription = new Subscription(session, filter, parseShared(filter) !== undefined, i, t);
            session.subscriptions.set(filter, subscription);
            ledger.subscriptions.set(innerFilter(filter), subscriptionKey(session, filter), subscription);
          }
          subscription.askedAt = i;
          // Any QoS up to the one asked for may be granted.
          subscription.pending |= (2 << qos) - 1;
          subscription.asked++;
          subscription.noLocal = noLocal ?? false;
          subscription.retainAsPublished = retainAsPublished ?? false;
        }
        return;
      case 'unsubscribe':
        conn.requests.set(packet.packetId, { packet, at: i });
        return;
      case 'disconnect': {
        const code = packet.reasonCode ?? 0;
        conn.disconnect = code === 0 ? 'normal' : 'with-will';
        const expiry = packet.properties?.sessionExpiryInterval;
        if (expiry !== undefined) {
          conn.sessionExpiry = seconds(expiry);
          if (session !== undefined) session.ephemeral = isEphemeral(conn);
        }
        if (code === 0) this.#wills.withdrawn(conn, i);
        return;
      }
    }
  }

  #brokerSent(conn: Conn, underWay: UnderWay, i: number, t: number): void {
    const { packet } = underWay;
    const ledger = this.#ledger(conn.broker);
    const session = conn.session;
    switch (packet.type) {
      case 'connack':
        this.#connack(ledger, conn, packet, i);
        return;
      case 'publish': {
        if (session === undefined) return;
        const sending = this.#exchanges.published(
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
        this.#delivery.forwarded(ledger, conn, session, this.#seen(underWay, i, t, i), sending, flight);
        return;
      }
      case 'pubrel':
        this.#exchanges.released(conn, session?.down, packet.packetId, i);
        return;
      case 'puback':
      case 'pubcomp': {
        const arrival = session?.up.flights.get(packet.packetId)?.arrival;
        if (arrival !== undefined && arrival.answeredAt === 0) {
          arrival.answeredAt = i;
          conn.broker.answeredUpTo = Math.max(conn.broker.answeredUpTo, arrival.i);
        }
        return;
      }
      case 'pubrec':
        if ((packet.reasonCode ?? 0) >= 0x80) session?.up.known.delete(packet.packetId);
        return;
      case 'suback': {
        const request = conn.requests.get(packet.packetId);
        if (request?.packet.type !== 'subscribe' || session === undefined) return;
        for (const [at, { filter }] of request.packet.subscriptions.entries()) {
          const subscription = session.subscriptions.get(filter);
          if (subscription === undefined) continue;
          if (--subscription.asked <= 0) {
            subscription.asked = 0;
            subscription.pending = 0;
          }
          subscription.answeredAt = i;
          const code = packet.reasonCodes[at] ?? 0x80;
          if (code < 0x80) subscription.grants |= 1 << code;
          else if (subscription.grants === 0) this.#drop(ledger, session, filter);
        }
        return;
      }
      case 'unsuback': {
        const request = conn.requests.get(packet.packetId);
        if (request?.packet.type !== 'unsubscribe' || session === undefined) return;
        conn.requests.delete(packet.packetId);
        for (const filter of request.packet.filters) {
          const subscription = session.subscriptions.get(filter);
          if (subscription === undefined) continue;
          session.former.set(filter, i);
          // It may have been asked for again before this answer.
          if (subscription.askedAt < request.at) this.#drop(ledger, session, filter);
        }
        return;
      }
    }
  }

  #connack(ledger: Ledger, conn: Conn, packet: Connack, i: number): void {
    const assigned = packet.properties?.assignedClientIdentifier;
    if (assigned !== undefined) conn.clientId = assigned;
    const known = ledger.sessions.get(conn.clientId);
    const fate = this.#sessions.answered(ledger, conn, packet, known, i);
    if (packet.reasonCode !== 0) {
      this.#wills.refused(conn);
      return;
    }
    conn.acceptedAt = i;
    conn.broker.answeredUpTo = Math.max(conn.broker.answeredUpTo, conn.connectAt);
    const expiry = packet.properties?.sessionExpiryInterval;
    if (expiry !== undefined) conn.sessionExpiry = seconds(expiry);
    const session =
      fate === 'resumed' && known !== undefined
        ? known
        : this.#begin(ledger, conn, known, fate === 'doubtful');
    if (session === known) this.#resume(known, conn, i);
    conn.session = session;
    conn.up = session.up;
    this.#sessions.accepted(ledger, conn);
    this.#early(conn);
  }

  /** A session goes on over a new connection. */
  #resume(session: Session, conn: Conn, i: number): void {
    if (session.client !== conn.client) {
      // Another node took the session over: it knows nothing of what the first had under way.
      const { known: identifiers } = session.up;
      session.client = conn.client;
      // But it may remember what it had under way itself, when it had the session before.
      session.up = new Lane(DOUBTFUL);
      for (const [id, crashes] of identifiers) session.up.known.set(id, crashes);
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
  #begin(ledger: Ledger, conn: Conn, before: Session | undefined, doubtful: boolean): Session {
    const session = new Session(conn);
    ledger.sessions.set(conn.clientId, session);
    if (before === undefined) return session;
    // Until it reads the CONNACK, and before 3.1.1 even then, its client goes on as if nothing had ended.
    if (!conn.clean) {
      session.up.crashes = DOUBTFUL;
      for (const id of before.down.known.keys()) session.down.known.set(id, DOUBTFUL);
    }
    if (before.over) return session;
    const reason = conn.clean
      ? 'its session ended when the client asked for a clean one'
      : doubtful
        ? 'nobody can see whether its session went on'
        : 'its session had ended';
    const lost = before.shaken || ledger.broker.forgetful;
    const subscriptions = [...before.subscriptions.values()];
    this.#delivery.closed(ledger, before, lost ? (excuseOf(before) ?? reason) : reason);
    if (doubtful) ledger.inherit(session, before, subscriptions);
    return session;
  }

  /** What the client wrote and the broker read before the CONNACK belongs to the session that the CONNACK decided. */
  #early(conn: Conn): void {
    for (const { underWay, i, t, sentAt } of conn.early.splice(0)) {
      const { packet, topic, key } = underWay;
      if (sentAt > 0) this.#brokerRead(underWay, i, t, sentAt);
      else if (packet.type === 'publish' && conn.session !== undefined) {
        const judged = conn.client.role !== 'peer';
        this.#exchanges.published(conn, conn.session.up, conn.client, packet, topic, key, i, judged);
      }
    }
  }

  #clientRead(underWay: UnderWay, i: number, t: number, sentAt: number): void {
    const { conn, packet } = underWay;
    // What comes on the old connection of a session that another node took over is nobody's.
    const session = conn.session?.client === conn.client ? conn.session : undefined;
    switch (packet.type) {
      case 'connack':
        if (packet.reasonCode !== 0) return;
        conn.onlineAt = i;
        if (conn.v >= 4 && !packet.sessionPresent && session !== undefined) {
          session.up.crashes = conn.client.crashes;
          session.down.known.clear();
        }
        return;
      case 'publish': {
        const seen = this.#seen(underWay, i, t, sentAt);
        const id = packet.packetId ?? 0;
        if (packet.qos === 1) conn.dueAcks.puback.push(id);
        if (packet.qos === 2) conn.dueAcks.pubrec.push(id);
        const flight = packet.qos === 0 ? undefined : session?.down.flights.get(id);
        let repeats = flight?.arrived ?? false;
        if (flight !== undefined && !repeats) {
          flight.arrived = true;
          this.#delivery.came(flight.copy);
        }
        if (packet.qos === 2 && session !== undefined) {
          const before = session.down.known.get(id);
          // A client that died in between may have lost its list of identifiers, and is handed it again at worst.
          if (before === DOUBTFUL) repeats = true;
          else if (before !== undefined && before === conn.client.crashes) return;
          session.down.known.set(id, conn.client.crashes);
        }
        const received = this.#applications.received(conn, seen, repeats);
        if (flight !== undefined) flight.received = received;
        return;
      }
      case 'puback':
      case 'pubcomp':
      case 'pubrec': {
        const flight = conn.up?.flights.get(packet.packetId);
        if (flight === undefined) return;
        const refused = (packet.reasonCode ?? 0) >= 0x80;
        const { arrival } = flight;
        if (arrival !== undefined && arrival.acceptedAt === 0 && !refused) arrival.acceptedAt = i;
        if (conn.leaving) {
          if (arrival !== undefined) arrival.settled = true;
          flight.crashes = DOUBTFUL;
          return;
        }
        if (packet.type === 'pubrec' && !refused) {
          if (flight.stage === 'publish') flight.stage = 'pubrec';
          conn.dueAcks.pubrel.push(packet.packetId);
          return;
        }
        if (arrival !== undefined) arrival.settled = true;
        conn.up!.flights.delete(packet.packetId);
        return;
      }
      case 'pubrel':
        session?.down.known.delete(packet.packetId);
        return;
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

  #endedAtBroker(conn: Conn, i: number, t: number, crashed: boolean): void {
    if (conn.endedAtBroker) return;
    conn.endedAtBroker = true;
    const ledger = this.#ledger(conn.broker);
    this.#sessions.ended(ledger, conn);
    const { session } = conn;
    if (session !== undefined && session.conn === conn && !session.over) {
      session.cutAt = i;
      session.offlineSince = t;
      // A clean session ends with its connection, a crash included: nothing of it was to be kept.
      if (session.ephemeral) this.#delivery.closed(ledger, session, 'its session ended with its connection');
    }
    if (conn.disconnect !== 'normal') this.#wills.due(ledger, conn, i, t, crashed);
  }

  /** Nothing more can come of a connection that is over at both ends, or that never reached its listener. */
  #forget(conn: Conn): void {
    if (!conn.endedAtClient || !(conn.endedAtBroker || !conn.taken)) return;
    // A listener that is stopped may accept it yet, and read what was sent to it.
    if (conn.taken || conn.underWay.size === 0) this.#conns.delete(conn.name);
  }

  #crashed(party: Party, i: number, t: number): void {
    if (party.up) this.#down++;
    party.up = false;
    party.crashes++;
    party.crashedAt = i;
    for (const conn of this.#conns.values()) {
      if (conn.client === party) conn.endedAtClient = true;
      // Whoever still dials knows nothing of the crash, and may come through later.
      else if (conn.broker === party && conn.taken) this.#endedAtBroker(conn, i, t, true);
      else continue;
      this.#forget(conn);
    }
    const ledger = this.#ledgers.get(party);
    if (ledger === undefined) return;
    this.#wills.crashed(ledger);
    for (const session of ledger.sessions.values()) {
      // What was forwarded once may be forwarded as new again.
      for (const places of session.forwarded) places.clear();
      if (party.promises?.durability === 'sync') continue;
      session.shaken = true;
      for (const subscription of session.subscriptions.values()) subscription.certainSince = 0;
    }
  }

  /** The node whose clocks a fault makes wrong, if it does. */
  #clockChanged({ family, target, t }: FaultBegan): Party | undefined {
    if (family !== 'clock-skew' && family !== 'clock-drift') return undefined;
    const party = this.#party(target);
    party.clockSetAt = t;
    return party;
  }

  /** Resolves the topic alias of a PUBLISH and gives the message its key, once for both ends. */
  #name(conn: Conn, packet: Publish, underWay: UnderWay, up: boolean): void {
    const alias = packet.properties?.topicAlias;
    let { topic } = packet;
    if (alias !== undefined) {
      const aliases = up ? conn.aliasesUp : conn.aliasesDown;
      if (topic === '') topic = aliases.get(alias) ?? '';
      else aliases.set(alias, topic);
    }
    underWay.topic = topic;
    underWay.key = messageKey(topic, packet.payload, packet.properties);
  }

  #seen(underWay: UnderWay, i: number, t: number, sentAt: number): Seen {
    return {
      packet: underWay.packet as Publish,
      topic: underWay.topic,
      key: underWay.key,
      i,
      t,
      sentAt,
      bytes: underWay.bytes,
    };
  }

  #drop(ledger: Ledger, session: Session, filter: string): void {
    session.subscriptions.delete(filter);
    ledger.subscriptions.delete(innerFilter(filter), subscriptionKey(session, filter));
  }

  #party(name: string): Party {
    let party = this.#parties.get(name);
    if (party === undefined) {
      party = new Party(name, 'host', undefined);
      this.#parties.set(name, party);
    }
    return party;
  }

  #ledger(broker: Party): Ledger {
    let ledger = this.#ledgers.get(broker);
    if (ledger === undefined) {
      ledger = new Ledger(broker);
      this.#ledgers.set(broker, ledger);
    }
    return ledger;
  }
}

function isGivenUp(conn: Conn, filter: string): boolean {
  for (const filters of conn.unsubscribing.values()) if (filters.includes(filter)) return true;
  return false;
}

const FOR_EVER = 0xffffffff;

function seconds(interval: number): number {
  return interval === FOR_EVER ? Number.POSITIVE_INFINITY : interval;
}

/** What is no packet promises nothing: whoever reads it will close the connection. */
function decoded(bytes: Uint8Array, version: ProtocolVersion): Packet | undefined {
  try {
    return decode(bytes, version);
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}
