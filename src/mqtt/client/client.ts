import { CodecError } from '../codec/codec-error.ts';
import { decode } from '../codec/decode.ts';
import { encode } from '../codec/encode.ts';
import type { Packet, ProtocolVersion, Publish, UserProperties } from '../codec/packet.ts';
import { acknowledgedBy } from '../codec/plain-acknowledgement.ts';
import type {
  ConnectionEnd,
  ConnectionId,
  Debt,
  Durability,
  Machine,
  MachineSurroundings,
  Micros,
  Note,
  WakeKey,
} from '../machine.ts';
import { Journal, NO_JOURNAL } from '../session/journal.ts';
import type { Violation } from '../session/violation.ts';
import type {
  CallId,
  ClientError,
  ClientOptions,
  ClientSink,
  DisconnectRequest,
  PublishRequest,
  SubscribeRequest,
} from './application.ts';
import type { ClientMessage, ClientSession } from './client-session.ts';
import { type ClientStatus, Lifeline, rule } from './lifeline.ts';
import { connectPacket, disconnectPacket, expiryOf, messageFault, packetFault } from './packets.ts';
import { misconduct } from './server-conduct.ts';
import { packetOf } from './subscriptions.ts';

const PUBLISH = 3;

/**
 * An MQTT client without IO.
 *
 * *Inputs* are those of every {@link Machine}. *Commands* come from the application: {@link connect}, {@link disconnect},
 * {@link publish}, {@link subscribe}, {@link unsubscribe}, {@link authenticate}; each returns the number of its call, counted from 1, which is
 * settled exactly once, perhaps before the command returns. *Outputs* go to the {@link ClientSink}. *Queries* are
 * {@link status}, {@link debts}, {@link vigilant} and the counts. `recover` comes first, once; commands may come at any time after it, but
 * never from within a sink method.
 *
 * After `connect` the client tries until it is told to `disconnect`, or is refused for a reason that trying again
 * cannot heal. The first CONNECT after `connect` has the Clean Session flag of the options; later ones keep whatever
 * session outlives its connection. A message of QoS 1 or 2 belongs to the session: it stays, and its call with it, over
 * lost connections and, in a session that lasts, over `disconnect`.
 */
export class ClientMachine implements Machine {
  readonly #lifeline: Lifeline;

  /**
   * @param clientId in the place of that of the options, which many clients may share then.
   * @throws {CodecError | RangeError} when the options make no CONNECT that the standard allows
   */
  constructor(
    options: ClientOptions,
    surroundings: MachineSurroundings<ClientSink>,
    clientId = options.clientId,
  ) {
    const { sink } = surroundings;
    this.#lifeline = new Lifeline(options, clientId, surroundings, journalFor(options.durability, sink));
    const method = options.authentication?.name;
    const authentication = method === undefined ? undefined : { authenticationMethod: method };
    const packet = connectPacket(options, clientId, options.cleanStart, authentication);
    encode(packet, options.protocolVersion);
    if (clientId === '' && !options.cleanStart && options.protocolVersion < 5) {
      throw new RangeError('a session that lasts needs a clientId [3.1.1/MQTT-3.1.3-7]');
    }
    if (method !== undefined && options.protocolVersion < 5) {
      throw new RangeError(
        'enhanced authentication is of 5.0: set protocolVersion to 5, or leave authentication out',
      );
    }
  }

  // Queries.

  get status(): ClientStatus {
    return this.#lifeline.status;
  }

  /** Messages of QoS 1 and 2 that were sent and are not acknowledged to the end. */
  get inflightCount(): number {
    return this.#lifeline.knownSession?.inflightCount ?? 0;
  }

  /** Messages that wait to be sent. */
  get queuedCount(): number {
    return this.#lifeline.knownSession?.queuedCount ?? 0;
  }

