import { CodecError, decode, encode } from '../codec/index.ts';
import type { Connack, Disconnect, Packet } from '../codec/packet.ts';
import type {
  ConnectionEnd,
  ConnectionId,
  Debt,
  Machine,
  MachineSurroundings,
  Micros,
  Note,
} from '../machine.ts';
import { Journal } from '../session/journal.ts';
import type { Violation } from '../session/outgoing.ts';
import { MAXIMUM_PACKET_ID } from '../session/packet-ids.ts';
import type {
  CallId,
  ClientError,
  ClientOptions,
  ClientSink,
  PublishRequest,
  SubscribeRequest,
} from './application.ts';
import { Calls } from './calls.ts';
import { clientPort } from './client-port.ts';
import { type ClientMessage, ClientSession } from './client-session.ts';
import { Connection } from './connection.ts';
import { KeepAlive } from './keep-alive.ts';
import { ServerLimits } from './limits.ts';
import { connectPacket, hex, packetFault, publishPacket } from './packets.ts';
import { BackOff, heals } from './reconnect.ts';
import { packetOf } from './subscriptions.ts';

/**
 * Where a client stands. `idle`: not trying. `waiting`: for its next attempt. `dialling`: for the connection. `connecting`: for
 * CONNACK. `online`. `closing`: DISCONNECT waits for the disk, then the connection is closed.
 */
export type ClientStatus = 'idle' | 'waiting' | 'dialling' | 'connecting' | 'online' | 'closing';

/**
 * An MQTT client without IO.
 *
 * *Inputs* are those of every {@link Machine}. *Commands* come from the application: {@link connect}, {@link disconnect},
 * {@link publish}, {@link subscribe}, {@link unsubscribe}; each returns the number of its call, counted from 1, which is
 * settled exactly once, perhaps before the command returns. *Outputs* go to the {@link ClientSink}. *Queries* are
 * {@link status}, {@link debts} and the counts. `recover` comes first, once; commands may come at any time after it, but
 * never from within a sink method.
 *
 * After `connect` the client tries until it is told to `disconnect`, or is refused for a reason that trying again
 * cannot heal. The first CONNECT after `connect` has the Clean Session flag of the options; later ones keep whatever
 * session outlives its connection. A message of QoS 1 or 2 belongs to the session: it stays, and its call with it, over
 * lost connections and, in a session that lasts, over `disconnect`.
 */
export class ClientMachine implements Machine {
  private readonly options: ClientOptions;
  private readonly sink: ClientSink;
  private readonly journal: Journal;
  private readonly session: ClientSession;
  private readonly calls: Calls;
  private readonly keepAlive: KeepAlive;
  private readonly backOff: BackOff | undefined;
  private now: Micros = 0;
  private standing: ClientStatus = 'idle';
  /** The application wants a connection. */
  private wanted = false;
  /** No CONNECT has been accepted since the application called `connect`. */
  private fresh = true;
  /** The server holds a session that is not ours: the next CONNECT makes it forget. */
  private discarding = false;
  /** The session outlives its connection. */
  private lasting: boolean;
  /** What the session holds is written to the store. */
  private readonly durable: boolean;
  /** Connections count from 1; events of any but the last are late and ignored. */
  private dialled: ConnectionId = 0;
  private connection: Connection | undefined;

  /** @throws {CodecError | RangeError} when the options make no CONNECT that the standard allows */
  constructor(options: ClientOptions, surroundings: MachineSurroundings<ClientSink>) {
    const { sink, chance } = surroundings;
    this.options = options;
    this.sink = sink;
    this.lasting = outlivesConnection(options, options.sessionExpiry);
    this.journal = new Journal(options.durability, (batch) => sink.store(batch));
    this.calls = new Calls((call, outcome) => sink.settled(call, outcome));
    this.durable = this.lasting && this.journal.keeps;
    const port = clientPort(sink, this.calls, options.protocolVersion, () => this.connection);
    this.session = new ClientSession(port, this.durable ? this.journal : undefined, options.queueLimit);
    this.keepAlive = new KeepAlive((at) => sink.wake('keep-alive', at), options.pingTimeoutMicros);
    this.backOff = options.reconnect === 'off' ? undefined : new BackOff(options.reconnect, chance);
    encode(connectPacket(options, options.clientId, options.cleanStart), options.protocolVersion);
    if (options.clientId === '' && !options.cleanStart && options.protocolVersion < 5) {
      throw new RangeError('a session that lasts needs a clientId [3.1.1/MQTT-3.1.3-7]');
    }
  }

