import { Numbered } from '../../collections/numbered.ts';
import { CodecError, PACKET_TOO_LARGE } from '../codec/codec-error.ts';
import { decode } from '../codec/decode.ts';
import type { Connect, Disconnect, Packet } from '../codec/packet.ts';
import { packetName } from '../codec/packet-type.ts';
import { acknowledgedBy } from '../codec/plain-acknowledgement.ts';
import { isReasonCode } from '../codec/reason-code.ts';
import type {
  ConnectionEnd,
  ConnectionId,
  Debt,
  Machine,
  MachineSurroundings,
  Micros,
  Sink,
  WakeKey,
} from '../machine.ts';
import { Journal } from '../session/journal.ts';
import { MessageRecords } from '../session/session-records.ts';
import type { Violation } from '../session/violation.ts';
import type { Redirection } from './access.ts';
import { Authenticating, type Authentication } from './authentication.ts';
import { misconduct } from './client-conduct.ts';
import { type Cause, Clients } from './clients.ts';
import { Clock } from './clock.ts';
import { expirySecondsOf } from './connack.ts';
import { refusalOf } from './connect.ts';
import { Connection } from './connection.ts';
import { copyFormat } from './copy.ts';
import { brokerDebts } from './debts.ts';
import { KeepAlive } from './keep-alive.ts';
import type { BrokerOptions } from './options.ts';
import { Publishing } from './publishing.ts';
import { recoverState } from './recovery.ts';
import { RETAINED_WAKE, RetainedMessages } from './retained.ts';
import { Router } from './routing.ts';
import type { Session, SessionHost } from './session.ts';
import { SESSION_WAKE, Sessions } from './sessions.ts';
import { Subscribing } from './subscribing.ts';
import { Subscriptions } from './subscriptions.ts';
import { SYS_WAKE, SysTopics } from './sys.ts';
import { Traffic } from './traffic.ts';
import { WILL_WAKE, Wills } from './wills.ts';

const CONNECT = 1;
const PROTOCOL_ERROR = 0x82;
const SERVER_SHUTTING_DOWN = 0x8b;
const PINGRESP = Uint8Array.of(0xd0, 0x00);

/**
 * A connection whose client takes nothing while it goes on asking is closed at this many times the backlog limit, and
 * one packet more: the largest there may be fills any backlog, and who takes it slowly does nothing wrong.
 */
const BACKLOG_PATIENCE = 4;

/**
 * An MQTT server without IO: 3.1, 3.1.1 and 5.0. See {@link Machine} for the order in which to call it.
 *
 * - *Inputs*: recover, opened, received, drained, closed, woken, stored, wallSet, shutdown. Each handles all it brings, and what it
 *   changed of the durable state is one batch.
 * - *Commands*: redirect.
 * - *Outputs* go to the sink. At durability `sync` whatever reveals a change waits for `stored`.
 * - *Queries*: debts, vigilant.
 *
 * Bytes that break a rule close their own connection and nothing else.
 */
export class BrokerMachine implements Machine {
  readonly #options: BrokerOptions;
  readonly #sink: Sink;
  readonly #host: SessionHost;
  readonly #connections = new Numbered<Connection>();
  readonly #subscriptions: Subscriptions;
  readonly #retained: RetainedMessages;
  readonly #router: Router;
  readonly #sys: SysTopics;
  readonly #sessions: Sessions;
  readonly #wills: Wills;
  readonly #keepAlive: KeepAlive;
  readonly #clients: Clients;
  readonly #subscribing: Subscribing;
  readonly #publishing: Publishing;
  readonly #authenticating: Authenticating;

