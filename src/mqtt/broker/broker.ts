import { CodecError, PACKET_TOO_LARGE } from '../codec/codec-error.ts';
import { decode } from '../codec/decode.ts';
import type { Connect, MessageProperties, Packet, Publish, PublishProperties } from '../codec/packet.ts';
import { packetName } from '../codec/packet-type.ts';
import type {
  CloseManner,
  ConnectionEnd,
  ConnectionId,
  Debt,
  Machine,
  MachineSurroundings,
  Micros,
  Note,
  Sink,
} from '../machine.ts';
import { Journal } from '../session/journal.ts';
import type { Message } from '../session/message.ts';
import type { Violation } from '../session/outgoing.ts';
import { MessageRecords } from '../session/session-records.ts';
import { Clock } from './clock.ts';
import { assignedClientId, type Refusal, refusal, refusalOf } from './connect.ts';
import { Connection } from './connection.ts';
import { copyFormat } from './copy.ts';
import { brokerDebts } from './debts.ts';
import { CONNECTION_WAKE, KeepAlive } from './keep-alive.ts';
import type { BrokerOptions } from './options.ts';
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
const MICROS_A_SECOND = 1_000_000;
const PINGRESP = Uint8Array.of(0xd0, 0x00);

/** A connection whose client takes nothing while it goes on asking is closed at this many times the backlog limit. */
const BACKLOG_PATIENCE = 4;

/** Why this end closes a connection; a breach of the protocol unless `step` says otherwise. */
interface Cause {
  step?: Note['step'];
  rule: string;
  text: string;
}

/**
 * An MQTT server without IO: 3.1 and 3.1.1. See {@link Machine} for the order in which to call it.
 *
 * - *Inputs*: recover, opened, received, drained, closed, woken, stored, wallSet. Each handles all it brings, and what it
 *   changed of the durable state is one batch.
 * - *Outputs* go to the sink. At durability `sync` whatever reveals a change waits for `stored`.
 * - *Queries*: debts.
 *
 * Bytes that break a rule close their own connection and nothing else.
 */
export class BrokerMachine implements Machine {
  readonly #options: BrokerOptions;
  readonly #sink: Sink;
  readonly #host: SessionHost;
  readonly #connections = new Map<ConnectionId, Connection>();
  readonly #subscriptions: Subscriptions;
  readonly #retained: RetainedMessages;
  readonly #router: Router;
  readonly #sys: SysTopics;
  readonly #sessions: Sessions;
  readonly #wills: Wills;
  readonly #keepAlive: KeepAlive;
  readonly #subscribing: Subscribing;