  // Queries.

  get status(): ClientStatus {
    return this.standing;
  }

  /** Messages of QoS 1 and 2 that were sent and are not acknowledged to the end. */
  get inflightCount(): number {
    return this.session.outgoing.inflightCount;
  }

  /** Messages that wait to be sent. */
  get queuedCount(): number {
    return this.session.outgoing.queuedCount;
  }

  /** PINGRESP is not counted, for keep-alive never rests. A client that does not try to connect is owed nothing. */
  debts(): readonly Debt[] {
    if (!this.wanted && this.standing !== 'closing') return [];
    const debts: string[] = [];
    if (this.standing === 'closing') debts.push('its disk, before it sends DISCONNECT');
    else if (this.standing === 'connecting') debts.push('CONNACK');
    else if (this.standing !== 'online') debts.push('its connection to come back');
    debts.push(...this.session.debts());
    return debts.map((awaits) => ({ entity: '', awaits }));
  }

  // Commands.

  /** Starts trying. Settled at the first CONNACK that accepts, or when trying ends. */
  connect(now: Micros): CallId {
    this.now = now;
    const call = this.calls.connect();
    if (this.standing === 'online') this.calls.connected(this.session.held);
    else if (!this.wanted) {
      this.wanted = true;
      this.fresh = true;
      this.backOff?.reset();
      // A connection that is closing comes to its end first.
      if (this.standing === 'idle') this.dial();
    }
    this.journal.commit();
    return call;
  }

  /** Stops trying; on a connection that stands sends DISCONNECT, so that the server deletes the will. */
  disconnect(now: Micros): CallId {
    this.now = now;
    const call = this.calls.disconnect();
    this.wanted = false;
    const error: ClientError = { kind: 'disconnected', message: 'the application disconnected' };
    this.failWaiting(error);
    if (this.standing === 'online') {
      this.setStatus('closing');
      this.keepAlive.stop();
      // Nothing is sent after DISCONNECT [3.1.1/MQTT-3.14.4-2].
      this.session.suspend();
      this.connection!.send({ type: 'disconnect' });
      this.connection!.outbox.finish(() => {
        this.hangUp('finish');
        this.ended(error);
      });
    } else if (this.standing !== 'closing') {
      this.hangUp('abort');
      this.ended(error);
    }
    this.journal.commit();
    return call;
  }

  /** Sends, or queues while offline or behind a full window. Settled when QoS 0 is written, or QoS 1 and 2 acknowledged. */
  publish(now: Micros, request: PublishRequest): CallId {
    this.now = now;
    const call = this.calls.next();
    const { topic, payload, qos = 0, retain = false, properties } = request;
    const message: ClientMessage = { call, topic, payload, qos, retain };
    if (properties !== undefined) message.properties = properties;
    const error = this.objection(message) ?? this.offer(message);
    if (error !== undefined) this.calls.fail(call, 'publish', error);
    this.journal.commit();
    return call;
  }

  /** Asks the server now, or as soon as there is a connection. */
  subscribe(now: Micros, request: SubscribeRequest): CallId {
    this.now = now;
    const call = this.calls.next();
    const error =
      this.fault(packetOf({ packetId: 1, subscribe: request })) ??
      (this.session.subscriptions.subscribe(call, request) ? undefined : this.tooManyRequests());
    if (error !== undefined) this.calls.fail(call, 'subscribe', error);
    this.journal.commit();
    return call;
  }

  unsubscribe(now: Micros, filters: readonly string[]): CallId {
    this.now = now;
    const call = this.calls.next();
    const error =
      this.fault(packetOf({ packetId: 1, unsubscribe: filters })) ??
      (this.session.subscriptions.unsubscribe(call, filters) ? undefined : this.tooManyRequests());
    if (error !== undefined) this.calls.fail(call, 'unsubscribe', error);
    this.journal.commit();
    return call;
  }

  // Inputs.

  /** @throws {RecordError} when the snapshot cannot be trusted */
  recover(now: Micros, snapshot: Iterable<readonly [key: string, value: Uint8Array]>): void {
    this.now = now;
    this.setStatus('idle');
    if (this.durable) this.session.recover(snapshot);
    // What an earlier configuration left must not come back with a later one [3.1.1/MQTT-3.1.2-6].
    else for (const [key] of snapshot) this.journal.delete(key);
    this.journal.commit();
  }

