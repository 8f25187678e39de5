import { encode } from '../codec/encode.ts';
import type { Auth, Connack, Disconnect, Packet } from '../codec/packet.ts';
import { isReasonCode, reasonCodeSender } from '../codec/reason-code.ts';
import type { ConnectionEnd, ConnectionId, MachineSurroundings, Micros, WakeKey } from '../machine.ts';
import type { Journal } from '../session/journal.ts';
import { MAXIMUM_PACKET_ID } from '../session/packet-ids.ts';
import type { Violation } from '../session/violation.ts';
import type { CallId, ClientError, ClientOptions, ClientSink } from './application.ts';
import { Authentication, type AuthenticationPort } from './authentication.ts';
import { ClientPort } from './client-port.ts';
import { ClientSession } from './client-session.ts';
import { Connection, type Wire } from './connection.ts';
import { keepAliveWoken, startKeepAlive, stopKeepAlive } from './keep-alive.ts';
import { limitsOf } from './limits.ts';
import { connectPacket, hex, refusalBy, unexplained } from './packets.ts';
import { Attempts, heals } from './reconnect.ts';
import { connackMisconduct } from './server-conduct.ts';

/**
 * Where a client stands. `idle`: not trying. `waiting`: for its next attempt. `dialling`: for the connection. `connecting`: for
 * CONNACK. `online`. `closing`: DISCONNECT waits for the disk, then the connection is closed.
 */
export type ClientStatus = 'idle' | 'waiting' | 'dialling' | 'connecting' | 'online' | 'closing';

const PROTOCOL_ERROR = 0x82;
const PACKET_TOO_LARGE = 0x95;
/** Bytes of an acknowledgement with a reason code: a server that takes less cannot be answered [5.0/MQTT-3.2.2-15]. */
const LEAST_PACKET_SIZE = 5;
/** Of a DISCONNECT for which the standard has no better one. */
const UNSPECIFIED_ERROR = 0x80;

/** Brings a client online and back online: from being told to connect to the rest after it. */
export class Lifeline extends ClientPort implements Wire {
  /** Set by the machine at every input. */
  now: Micros = 0;
  #standing: ClientStatus = 'idle';
  #current: Connection | undefined;
  /** Made when there is something to keep in it: most of a million clients never do. */
  #session: ClientSession | undefined;
  readonly #clientId: string;
  readonly #surroundings: MachineSurroundings<ClientSink>;
  readonly journal: Journal;
  /** Undefined while a connection stands, and before the first attempt. */
  #attempts: Attempts | undefined;
  readonly #authentication: Authentication | undefined;
  /** The application wants a connection. */
  #trying = false;
  /** The session outlives its connection. */
  #lasting: boolean;
  /** Connections count from 1; events of any but the last are late and ignored. */
  #dialled: ConnectionId = 0;
  /** Where to dial, if the application said. */
  #server: string | undefined;