  /** PINGRESP is not counted, for keep-alive never rests. A client that does not try to connect is owed nothing. */
  debts(): readonly Debt[] {
    if (!this.#lifeline.wanted && this.status !== 'closing') return [];
    const debts: string[] = [];
    if (this.status === 'closing') debts.push('its disk, before it sends DISCONNECT');
    else if (this.status === 'connecting') debts.push('CONNACK');
    else if (this.status !== 'online') debts.push('its connection to come back');
    if (this.#lifeline.authenticating) debts.push('AUTH of its re-authentication');
    debts.push(...(this.#lifeline.knownSession?.debts() ?? []));
    return debts.map((awaits) => ({ entity: '', awaits }));
  }

  vigilant(connection: ConnectionId): boolean {
    return this.#lifeline.listensTo(connection) && this.#lifeline.keptAlive;
  }

  // Commands.

  /**
   * Starts trying. Settled at the first CONNACK that accepts, or when trying ends. `server` goes to {@link ClientSink.dial} from the next
   * attempt on: that is how an application follows a Server Reference.
   */
  connect(now: Micros, server?: string): CallId {
    this.#lifeline.now = now;
    const call = this.#lifeline.wait('connect');
    this.#lifeline.connect(server);
    this.#lifeline.journal.commit();
    return call;
  }

  /**
   * Stops trying; on a connection that stands sends DISCONNECT, so that the server deletes the will, or does otherwise as the request of a
   * 5.0 client says. A request that the standard forbids fails, and everything stays as it is.
   */
  disconnect(now: Micros, request: DisconnectRequest = {}): CallId {
    this.#lifeline.now = now;
    const packet = disconnectPacket(request);
    const error = this.fault(packet) ?? this.#lifeline.disconnectFault(packet);
    if (error !== undefined) {
      const call = this.#lifeline.next();
      this.#lifeline.fail(call, 'disconnect', error);
      return call;
    }
    const call = this.#lifeline.wait('disconnect');
    this.#lifeline.disconnect(packet);
    this.#lifeline.journal.commit();
    return call;
  }

  /**
   * Sends, or queues while offline or behind a full window. Settled when QoS 0 is written, or QoS 1 and 2 acknowledged; the
   * outcome does not wait for the disk. A durable client keeps QoS 1 and 2 over a crash, their calls die with it.
   */
  publish(now: Micros, request: PublishRequest): CallId {
    this.#lifeline.now = now;
    const call = this.#lifeline.next();
    const { topic, payload, qos = 0, retain = false, properties } = request;
    const message: ClientMessage = { call, topic, payload, qos, retain };
    if (properties !== undefined) {
      message.properties = properties;
      const expiresAt = expiryOf(properties, now);
      if (expiresAt !== undefined) message.expiresAt = expiresAt;
    }
    const error = this.objection(message) ?? this.offer(message);
    if (error !== undefined) this.#lifeline.fail(call, 'publish', error);
    this.#lifeline.journal.commit();
    return call;
  }

  /** Asks the server now, or as soon as there is a connection. */
  subscribe(now: Micros, request: SubscribeRequest): CallId {
    this.#lifeline.now = now;
    const call = this.#lifeline.next();
    const error =
      this.fault(packetOf({ packetId: 1, subscribe: request })) ??
      (this.session.subscriptions.subscribe(call, request) ? undefined : this.tooManyRequests());
    if (error !== undefined) this.#lifeline.fail(call, 'subscribe', error);
    this.#lifeline.journal.commit();
    return call;
  }

  /** `userProperties` are for 5.0. */
  unsubscribe(now: Micros, filters: readonly string[], userProperties?: UserProperties): CallId {
    this.#lifeline.now = now;
    const call = this.#lifeline.next();
    const error =
      this.fault(packetOf({ packetId: 1, unsubscribe: filters, userProperties })) ??
      (this.session.subscriptions.unsubscribe(call, filters, userProperties)
        ? undefined
        : this.tooManyRequests());
    if (error !== undefined) this.#lifeline.fail(call, 'unsubscribe', error);
    this.#lifeline.journal.commit();
    return call;
  }

  /**
   * Authenticates again with the method of the options, 5.0 only; everything else goes on meanwhile [5.0/4.12.1]. When the server refuses, or
   * the method refuses the server, the connection ends.
   */
  authenticate(now: Micros): CallId {
    this.#lifeline.now = now;
    const call = this.#lifeline.next();
    this.#lifeline.authenticate(call);
    this.#lifeline.journal.commit();
    return call;
  }

  // Inputs.

  /** @throws {RecordError} when the snapshot cannot be trusted */
  recover(now: Micros, snapshot: Iterable<readonly [key: string, value: Uint8Array]>): void {
    this.#lifeline.now = now;
    this.#lifeline.begin();
    const session = this.#lifeline.knownSession;
    if (session?.durable === true) session.recover(snapshot);
    // What an earlier configuration left must not come back with a later one [3.1.1/MQTT-3.1.2-6].
    else for (const [key] of snapshot) this.#lifeline.journal.delete(key);
    this.#lifeline.journal.commit();
  }

  opened(now: Micros, connection: ConnectionId): void {
    this.#lifeline.now = now;
    this.#lifeline.opened(connection);
    this.#lifeline.journal.commit();
  }

  received(now: Micros, connection: ConnectionId, bytes: Uint8Array): void {
    this.#lifeline.now = now;
    if (!this.#lifeline.listensTo(connection)) return;
    const current = this.#lifeline.connection!;
    let alone = false;
    try {
      alone = current.isWhole(bytes);
      if (alone) this.read(bytes);
      else {
        const { framer } = current;
        framer.push(bytes);
        for (let packet = framer.next(); packet !== undefined; packet = framer.next()) {
          this.read(packet);
          if (!this.#lifeline.listensTo(connection)) break;
        }
      }
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      const { rule, message, reasonCode } = error;
      this.#lifeline.violated({ rules: [rule, rule], text: message, reasonCode });
    }
    // An acknowledgement may have freed the identifier that a request waits for; most of what comes else is a message.
    if (this.status === 'online' && !(alone && bytes[0]! >> 4 === PUBLISH))
      this.#lifeline.knownSession?.sendPending();
    this.#lifeline.journal.commit();
  }

  drained(now: Micros, connection: ConnectionId): void {
    this.#lifeline.now = now;
    if (connection === this.#lifeline.connection?.id) this.#lifeline.knownSession?.fill();
    this.#lifeline.journal.commit();
  }

  closed(now: Micros, connection: ConnectionId, end: ConnectionEnd): void {
    this.#lifeline.now = now;
    this.#lifeline.closed(connection, end);
    this.#lifeline.journal.commit();
  }

  woken(now: Micros, key: WakeKey): void {
    this.#lifeline.now = now;
    this.#lifeline.woken(key);
    this.#lifeline.journal.commit();
  }

  stored(now: Micros, batch: number): void {
    this.#lifeline.now = now;
    this.#lifeline.journal.stored(batch);
    // What the outbox held back counted as backlog.
    if (this.status === 'online' && this.queuedCount > 0) this.session.fill();
    this.#lifeline.journal.commit();
  }

  /** What waits here expires by the monotone clock: only what a later life has to know is told in wall time. */
  wallSet(now: Micros, wallOffset: Micros): void {
    this.#lifeline.now = now;
    this.#lifeline.knownSession?.wallSet(wallOffset);
  }

  // Inside.

  private get session(): ClientSession {
    return this.#lifeline.session;
  }

  private get version(): ProtocolVersion {
    return this.#lifeline.options.protocolVersion;
  }

  private read(bytes: Uint8Array): void {
    const acknowledged = this.status === 'online' ? acknowledgedBy(bytes) : 0;
    if (acknowledged === 0) this.handle(decode(bytes, this.version));
    else this.acknowledged(bytes[0]!, acknowledged);
  }

  /** Half of all packets: an acknowledgement of nothing but its identifier, told by the first byte. */
  private acknowledged(first: number, packetId: number): void {
    const { session } = this.#lifeline;
    this.#lifeline.answer = undefined;
    if (first === 0x40) this.check(session.outgoing.puback(packetId, 0));
    else if (first === 0x50) this.check(session.outgoing.pubrec(packetId, 0));
    else if (first === 0x62) session.incoming.released(packetId);
    else this.check(session.outgoing.pubcomp(packetId));
  }

  private handle(packet: Packet): void {
    if (this.status === 'connecting' && packet.type === 'connack') {
      this.#lifeline.acknowledged(packet);
      return;
    }
    if (this.status === 'connecting' && packet.type !== 'auth') {
      this.#lifeline.violated(
        rule('3.1.1/MQTT-3.2.0-1', '5.0/MQTT-3.2.0-1', `${packet.type} before CONNACK`),
      );
      return;
    }
    const wrong = this.version === 5 ? misconduct(packet, this.#lifeline.options) : undefined;
    if (wrong !== undefined) {
      this.#lifeline.violated(wrong);
      return;
    }
    switch (packet.type) {
      case 'publish':
        this.published(packet);
        break;
      case 'puback':
        this.#lifeline.answer = packet.properties;
        this.check(this.session.outgoing.puback(packet.packetId, packet.reasonCode ?? 0));
        break;
      case 'pubrec':
        this.#lifeline.answer = packet.properties;
        this.check(this.session.outgoing.pubrec(packet.packetId, packet.reasonCode ?? 0));
        break;
      case 'pubrel':
        this.session.incoming.released(packet.packetId);
        break;
      case 'pubcomp':
        this.check(this.session.outgoing.pubcomp(packet.packetId));
        break;
      case 'suback':
        this.check(this.session.subscriptions.suback(packet));
        break;
      case 'unsuback':
        this.check(this.session.subscriptions.unsuback(packet));
        break;
      case 'pingresp':
        this.#lifeline.answered();
        break;
      case 'connack':
        this.#lifeline.violated(rule('3.1.1/3.2', '5.0/MQTT-3.2.0-2', 'a second CONNACK'));
        break;
      case 'disconnect':
        if (this.version === 5) this.#lifeline.dismissed(packet);
        else this.#lifeline.violated(rule('3.1.1/2.2.1', '', 'disconnect from a server'));
        break;
      case 'auth':
        this.#lifeline.challenged(packet);
        break;
      default:
        this.#lifeline.violated(rule('3.1.1/2.2.1', '5.0/2.1.2', `${packet.type} from a server`));
    }
  }

  private published(publish: Publish): void {
    const { inboundAliases, receiveQuota } = this.#lifeline.connection!;
    const violation =
      publish.properties?.topicAlias === undefined ? undefined : inboundAliases!.resolve(publish);
    if (violation !== undefined) this.#lifeline.violated(violation);
    else if (publish.qos > 0 && receiveQuota?.take(publish) === false) {
      const text = `more than ${this.#lifeline.options.receiveMaximum} PUBLISHes without an answer`;
      this.#lifeline.violated(rule('', '5.0/MQTT-3.3.4-9', text, 0x93));
    } else this.session.incoming.received(publish);
  }

  private check(violation: Violation | undefined): void {
    if (violation !== undefined) this.#lifeline.violated(violation);
  }

  private offer(message: ClientMessage): ClientError | undefined {
    const outcome = this.session.outgoing.offer(message);
    if (outcome === 'sent' || outcome === 'queued') return undefined;
    const text = `${this.#lifeline.options.queueLimit} messages are queued already`;
    this.note({ step: 'dropped', text, topic: message.topic, rule: 'limit.queue' });
    return { kind: 'queue-full', message: text };
  }

  /** Why a message cannot be taken now, if so. */
  private objection(message: ClientMessage): ClientError | undefined {
    const error = messageFault(message, this.version);
    if (
      error !== undefined ||
      message.qos > 0 ||
      this.#lifeline.options.queueQoS0 ||
      this.status === 'online'
    ) {
      return error;
    }
    return { kind: 'not-connected', message: 'a message of QoS 0 is not kept for a later connection' };
  }

  private fault(packet: Packet): ClientError | undefined {
    return packetFault(packet, this.version);
  }

  private tooManyRequests(): ClientError {
    const text = `${this.#lifeline.options.queueLimit} requests wait for an answer already`;
    this.note({ step: 'dropped', text, rule: 'limit.queue' });
    return { kind: 'queue-full', message: text };
  }

  private note(note: Note): void {
    this.#lifeline.note(note);
  }
}

function journalFor(durability: Durability, sink: ClientSink): Journal {
  return durability === 'none' ? NO_JOURNAL : new Journal(durability, (batch) => sink.store(batch));
}