  opened(now: Micros, connection: ConnectionId): void {
    this.now = now;
    if (connection !== this.dialled || this.standing !== 'dialling') return;
    const { options } = this;
    const clean = this.discarding || (this.fresh ? options.cleanStart : !this.lasting);
    // What Clean Session forgets is forgotten before the server is told, and durably so: CONNECT waits for that.
    if (clean) this.session.startOver();
    const write = (bytes: Uint8Array) => {
      this.sink.send(connection, bytes);
      this.keepAlive.sent(this.now);
    };
    const { protocolVersion, maximumPacketSize } = options;
    this.connection = new Connection(
      connection,
      clean,
      protocolVersion,
      maximumPacketSize,
      this.journal,
      write,
    );
    this.setStatus('connecting');
    this.connection.send(connectPacket(options, this.session.assignedClientId ?? options.clientId, clean));
    this.sink.wake('connack', now + options.connackTimeoutMicros);
    this.journal.commit();
  }

  received(now: Micros, connection: ConnectionId, bytes: Uint8Array): void {
    this.now = now;
    if (!this.listensTo(connection)) return;
    const { framer } = this.connection!;
    framer.push(bytes);
    try {
      for (let packet = framer.next(); packet !== undefined; packet = framer.next()) {
        this.handle(decode(packet, this.options.protocolVersion));
        if (!this.listensTo(connection)) break;
      }
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      const { rule, message, reasonCode } = error;
      this.violated({ rules: [rule, rule], text: message, reasonCode });
    }
    // An acknowledgement may have freed the identifier that a request waits for.
    if (this.standing === 'online') this.session.subscriptions.sendPending();
    this.journal.commit();
  }

  drained(now: Micros, connection: ConnectionId): void {
    this.now = now;
    if (connection === this.connection?.id) this.session.outgoing.fill();
    this.journal.commit();
  }

  closed(now: Micros, connection: ConnectionId, end: ConnectionEnd): void {
    this.now = now;
    if (connection !== this.dialled || this.standing === 'idle' || this.standing === 'waiting') return;
    this.forgetConnection();
    if (this.standing === 'closing') {
      this.ended({ kind: 'disconnected', message: 'the application disconnected' });
    } else if (this.standing === 'dialling') this.lost(`no connection: ${end}`);
    else this.lost(`connection ${end}`);
    this.journal.commit();
  }

  woken(now: Micros, key: string): void {
    this.now = now;
    if (key === 'reconnect') {
      if (this.standing === 'waiting') this.dial();
    } else if (key === 'connack') {
      if (this.standing === 'connecting') this.timedOut('no CONNACK came in time');
    } else if (key === 'keep-alive') {
      const due = this.keepAlive.woken(now);
      // PINGREQ is no secret: it does not queue behind what waits for the disk.
      if (due === 'ping') this.sendNow({ type: 'pingreq' });
      else if (due === 'timed-out') this.timedOut('no PINGRESP came in time');
    }
    this.journal.commit();
  }

  stored(now: Micros, batch: number): void {
    this.now = now;
    this.journal.stored(batch);
    // What the outbox held back counted as backlog.
    if (this.standing === 'online' && this.queuedCount > 0) this.session.outgoing.fill();
    this.journal.commit();
  }

  wallSet(now: Micros): void {
    // Nothing a client does hangs on the wall clock.
    this.now = now;
  }

  // The life of a connection.

  private dial(): void {
    this.setStatus('dialling');
    this.sink.dial(++this.dialled);
  }

  /** True from `opened` until the connection is closed or DISCONNECT is on its way: after that nothing is answered. */
  private listensTo(connection: ConnectionId): boolean {
    return (
      connection === this.connection?.id && (this.standing === 'connecting' || this.standing === 'online')
    );
  }