  constructor(options: BrokerOptions, surroundings: MachineSurroundings<Sink>) {
    const { sink, wallOffset } = surroundings;
    this.#options = options;
    this.#sink = sink;
    this.#host = {
      sink,
      options,
      chance: () => surroundings.chance(),
      clock: new Clock(wallOffset),
      journal: new Journal(options.durability, (batch) => sink.store(batch)),
      traffic: new Traffic(),
      stalled: new Set(),
      messageRecords: new MessageRecords(copyFormat),
      accept: (session, publish) => this.#publishing.accept(session, publish),
      handOver: (copy, sent) => this.#router.handOver(copy, sent),
    };
    const { clock, traffic } = this.#host;
    this.#subscriptions = new Subscriptions(sink, options.overlap);
    this.#retained = new RetainedMessages(this.#host);
    this.#router = new Router(this.#host, this.#subscriptions, this.#retained);
    this.#sys = new SysTopics(sink, clock, options.sysIntervalMicros, traffic, this);
    this.#sessions = new Sessions(this.#host, this.#subscriptions, this.#sys);
    this.#wills = new Wills(this.#host, (message, clientId) => this.#router.publish(message, clientId, true));
    this.#keepAlive = new KeepAlive(sink, clock);
    this.#clients = new Clients(this.#host, this.#connections, this.#sessions, this.#wills, this.#keepAlive);
    this.#subscribing = new Subscribing(this.#host, this.#sessions, this.#retained, this.#sys);
    this.#authenticating = new Authenticating(options, this.#clients);
    this.#publishing = new Publishing(this.#host, this.#router);
  }

  // Inputs.

  recover(now: Micros, snapshot: Iterable<readonly [key: string, value: Uint8Array]>): void {
    this.#begin(now);
    this.#sys.started();
    recoverState(snapshot, this.#host, this.#sessions, this.#retained, this.#wills);
    for (const session of [...this.#sessions.all()]) {
      if (session.isOverAt(this.#host.clock.wall)) this.#clients.expire(session);
    }
    this.#wills.restarted((clientId) => this.#sessions.get(clientId)?.expirySeconds ?? 0);
    this.#host.journal.commit();
  }

  opened(now: Micros, connection: ConnectionId): void {
    this.#begin(now);
    const { connections } = this.#options.limits;
    if (this.#connections.size >= connections) {
      this.#clients.noteRefused({
        rule: 'limit.connections',
        text: `there are ${connections} connections already`,
      });
      this.#sink.close(connection, 'abort');
      return;
    }
    const opened = new Connection(connection, this.#host);
    this.#connections.add(opened);
    this.#keepAlive.watch(opened, this.#options.connectTimeoutMicros);
  }

  received(now: Micros, connection: ConnectionId, bytes: Uint8Array): void {
    this.#begin(now);
    const from = this.#connections.get(connection);
    // What was under way when this end closed is nobody's any more.
    if (from === undefined) return;
    this.#host.traffic.bytesReceived += bytes.length;
    const { backlog, packetSize } = this.#options.limits;
    const patience = backlog * BACKLOG_PATIENCE + packetSize;
    // An error that may pass, but not on this connection [3.1.1/MQTT-4.8.0-2].
    if (this.#sink.backlog(connection) + from.heldBytes > patience) {
      const text = 'it does not take what it asks for';
      this.#clients.close(from, 'abort', { step: 'dropped', rule: 'limit.backlog', text });
    } else {
      this.#read(from, bytes);
    }
    this.#host.journal.commit();
  }

  drained(now: Micros, connection: ConnectionId): void {
    this.#begin(now);
    this.#connections.get(connection)?.session?.refill();
    this.#host.journal.commit();
  }

  closed(now: Micros, connection: ConnectionId, end: ConnectionEnd): void {
    this.#begin(now);
    const gone = this.#connections.get(connection);
    if (gone === undefined) return;
    this.#clients.over(gone, true, `its connection ended: ${end}`);
    this.#host.journal.commit();
  }

  woken(now: Micros, key: WakeKey): void {
    this.#begin(now);
    if (typeof key === 'number') {
      const connection = this.#connections.get(key);
      if (connection !== undefined && this.#keepAlive.woken(connection))
        this.#clients.closeSilent(connection);
    } else if (key === SYS_WAKE) {
      this.#sys.woken((message) => this.#router.route(message, undefined));
    } else if (key.startsWith(SESSION_WAKE)) {
      const session = this.#sessions.woken(key.slice(SESSION_WAKE.length));
      if (session !== undefined) this.#clients.expire(session);
    } else if (key.startsWith(RETAINED_WAKE)) {
      this.#retained.woken(key.slice(RETAINED_WAKE.length));
    } else if (key.startsWith(WILL_WAKE)) {
      this.#wills.woken(key.slice(WILL_WAKE.length));
    }
    this.#host.journal.commit();
  }

  stored(now: Micros, batch: number): void {
    this.#begin(now);
    this.#host.journal.stored(batch);
    for (const connection of [...this.#host.stalled]) {
      if (connection.over || connection.writable()) this.#host.stalled.delete(connection);
      if (!connection.over) connection.session?.refill();
    }
    this.#host.journal.commit();
  }

  wallSet(now: Micros, wallOffset: Micros): void {
    this.#begin(now);
    this.#host.clock.wallOffset = wallOffset;
    this.#sessions.wallSet();
    this.#retained.wallSet();
  }

  /** The server stops in order: every connection ends, as it would if the server died, but clients of 5.0 are told. */
  shutdown(now: Micros): void {
    this.#begin(now);
    const why: Cause = {
      step: 'session',
      rule: '5.0/4.13',
      text: 'the server shuts down',
      reasonCode: SERVER_SHUTTING_DOWN,
    };
    for (const connection of this.#connections.values()) this.#clients.close(connection, 'finish', why);
    this.#host.journal.commit();
  }

  // Commands.

  /**
   * Sends a connected client to another server, by DISCONNECT with a Server Reference [5.0/4.11]; a client of 3.1 or 3.1.1, which
   * cannot be told, loses its connection. Whoever is to stay away is redirected by {@link BrokerOptions.authenticate} as well.
   *
   * @returns false when no client of that identifier is connected.
   */
  redirect(now: Micros, clientId: string, redirection: Redirection): boolean {
    this.#begin(now);
    const found = this.#clients.redirect(clientId, redirection);
    this.#host.journal.commit();
    return found;
  }

  // Queries.

  debts(): readonly Debt[] {
    return brokerDebts(this.#connections.values());
  }

  vigilant(connection: ConnectionId): boolean {
    return (this.#connections.get(connection)?.silenceLimitMicros ?? 0) > 0;
  }

  /** For $SYS. */
  get connected(): number {
    return this.#sessions.connected;
  }
  get sessions(): number {
    return this.#sessions.size;
  }
  get subscriptions(): number {
    return this.#subscriptions.size;
  }
  get retained(): number {
    return this.#retained.size;
  }

  #begin(now: Micros): void {
    this.#host.clock.now = now;
  }

  #read(connection: Connection, bytes: Uint8Array): void {
    try {
      if (connection.isWhole(bytes)) {
        this.#readPacket(connection, bytes);
        return;
      }
      const { framer } = connection;
      framer.push(bytes);
      while (!connection.over) {
        const packet = framer.next();
        if (packet === undefined) return;
        this.#readPacket(connection, packet);
      }
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      const begun = connection.session !== undefined || connection.authentication !== undefined;
      const tooLarge = begun ? 'limit.packetSize' : 'limit.connectSize';
      const rule = error.reasonCode === PACKET_TOO_LARGE ? tooLarge : error.rule;
      const reasonCode = isReasonCode('disconnect', error.reasonCode, 5) ? error.reasonCode : PROTOCOL_ERROR;
      this.#clients.close(connection, 'finish', { rule, text: error.message, reasonCode });
    }
  }

  #readPacket(connection: Connection, packet: Uint8Array): void {
    if (connection.session !== undefined) this.#readNext(connection, connection.session, packet);
    else if (connection.authentication === undefined) this.#readFirst(connection, packet);
    else this.#readAuthentication(connection, connection.authentication, packet);
  }

  /** The first packet has to be a CONNECT [3.1.1/MQTT-3.1.0-1] [5.0/MQTT-3.1.0-1]. */
  #readFirst(connection: Connection, bytes: Uint8Array): void {
    const first = bytes[0]!;
    if (first >> 4 !== CONNECT) {
      const text = `the first packet is of type ${first >> 4}, not CONNECT`;
      this.#clients.close(connection, 'finish', { rule: '3.1.1/MQTT-3.1.0-1', text });
      return;
    }
    let connect: Connect;
    try {
      connect = decode(bytes, connection.version) as Connect;
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      // Before its Protocol Version a CONNECT is read as one of 3.1.1.
      if (error.rule.startsWith('5.0/')) connection.version = 5;
      this.#clients.refuse(connection, refusalOf(error, connection.version === 5));
      return;
    }
    connection.introduced(connect);
    this.#host.traffic.packetReceived(first);
    this.#authenticating.connect(connection, connect);
  }

  /** A client that is being authenticated has to go on with it, or go [5.0/MQTT-3.1.2-30]. */
  #readAuthentication(connection: Connection, authentication: Authentication, bytes: Uint8Array): void {
    let packet: Packet;
    try {
      packet = decode(bytes, connection.version);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#clients.refuse(connection, refusalOf(error, true));
      return;
    }
    this.#host.traffic.packetReceived(bytes[0]!);
    if (packet.type !== 'disconnect') {
      this.#authenticating.received(connection, authentication, packet);
      return;
    }
    this.#clients.over(connection, false);
    this.#sink.close(connection.id, 'finish');
  }

  #readNext(connection: Connection, session: Session, bytes: Uint8Array): void {
    const acknowledged = acknowledgedBy(bytes);
    const packet = acknowledged === 0 ? decode(bytes, connection.version) : undefined;
    connection.heardAt = this.#host.clock.now;
    this.#host.traffic.packetReceived(bytes[0]!);
    const violation =
      packet === undefined
        ? this.#acknowledged(connection, session, bytes[0]!, acknowledged)
        : ((connection.version === 5 ? misconduct(packet) : undefined) ??
          this.#handle(connection, session, packet));
    if (violation !== undefined) this.#clients.close(connection, 'finish', violation);
  }

  /** Half of all packets: an acknowledgement of nothing but its identifier, told by the first byte. */
  #acknowledged(
    connection: Connection,
    session: Session,
    first: number,
    packetId: number,
  ): Cause | undefined {
    if (first === 0x40) return breach(connection, session.outgoing.puback(packetId, 0));
    if (first === 0x50) return breach(connection, session.outgoing.pubrec(packetId, 0));
    if (first === 0x70) return breach(connection, session.outgoing.pubcomp(packetId));
    session.incoming.released(packetId);
    return undefined;
  }

  #handle(connection: Connection, session: Session, packet: Packet): Cause | undefined {
    switch (packet.type) {
      case 'publish':
        return this.#publishing.publish(connection, session, packet);
      case 'puback':
        return breach(connection, session.outgoing.puback(packet.packetId, packet.reasonCode ?? 0));
      case 'pubrec':
        return breach(connection, session.outgoing.pubrec(packet.packetId, packet.reasonCode ?? 0));
      case 'pubcomp':
        return breach(connection, session.outgoing.pubcomp(packet.packetId));
      case 'pubrel':
        session.incoming.released(packet.packetId);
        return undefined;
      case 'subscribe':
        return this.#subscribing.subscribe(connection, session, packet);
      case 'unsubscribe':
        return this.#subscribing.unsubscribe(connection, session, packet);
      case 'pingreq':
        // [3.1.1/MQTT-3.12.4-1] [5.0/MQTT-3.12.4-1]
        connection.send(PINGRESP, false);
        return undefined;
      case 'disconnect':
        return this.#disconnect(connection, session, packet);
      case 'connect':
        return {
          rule: connection.version === 5 ? '5.0/MQTT-3.1.0-2' : '3.1.1/MQTT-3.1.0-2',
          text: 'a second CONNECT',
          reasonCode: PROTOCOL_ERROR,
        };
      case 'auth':
        return this.#authenticating.again(connection, packet);
      default:
        return {
          rule: connection.version === 5 ? '5.0/MQTT-4.13.1-1' : '3.1.1/MQTT-4.8.0-1',
          text: `${packetName(packet.type)} is not for a server`,
          reasonCode: PROTOCOL_ERROR,
        };
    }
  }

  /**
   * Only a normal DISCONNECT takes the will along [5.0/MQTT-3.14.4-3]. In 5.0 it may change how long the session is kept, but not
   * for one that was to end with its connection [5.0/3.14.2.2.2]: because its client said so, not because this server keeps none.
   */
  #disconnect(connection: Connection, session: Session, packet: Disconnect): Cause | undefined {
    const interval = packet.properties?.sessionExpiryInterval;
    if (interval !== undefined) {
      if (interval > 0 && !connection.terms.lasting) {
        const text = `DISCONNECT with a Session Expiry Interval of ${interval} after CONNECT with 0`;
        return { rule: '5.0/3.14.2.2.2', text, reasonCode: PROTOCOL_ERROR };
      }
      const expirySeconds = Math.min(expirySecondsOf(interval), this.#options.sessionExpiryMaximum);
      this.#sessions.setExpiry(session, expirySeconds);
    }
    const normal = (packet.reasonCode ?? 0) === 0;
    if (normal) this.#wills.discard(session.clientId);
    this.#clients.over(connection, !normal, 'it said goodbye');
    this.#sink.close(connection.id, 'finish');
    return undefined;
  }
}

/** A rule the client broke, by the statement of the version it speaks. */
function breach(connection: Connection, violation: Violation | undefined): Cause | undefined {
  if (violation === undefined) return undefined;
  const [before5, since5] = violation.rules;
  const { text, reasonCode } = violation;
  return { rule: connection.version === 5 ? since5 : before5, text, reasonCode };
}