  constructor(
    options: ClientOptions,
    clientId: string,
    surroundings: MachineSurroundings<ClientSink>,
    journal: Journal,
  ) {
    super(options);
    this.#clientId = clientId;
    this.#surroundings = surroundings;
    this.journal = journal;
    const { authentication } = options;
    this.#authentication =
      authentication === undefined
        ? undefined
        : new Authentication(authentication, this.authenticationPort());
    this.#lasting = outlivesConnection(options, options.sessionExpiry);
    if (this.#lasting && journal.keeps)
      this.#session = new ClientSession(this, journal, surroundings.wallOffset);
  }

  protected get sink(): ClientSink {
    return this.#surroundings.sink;
  }

  get session(): ClientSession {
    if (this.#session === undefined) {
      this.#session = new ClientSession(this, undefined, 0);
      if (this.#standing === 'online') this.#session.resume(true, this.window);
    }
    return this.#session;
  }

  /** Undefined while there is nothing in it. */
  get knownSession(): ClientSession | undefined {
    return this.#session;
  }

  /** Who looks on is shown an empty one too. */
  private get shownSession(): ClientSession | undefined {
    return this.attentive ? this.session : this.#session;
  }

  /** PUBLISHes without an acknowledgement that may be under way on the connection that stands. */
  private get window(): number {
    return Math.min(this.options.inflightLimit, this.#current!.limits!.receiveMaximum, MAXIMUM_PACKET_ID);
  }

  get status(): ClientStatus {
    return this.#standing;
  }

  /** PINGREQ is sent when nothing else is. */
  get keptAlive(): boolean {
    return this.#current !== undefined && this.#current.keepAliveMicros > 0;
  }

  /** The application wants a connection. */
  get wanted(): boolean {
    return this.#trying;
  }

  /** From `opened` to its end. */
  get connection(): Connection | undefined {
    return this.#current;
  }

  /** True from `opened` until the connection is closed or DISCONNECT is on its way: after that nothing is answered. */
  listensTo(connection: ConnectionId): boolean {
    return (
      connection === this.#current?.id && (this.#standing === 'connecting' || this.#standing === 'online')
    );
  }

  /** Makes the status known for the first time. */
  begin(): void {
    this.setStatus('idle');
  }

  /** The application wants to be online; its call is among {@link Calls}. */
  connect(server: string | undefined): void {
    this.#server = server;
    if (this.#standing === 'online') this.connected(this.#current!.sessionPresent);
    else if (!this.#trying) {
      this.#trying = true;
      this.attempts.renew();
      // A connection that is closing comes to its end first.
      if (this.#standing === 'idle') this.dial();
    }
  }

  private get attempts(): Attempts {
    this.#attempts ??= new Attempts(false);
    return this.#attempts;
  }

  /** Why the application may not leave so, if so. */
  disconnectFault({ reasonCode, properties }: Disconnect): ClientError | undefined {
    if (reasonCode !== undefined && reasonCodeSender('disconnect', reasonCode) === 'server') {
      return { kind: 'invalid', message: `only a server disconnects with ${hex(reasonCode)} [5.0/3.14.2.1]` };
    }
    const lasts = this.#standing === 'online' ? this.#lasting : this.options.sessionExpiry > 0;
    if ((properties?.sessionExpiryInterval ?? 0) > 0 && !lasts) {
      return {
        kind: 'invalid',
        message: 'a session that ends with its connection cannot be prolonged [5.0/3.14.2.2.2]',
      };
    }
    return undefined;
  }

  /** The application wants to be offline: DISCONNECT on a connection that stands, else just the end. */
  disconnect(packet: Disconnect): void {
    this.#trying = false;
    const error: ClientError = { kind: 'disconnected', message: 'the application disconnected' };
    this.failWaiting(error);
    this.#authentication?.fail(error);
    if (this.#standing === 'online') {
      this.setStatus('closing');
      stopKeepAlive(this.#current!, this.sink);
      // Nothing is sent after DISCONNECT [3.1.1/MQTT-3.14.4-2] [5.0/MQTT-3.14.4-1], and the connection is closed [3.1.1/MQTT-3.14.4-1]
      // [5.0/MQTT-3.14.4-2].
      this.#session?.suspend();
      this.#current!.send(this.#current!.limits!.takes(packet) ? packet : unexplained(packet));
      const sessionExpiry = packet.properties?.sessionExpiryInterval;
      if (sessionExpiry !== undefined) this.#lasting = sessionExpiry > 0;
      this.#current!.outbox.finish(() => {
        this.hangUp('finish');
        this.ended(error);
      });
    } else if (this.#standing !== 'closing') {
      this.hangUp('abort');
      this.ended(error);
    }
  }

  /** The dialled connection stands: CONNECT is sent, before anything else [5.0/MQTT-3.1.0-1]. */
  opened(connection: ConnectionId): void {
    if (connection !== this.#dialled || this.#standing !== 'dialling') return;
    const { options } = this;
    const { fresh, discarding } = this.attempts;
    const asked = fresh && options.cleanStart;
    const clean = asked || discarding || !(fresh || this.#lasting);
    // What Clean Session forgets is forgotten before the server is told, and durably so: CONNECT waits for that.
    if (clean) this.shownSession?.startOver();
    if (asked) this.#session?.forgetSubscriptions();
    this.#current = new Connection(connection, clean, this);
    this.setStatus('connecting');
    this.#current.send(connectPacket(options, this.clientId, clean, this.#authentication?.connect()));
    this.sink.wake('connack', this.now + options.connackTimeoutMicros);
  }

  private get clientId(): string {
    return this.#session?.assignedClientId ?? this.#clientId;
  }

  /** For the connection of the moment. */
  write(connection: ConnectionId, bytes: Uint8Array): void {
    this.sink.send(connection, bytes);
    this.#current!.lastSentAt = this.now;
  }

  /** The dialled connection came to its end, or never to be. */
  closed(connection: ConnectionId, end: ConnectionEnd): void {
    if (connection !== this.#dialled || this.#standing === 'idle' || this.#standing === 'waiting') return;
    this.forgetConnection();
    if (this.#standing === 'closing') {
      this.ended({ kind: 'disconnected', message: 'the application disconnected' });
    } else if (this.#standing === 'dialling') this.broken(`no connection: ${end}`);
    else this.broken(`connection ${end}`);
  }

  /** A wake of the keys `reconnect`, `connack` or `keep-alive` came due. */
  woken(key: WakeKey): void {
    if (key === 'reconnect') {
      if (this.#standing === 'waiting') this.dial();
    } else if (key === 'connack') {
      if (this.#standing === 'connecting') this.timedOut('no CONNACK came in time');
    } else if (key === 'keep-alive') {
      const { sink } = this;
      const current = this.#current;
      if (current === undefined) return;
      const due = keepAliveWoken(current, this.now, this.options.pingTimeoutMicros, sink);
      // PINGREQ is no secret: it does not queue behind what waits for the disk.
      if (due === 'ping') this.sendNow({ type: 'pingreq' });
      else if (due === 'timed-out') this.timedOut('no PINGRESP came in time');
    }
  }

  /** PINGRESP came. */
  answered(): void {
    this.#current!.pingedAt = undefined;
  }

  /** CONNACK came. */
  acknowledged(connack: Connack): void {
    const { options } = this;
    const { protocolVersion } = options;
    const { reasonCode } = connack;
    if (reasonCode !== 0) {
      this.note({ step: 'refused', text: `CONNACK refuses with ${hex(reasonCode)}` });
      this.refused(refusalBy('CONNACK refuses', reasonCode, connack.properties), reasonCode);
      return;
    }
    if (protocolVersion === 5) {
      const wrong = connackMisconduct(connack, this.clientId, options);
      if (wrong !== undefined) {
        this.violated(wrong);
        return;
      }
      const size = connack.properties?.maximumPacketSize ?? Infinity;
      if (size < LEAST_PACKET_SIZE) {
        // Not even DISCONNECT can be relied on to fit.
        const message = `the server takes packets of ${size} bytes, and no acknowledgement is so short`;
        this.refused({ kind: 'packet-too-large', message }, PACKET_TOO_LARGE);
        return;
      }
    }
    if (this.#authentication?.connected(connack.properties?.authenticationData) === false) return;
    const { clean } = this.#current!;
    // 3.1 does not tell: there the client has to trust its own state.
    const held = this.#session?.held === true;
    const present = protocolVersion === 3 ? held : connack.sessionPresent;
    if (present && clean) {
      const text = 'Session Present is 1 although a clean session was asked for';
      this.violated(rule('3.1.1/MQTT-3.2.2-1', '5.0/MQTT-3.2.2-2', text));
    } else if (present && !held && options.adoptSession !== true) {
      this.note({
        step: 'session',
        text: 'the server has a session that is not ours',
        rule: '5.0/MQTT-3.2.2-4',
      });
      this.attempts.discarding = true;
      this.dialAgain();
    } else if (this.attempts.discarding && protocolVersion < 5 && this.#lasting) {
      // A clean session of 3.1.1 ends with its connection: the one that lasts needs another CONNECT [3.1.1/3.2.2.2].
      this.attempts.discarding = false;
      this.dialAgain();
    } else this.accepted(connack, present);
  }

  /** The application wants to authenticate again on the connection that stands. */
  authenticate(call: CallId): void {
    const authentication = this.#authentication;
    if (authentication === undefined) {
      const message = 'this client connects without an authentication method [5.0/MQTT-4.12.0-7]';
      this.fail(call, 'authenticate', { kind: 'invalid', message });
    } else if (this.#standing !== 'online') {
      this.fail(call, 'authenticate', { kind: 'not-connected', message: 'there is no connection' });
    } else authentication.again(call);
  }

  /** A re-authentication waits for the server. */
  get authenticating(): boolean {
    return this.#authentication?.repeats ?? false;
  }

  /** AUTH came. */
  challenged(auth: Auth): void {
    if (this.#authentication === undefined) {
      this.violated(rule('', '5.0/MQTT-4.12.0-6', 'AUTH, and CONNECT had no authentication method'));
    } else this.#authentication.challenged(auth);
  }

  private authenticationPort(): AuthenticationPort {
    return {
      send: (auth) => {
        const { limits } = this.#current!;
        if (limits?.takes(auth) === false) {
          this.leave({ kind: 'packet-too-large', message: 'AUTH is longer than the server takes' });
        } else this.#current!.send(auth);
      },
      violated: (since5, text) => this.violated(rule('', since5, text)),
      unproved: (error) => this.leave(error),
      settle: (call, outcome) => this.settle(call, outcome),
    };
  }

  /** Ends the connection for a reason of our own, and for good. */
  private leave(error: ClientError): void {
    this.note({ step: 'refused', text: error.message });
    this.#authentication?.fail(error);
    this.sendNow({ type: 'disconnect', reasonCode: UNSPECIFIED_ERROR });
    this.hangUp('finish');
    this.giveUp(error);
  }

  private accepted(connack: Connack, present: boolean): void {
    const { options } = this;
    if (!present && this.#session?.held === true) {
      this.note({ step: 'session', text: 'the server has lost the session', rule: '5.0/MQTT-3.2.2-5' });
      this.#session.startOver();
    }
    this.#attempts = undefined;
    const { properties } = connack;
    this.#lasting = outlivesConnection(options, properties?.sessionExpiryInterval ?? options.sessionExpiry);
    const assigned = properties?.assignedClientIdentifier;
    const session = this.#lasting || assigned !== undefined ? this.session : this.shownSession;
    session?.accepted(this.#lasting, assigned);
    const limits = limitsOf(connack, options.protocolVersion);
    this.#current!.accepted(limits, present, options.topicAliases ?? 0);
    this.setStatus('online');
    this.sink.wake('connack', Infinity);
    startKeepAlive(this.#current!, properties?.serverKeepAlive ?? options.keepAlive, this.sink);
    this.sink.online(present, properties);
    this.connected(present);
    session?.resume(present, this.window);
  }

  /** Leaves in order, so that no will is published, and comes back at once. */
  private dialAgain(): void {
    this.sendNow({ type: 'disconnect' });
    this.hangUp('finish');
    this.dial();
  }

  /** A 5.0 server said DISCONNECT. */
  dismissed(packet: Disconnect): void {
    const reasonCode = packet.reasonCode ?? 0;
    this.refused(refusalBy('the server disconnects', reasonCode, packet.properties), reasonCode);
  }

  /** The server does not want us, now or for good: the connection ends [5.0/MQTT-4.13.2-1]. */
  private refused(error: ClientError, reasonCode: number): void {
    this.#authentication?.fail(error);
    this.hangUp('finish');
    if (this.options.reconnect !== 'off' && heals(reasonCode, this.options.protocolVersion))
      this.broken(error.message, error);
    else this.giveUp(error);
  }

  /** The server broke a rule: the connection is closed [3.1.1/MQTT-4.8.0-1], and tried again later. */
  violated({ rules, text, reasonCode }: Violation): void {
    const version5 = this.options.protocolVersion === 5;
    this.note({ step: 'protocol-error', text, rule: rules[version5 ? 1 : 0] });
    // It may come before CONNACK [5.0/3.1.4], but not before CONNECT, which may wait for the disk.
    const connected = this.#standing === 'online' || this.#current?.heldBytes === 0;
    if (version5 && connected) {
      // What is wrong with a CONNECT, which no server sends, has codes of its own.
      const said = isReasonCode('disconnect', reasonCode, 5) ? reasonCode : PROTOCOL_ERROR;
      this.sendNow({ type: 'disconnect', reasonCode: said });
    }
    this.hangUp('finish');
    this.broken(`protocol error: ${text}`);
  }

  private timedOut(text: string): void {
    this.note({ step: 'timer', text });
    this.hangUp('abort');
    this.broken(text);
  }

  /** Closes what is dialled or stands. What the outbox holds back is never sent. */
  private hangUp(manner: 'finish' | 'abort'): void {
    if (this.#standing === 'idle' || this.#standing === 'waiting') return;
    this.sink.close(this.#dialled, manner);
    this.forgetConnection();
  }

  private forgetConnection(): void {
    const connection = this.#current;
    this.#current = undefined;
    this.#session?.suspend();
    if (connection !== undefined) stopKeepAlive(connection, this.sink);
    this.sink.wake('connack', Infinity);
    connection?.outbox.discard();
    this.#authentication?.fail({
      kind: 'connection-lost',
      message: 'the connection ended before the authentication',
    });
  }

  /** The connection is gone though nobody wanted that; `reason` is one sentence. */
  private broken(reason: string, cause?: ClientError): void {
    const { reconnect } = this.options;
    if (reconnect === 'off') {
      this.giveUp({ kind: 'connection-lost', message: reason });
      return;
    }
    const wasOnline = this.#standing === 'online';
    if (!this.#lasting) this.shownSession?.startOver();
    this.setStatus('waiting');
    if (wasOnline) this.tellOffline(reason, cause);
    this.sink.wake('reconnect', this.now + this.attempts.pause(reconnect, this.#surroundings.chance()));
  }

  /** Trying makes no sense any more. */
  private giveUp(error: ClientError): void {
    this.#trying = false;
    // Nobody's call is left to fail when it was trying to come back: the application has to be told otherwise.
    const untold = !this.awaited && this.#standing !== 'online';
    this.failWaiting(error);
    this.ended(error);
    if (untold) this.tellOffline(error.message, error);
  }

  /** Comes to rest. With a session that does not last ends what was promised within it. */
  private ended(error: ClientError): void {
    const wasOnline = this.#standing === 'online' || this.#standing === 'closing';
    if (this.#standing === 'waiting') this.sink.wake('reconnect', Infinity);
    this.setStatus('idle');
    if (!this.#lasting) {
      for (const call of this.shownSession?.end() ?? []) this.fail(call, 'publish', error);
    }
    if (wasOnline) this.tellOffline(error.message, error);
    this.disconnected();
    if (this.#trying) this.dial();
  }

  private tellOffline(reason: string, error: ClientError | undefined): void {
    if (error?.reasonCode === undefined) this.sink.offline(reason);
    else this.sink.offline(reason, error);
  }

  private failWaiting(error: ClientError): void {
    this.failConnects(error);
    this.#session?.abandonRequests((call, op) => this.fail(call, op, error));
  }

  private dial(): void {
    this.setStatus('dialling');
    this.#dialled++;
    if (this.#server === undefined) this.sink.dial(this.#dialled);
    else this.sink.dial(this.#dialled, this.#server);
  }

  /** Writes at once, past the outbox: for packets that reveal nothing. */
  private sendNow(packet: Packet): void {
    const connection = this.#current;
    if (connection === undefined) return;
    this.write(connection.id, encode(packet, this.options.protocolVersion));
  }

  private setStatus(status: ClientStatus): void {
    this.#standing = status;
    if (this.sink.attentive) this.sink.state('', 'status', status);
  }
}

/** Clean Session 0 before 5.0, a Session Expiry Interval above 0 since. */
export function outlivesConnection(options: ClientOptions, sessionExpiry: number): boolean {
  return options.protocolVersion === 5 ? sessionExpiry > 0 : !options.cleanStart;
}

/** A broken rule that has no packet of its own to speak for it. */
export function rule(before5: string, since5: string, text: string, reasonCode = 0x82): Violation {
  return { rules: [before5, since5], text, reasonCode };
}