  private handle(packet: Packet): void {
    const { outgoing, incoming, subscriptions } = this.session;
    if (this.standing === 'connecting') {
      if (packet.type === 'connack') this.acknowledged(packet);
      else this.violated(rule('3.1.1/MQTT-3.2.0-1', '5.0/MQTT-3.2.0-1', `${packet.type} before CONNACK`));
      return;
    }
    switch (packet.type) {
      case 'publish':
        if (packet.properties?.topicAlias === undefined) incoming.received(packet);
        else this.violated(rule('', '5.0/MQTT-3.3.2-11', 'a topic alias, and none is allowed', 0x94));
        break;
      case 'puback':
        this.check(outgoing.puback(packet.packetId, packet.reasonCode ?? 0));
        break;
      case 'pubrec':
        this.check(outgoing.pubrec(packet.packetId, packet.reasonCode ?? 0));
        break;
      case 'pubrel':
        incoming.released(packet.packetId);
        break;
      case 'pubcomp':
        this.check(outgoing.pubcomp(packet.packetId, packet.reasonCode ?? 0));
        break;
      case 'suback':
        this.check(subscriptions.suback(packet.packetId, packet.reasonCodes));
        break;
      case 'unsuback':
        this.check(subscriptions.unsuback(packet.packetId, packet.reasonCodes));
        break;
      case 'pingresp':
        this.keepAlive.answered();
        break;
      case 'connack':
        this.violated(rule('3.1.1/3.2', '5.0/MQTT-3.2.0-2', 'a second CONNACK'));
        break;
      case 'disconnect':
        if (this.options.protocolVersion === 5) this.dismissed(packet);
        else this.violated(rule('3.1.1/2.2.1', '', 'disconnect from a server'));
        break;
      default:
        this.violated(rule('3.1.1/2.2.1', '5.0/2.1.2', `${packet.type} from a server`));
    }
  }

  /** CONNACK came. */
  private acknowledged(connack: Connack): void {
    const { protocolVersion } = this.options;
    const { reasonCode } = connack;
    if (reasonCode !== 0) {
      const message = `CONNACK refuses with ${hex(reasonCode)}`;
      this.note({ step: 'refused', text: message });
      this.hangUp('finish');
      if (this.backOff !== undefined && heals(reasonCode, protocolVersion)) this.lost(message);
      else this.giveUp({ kind: 'refused', message, reasonCode });
      return;
    }
    const { clean } = this.connection!;
    // 3.1 does not tell: there the client has to trust its own state.
    const present = protocolVersion === 3 ? this.session.held : connack.sessionPresent;
    if (present && clean) {
      const text = 'Session Present is 1 although a clean session was asked for';
      this.violated(rule('3.1.1/MQTT-3.2.2-1', '5.0/MQTT-3.2.2-2', text));
    } else if (present && !this.session.held) {
      this.note({
        step: 'session',
        text: 'the server has a session that is not ours',
        rule: '5.0/MQTT-3.2.2-4',
      });
      this.discarding = true;
      this.dialAgain();
    } else if (this.discarding && protocolVersion < 5 && this.lasting) {
      // A clean session of 3.1.1 ends with its connection: the one that lasts needs another CONNECT [3.1.1/3.2.2.2].
      this.discarding = false;
      this.dialAgain();
    } else this.accepted(connack, present);
  }

  private accepted(connack: Connack, present: boolean): void {
    const { options, session } = this;
    if (!present && session.held) {
      this.note({ step: 'session', text: 'the server has lost the session', rule: '5.0/MQTT-3.2.2-5' });
      session.startOver();
    }
    this.discarding = false;
    this.fresh = false;
    this.backOff?.reset();
    const { properties } = connack;
    this.lasting = outlivesConnection(options, properties?.sessionExpiryInterval ?? options.sessionExpiry);
    session.accepted(this.lasting, properties?.assignedClientIdentifier);
    const limits = new ServerLimits(connack, options.protocolVersion);
    this.connection!.limits = limits;
    this.setStatus('online');
    this.sink.wake('connack', Infinity);
    this.keepAlive.start(properties?.serverKeepAlive ?? options.keepAlive);
    this.sink.online(present);
    this.calls.connected(present);
    session.subscriptions.resume(present);
    session.outgoing.resume(Math.min(options.inflightLimit, limits.receiveMaximum, MAXIMUM_PACKET_ID));
  }

  /** Leaves in order, so that no will is published, and comes back at once. */
  private dialAgain(): void {
    this.sendNow({ type: 'disconnect' });
    this.hangUp('finish');
    this.dial();
  }

  /** A 5.0 server said DISCONNECT. */
  private dismissed(packet: Disconnect): void {
    const reasonCode = packet.reasonCode ?? 0;
    const message = `the server disconnects with ${hex(reasonCode)}`;
    this.hangUp('finish');
    if (this.backOff !== undefined && heals(reasonCode, 5)) this.lost(message);
    else this.giveUp({ kind: 'refused', message, reasonCode });
  }

  private check(violation: Violation | undefined): void {
    if (violation !== undefined) this.violated(violation);
  }