  constructor(options: BrokerOptions, surroundings: MachineSurroundings<Sink>) {
    const { sink, chance, wallOffset } = surroundings;
    this.#options = options;
    this.#sink = sink;
    this.#host = {
      sink,
      options,
      chance,
      clock: new Clock(wallOffset),
      journal: new Journal(options.durability, (batch) => sink.store(batch)),
      traffic: new Traffic(),
      stalled: new Set(),
      messageRecords: new MessageRecords(copyFormat),
      accept: (session, publish) => this.#accept(session, publish),
    };
    const { clock, traffic } = this.#host;
    this.#subscriptions = new Subscriptions(sink, options.overlap);
    this.#retained = new RetainedMessages(this.#host);
    this.#router = new Router(this.#host, this.#subscriptions, this.#retained);
    this.#sys = new SysTopics(sink, clock, options.sysIntervalMicros, traffic, this);
    this.#sessions = new Sessions(this.#host, this.#subscriptions, this.#sys);
    this.#wills = new Wills(this.#host, (message, clientId) => this.#router.publish(message, clientId));
    this.#keepAlive = new KeepAlive(sink, clock);
    this.#subscribing = new Subscribing(this.#host, this.#sessions, this.#retained, this.#sys);
  }

  // Inputs.

  recover(now: Micros, snapshot: Iterable<readonly [key: string, value: Uint8Array]>): void {
    this.#begin(now);
    this.#sys.started();
    recoverState(snapshot, this.#host, this.#sessions, this.#retained, this.#wills);
    for (const session of [...this.#sessions.all()]) {
      if (session.endsAt <= this.#host.clock.wall) this.#expire(session);
    }
    this.#wills.restarted((clientId) => this.#sessions.get(clientId)?.expirySeconds ?? 0);
    this.#host.journal.commit();
  }

  opened(now: Micros, connection: ConnectionId): void {
    this.#begin(now);
    const { connections } = this.#options.limits;
    if (this.#connections.size >= connections) {
      this.#noteRefused({ rule: 'limit.connections', text: `there are ${connections} connections already` });
      this.#sink.close(connection, 'abort');
      return;
    }
    const opened = new Connection(connection, this.#host);
    this.#connections.set(connection, opened);
    this.#keepAlive.watch(opened, this.#options.connectTimeoutMicros);
  }

  received(now: Micros, connection: ConnectionId, bytes: Uint8Array): void {
    this.#begin(now);
    const from = this.#connections.get(connection);
    // What was under way when this end closed is nobody's any more.
    if (from === undefined) return;
    this.#host.traffic.bytesReceived += bytes.length;
    const patience = this.#options.limits.backlog * BACKLOG_PATIENCE;
    if (this.#sink.backlog(connection) + from.heldBytes > patience) {
      const text = 'it does not take what it asks for';
      this.#close(from, 'abort', { step: 'dropped', rule: 'limit.backlog', text });
    } else {
      this.#read(from, bytes);
    }
    this.#host.journal.commit();
  }

  drained(now: Micros, connection: ConnectionId): void {
    this.#begin(now);
    const to = this.#connections.get(connection);
    if (to === undefined) return;
    to.drained();
    to.session?.refill();
    this.#host.journal.commit();
  }

  closed(now: Micros, connection: ConnectionId, end: ConnectionEnd): void {
    this.#begin(now);
    const gone = this.#connections.get(connection);
    if (gone === undefined) return;
    this.#over(gone, true, `its connection ended: ${end}`);
    this.#host.journal.commit();
  }

  woken(now: Micros, key: string): void {
    this.#begin(now);
    if (key === SYS_WAKE) {
      this.#sys.woken((message) => this.#router.route(message, undefined));
    } else if (key.startsWith(CONNECTION_WAKE)) {
      const connection = this.#connections.get(Number(key.slice(CONNECTION_WAKE.length)));
      if (connection !== undefined && this.#keepAlive.woken(connection)) this.#closeSilent(connection);
    } else if (key.startsWith(SESSION_WAKE)) {
      const session = this.#sessions.woken(key.slice(SESSION_WAKE.length));
      if (session !== undefined) this.#expire(session);
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

  // Queries.

  debts(): readonly Debt[] {
    return brokerDebts(this.#connections.values());
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
      connection.framer.push(bytes);
      while (!connection.over) {
        const packet = connection.framer.next();
        if (packet === undefined) return;
        if (connection.session === undefined) this.#readFirst(connection, packet);
        else this.#readNext(connection, connection.session, packet);
      }
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      const rule = error.reasonCode === PACKET_TOO_LARGE ? 'limit.packetSize' : error.rule;
      this.#close(connection, 'finish', { rule, text: error.message });
    }
  }

  /** The first packet has to be a CONNECT [3.1.1/MQTT-3.1.0-1]. */
  #readFirst(connection: Connection, bytes: Uint8Array): void {
    const first = bytes[0]!;
    if (first >> 4 !== CONNECT) {
      const text = `the first packet is of type ${first >> 4}, not CONNECT`;
      this.#close(connection, 'finish', { rule: '3.1.1/MQTT-3.1.0-1', text });
      return;
    }
    let connect: Connect;
    try {
      connect = decode(bytes, connection.version) as Connect;
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#refuse(connection, refusalOf(error));
      return;
    }
    this.#host.traffic.packetReceived(first);
    this.#connect(connection, connect);
  }

  #connect(connection: Connection, connect: Connect): void {
    const sessions = this.#sessions;
    const known = sessions.get(connect.clientId);
    const refused = refusal(connect, this.#options, sessions.size, known === undefined);
    if (refused !== undefined) {
      this.#refuse(connection, refused, connect.clientId);
      return;
    }
    connection.version = connect.protocolVersion;
    const clientId =
      connect.clientId === ''
        ? assignedClientId(this.#host.chance, (taken) => sessions.get(taken) !== undefined)
        : connect.clientId;

    if (known?.connection !== undefined) {
      // The client connects again: its older connection goes, will and all [3.1.1/MQTT-3.1.4-2].
      this.#close(known.connection, 'finish', {
        step: 'session',
        rule: '3.1.1/MQTT-3.1.4-2',
        text: `${clientId} has connected again`,
      });
    }
    // Clean Session 1, and what remained of a session that lasted only as long as its connection.
    const kept = sessions.get(clientId);
    if (kept !== undefined && connect.cleanStart) this.#end(kept);
    const present = kept !== undefined && !connect.cleanStart;
    const { sessionExpiry, sessionExpiryOf } = this.#options;
    const expirySeconds = connect.cleanStart ? 0 : (sessionExpiryOf?.(clientId) ?? sessionExpiry);
    const session = present ? kept : sessions.create(clientId, expirySeconds);
    sessions.attach(session, connection);
    this.#wills.hold(clientId, connect.will);
    const limit = Math.ceil(connect.keepAlive * MICROS_A_SECOND * this.#options.keepAliveFactor);
    this.#keepAlive.watch(connection, connect.keepAlive === 0 ? Infinity : limit);
    if (this.#sink.attentive) {
      const what = present ? 'goes on with its session' : 'begins a session';
      this.#sink.note({ step: 'session', text: `${clientId} ${what}`, client: clientId });
    }
    // 3.1 has no Session Present flag.
    const sessionPresent = present && connection.version > 3;
    connection.sendPacket({ type: 'connack', sessionPresent, reasonCode: 0 }, true);
    session.resume();
  }

  #readNext(connection: Connection, session: Session, bytes: Uint8Array): void {
    const packet = decode(bytes, connection.version);
    connection.heardAt = this.#host.clock.now;
    this.#host.traffic.packetReceived(bytes[0]!);
    const violation = this.#handle(connection, session, packet);
    if (violation !== undefined) this.#close(connection, 'finish', violation);
  }

  #handle(connection: Connection, session: Session, packet: Packet): Cause | undefined {
    switch (packet.type) {
      case 'publish':
        return this.#publish(session, packet);
      case 'puback':
        return breach(connection, session.outgoing.puback(packet.packetId, packet.reasonCode ?? 0));
      case 'pubrec':
        return breach(connection, session.outgoing.pubrec(packet.packetId, packet.reasonCode ?? 0));
      case 'pubcomp':
        return breach(connection, session.outgoing.pubcomp(packet.packetId, packet.reasonCode ?? 0));
      case 'pubrel':
        session.incoming.released(packet.packetId);
        return undefined;
      case 'subscribe': {
        const text = this.#subscribing.subscribe(connection, session, packet);
        return text === undefined ? undefined : { rule: 'limit.subscriptionsPerSession', text };
      }
      case 'unsubscribe':
        this.#subscribing.unsubscribe(connection, session, packet);
        return undefined;
      case 'pingreq':
        connection.send(PINGRESP, false);
        return undefined;
      case 'disconnect':
        this.#wills.discard(session.clientId);
        this.#over(connection, false, 'it said goodbye');
        this.#sink.close(connection.id, 'finish');
        return undefined;
      case 'connect':
        return { rule: '3.1.1/MQTT-3.1.0-2', text: 'a second CONNECT' };
      default:
        return { rule: '3.1.1/MQTT-4.8.0-1', text: `${packetName(packet.type)} is not for a server` };
    }
  }

  #publish(session: Session, packet: Publish): Cause | undefined {
    const { maximumQoS } = this.#options;
    if (packet.qos > maximumQoS) {
      return {
        rule: 'limit.maximumQoS',
        text: `PUBLISH with QoS ${packet.qos}, ${maximumQoS} is the highest here`,
      };
    }
    if (packet.qos === 0) this.#accept(session, packet);
    else session.incoming.received(packet);
    return undefined;
  }

  /** A message is this server's from now on. */
  #accept(session: Session, packet: Publish): number {
    const { topic, payload, qos, retain } = packet;
    const message: Message = { topic, payload, qos, retain };
    if (packet.properties !== undefined) message.properties = forwarded(packet.properties);
    if (this.#sink.attentive) {
      const text = `QoS ${qos} from ${session.clientId}, ${payload.length} bytes`;
      this.#sink.note({ step: 'accepted', text, client: session.clientId, topic });
    }
    this.#router.publish(message, session.clientId);
    return 0;
  }

  #refuse(connection: Connection, refused: Refusal, clientId?: string): void {
    this.#noteRefused(refused, clientId);
    if (refused.returnCode !== undefined) {
      // Clients of 3.1 and 3.1.1 understand this answer, whatever version was asked for.
      const { returnCode: reasonCode } = refused;
      connection.sendPacket({ type: 'connack', sessionPresent: false, reasonCode }, false);
    }
    this.#over(connection, true, refused.text);
    this.#sink.close(connection.id, 'finish');
  }

  /** This end closes a connection; to its will that is an end like any other. */
  #close(connection: Connection, manner: CloseManner, why: Cause): void {
    if (this.#sink.attentive) {
      const note: Note = { step: why.step ?? 'protocol-error', rule: why.rule, text: why.text };
      const client = connection.session?.clientId;
      this.#sink.note(client === undefined ? note : { ...note, client });
    }
    this.#sink.close(connection.id, manner);
    this.#over(connection, true, why.text);
  }

  #closeSilent(connection: Connection): void {
    const seconds = connection.silenceLimitMicros / MICROS_A_SECOND;
    if (connection.session === undefined) {
      const text = `no CONNECT within ${seconds} s`;
      this.#close(connection, 'abort', { step: 'timer', rule: '3.1.1/3.1.4', text });
    } else {
      const text = `no packet from ${connection.session.clientId} for ${seconds} s`;
      this.#close(connection, 'abort', { step: 'timer', rule: '3.1.1/MQTT-3.1.2-24', text });
    }
  }

  /** A connection is over, whoever ended it: its will is due unless the client took leave, then its session's time runs. */
  #over(connection: Connection, publishWill: boolean, why: string): void {
    this.#keepAlive.forget(connection);
    this.#connections.delete(connection.id);
    this.#host.stalled.delete(connection);
    connection.end();
    const { session } = connection;
    if (session === undefined) return;
    this.#sessions.detach(session);
    if (this.#sink.attentive) {
      this.#sink.note({ step: 'session', text: `${session.clientId}: ${why}`, client: session.clientId });
    }
    if (publishWill) this.#wills.release(session.clientId, session.expirySeconds);
    if (this.#sessions.keepFromNow(session)) this.#end(session);
  }

  #expire(session: Session): void {
    this.#host.traffic.sessionsExpired++;
    if (this.#sink.attentive) {
      const text = `the session of ${session.clientId} was kept for ${session.expirySeconds} s`;
      this.#sink.note({ step: 'expired', text, client: session.clientId });
    }
    this.#end(session);
  }

  #end(session: Session): void {
    this.#sessions.end(session);
    this.#wills.sessionEnded(session.clientId);
  }

  #noteRefused(refused: Cause, clientId?: string): void {
    if (!this.#sink.attentive) return;
    const note = { step: 'refused' as const, rule: refused.rule, text: refused.text };
    this.#sink.note(clientId === undefined || clientId === '' ? note : { ...note, client: clientId });
  }
}

/** A rule the client broke, by the statement of the version it speaks. */
function breach(connection: Connection, violation: Violation | undefined): Cause | undefined {
  if (violation === undefined) return undefined;
  const [before5, since5] = violation.rules;
  return { rule: connection.version === 5 ? since5 : before5, text: violation.text };
}

/** What travels with a message to its subscribers; an alias is of one connection only, identifiers are of a subscription. */
function forwarded(properties: PublishProperties): MessageProperties {
  const { topicAlias: _alias, subscriptionIdentifiers: _identifiers, ...rest } = properties;
  return rest;
}