  /** The server broke a rule: the connection is closed [3.1.1/MQTT-4.8.0-1], and tried again later. */
  private violated({ rules, text, reasonCode }: Violation): void {
    const version5 = this.options.protocolVersion === 5;
    this.note({ step: 'protocol-error', text, rule: rules[version5 ? 1 : 0] });
    if (version5 && this.standing === 'online') this.sendNow({ type: 'disconnect', reasonCode });
    this.hangUp('finish');
    this.lost(`protocol error: ${text}`);
  }

  private timedOut(text: string): void {
    this.note({ step: 'timer', text });
    this.hangUp('abort');
    this.lost(text);
  }

  /** Closes what is dialled or stands. What the outbox holds back is never sent. */
  private hangUp(manner: 'finish' | 'abort'): void {
    if (this.standing === 'idle' || this.standing === 'waiting') return;
    this.sink.close(this.dialled, manner);
    this.forgetConnection();
  }

  private forgetConnection(): void {
    const { connection } = this;
    this.connection = undefined;
    this.session.suspend();
    this.keepAlive.stop();
    this.sink.wake('connack', Infinity);
    connection?.outbox.discard();
  }

  /** The connection is gone though nobody wanted that; `reason` is one sentence. */
  private lost(reason: string): void {
    if (this.backOff === undefined) {
      this.giveUp({ kind: 'connection-lost', message: reason });
      return;
    }
    const wasOnline = this.standing === 'online';
    if (!this.lasting) this.session.startOver();
    this.setStatus('waiting');
    if (wasOnline) this.sink.offline(reason);
    this.sink.wake('reconnect', this.now + this.backOff.next());
  }

  /** Trying makes no sense any more. */
  private giveUp(error: ClientError): void {
    this.wanted = false;
    this.failWaiting(error);
    this.ended(error);
  }

  /** Comes to rest. With a session that does not last ends what was promised within it. */
  private ended(error: ClientError): void {
    const wasOnline = this.standing === 'online' || this.standing === 'closing';
    if (this.standing === 'waiting') this.sink.wake('reconnect', Infinity);
    this.setStatus('idle');
    if (!this.lasting) {
      for (const call of this.session.end()) this.calls.fail(call, 'publish', error);
    }
    if (wasOnline) this.sink.offline(error.message);
    this.calls.disconnected();
    if (this.wanted) this.dial();
  }

  private failWaiting(error: ClientError): void {
    this.calls.failConnects(error);
    this.session.subscriptions.abandon((call, op) => this.calls.fail(call, op, error));
  }

  // What can be refused at once.

  private offer(message: ClientMessage): ClientError | undefined {
    if (this.session.outgoing.offer(message) !== 'full') return undefined;
    const text = `${this.options.queueLimit} messages are queued already`;
    this.note({ step: 'dropped', text, topic: message.topic, rule: 'limit.queue' });
    return { kind: 'queue-full', message: text };
  }

  /** Why a message cannot be taken now, if so. */
  private objection(message: ClientMessage): ClientError | undefined {
    const error = this.fault(publishPacket(message, 1, false));
    if (error !== undefined || message.qos > 0 || this.options.queueQoS0 || this.standing === 'online') {
      return error;
    }
    return { kind: 'not-connected', message: 'a message of QoS 0 is not kept for a later connection' };
  }

  private fault(packet: Packet): ClientError | undefined {
    return packetFault(packet, this.options.protocolVersion);
  }

  private tooManyRequests(): ClientError {
    const text = `${this.options.queueLimit} requests wait for an answer already`;
    this.note({ step: 'dropped', text, rule: 'limit.queue' });
    return { kind: 'queue-full', message: text };
  }

  /** Writes at once, past the outbox: for packets that reveal nothing. */
  private sendNow(packet: Packet): void {
    const { connection } = this;
    if (connection === undefined) return;
    this.sink.send(connection.id, encode(packet, this.options.protocolVersion));
    this.keepAlive.sent(this.now);
  }

  private setStatus(status: ClientStatus): void {
    this.standing = status;
    if (this.sink.attentive) this.sink.state('', 'status', status);
  }

  private note(note: Note): void {
    if (this.sink.attentive) this.sink.note(note);
  }
}

/** Clean Session 0 before 5.0, a Session Expiry Interval above 0 since. */
function outlivesConnection(options: ClientOptions, sessionExpiry: number): boolean {
  return options.protocolVersion === 5 ? sessionExpiry > 0 : !options.cleanStart;
}

function rule(before5: string, since5: string, text: string, reasonCode = 0x82): Violation {
  return { rules: [before5, since5], text, reasonCode };
}
