import type { Numbered } from '../../collections/numbered.ts';
import type { Connack, Connect } from '../codec/packet.ts';
import type { CloseManner, Note } from '../machine.ts';
import type { Transmission } from '../session/outbox.ts';
import { maySubscribe, notAdmitted, type Redirection, redirected } from './access.ts';
import { connackProperties, expirySecondsOf } from './connack.ts';
import { assignedClientId, type Refusal, refusal } from './connect.ts';
import type { Connection } from './connection.ts';
import type { KeepAlive } from './keep-alive.ts';
import { asReasonString } from './reason-string.ts';
import type { Session, SessionHost } from './session.ts';
import type { Sessions } from './sessions.ts';
import type { Wills } from './wills.ts';

const MICROS_A_SECOND = 1_000_000;
const KEEP_ALIVE_TIMEOUT = 0x8d;
const SESSION_TAKEN_OVER = 0x8e;
const PACKET_TOO_LARGE = 0x95;

/** Why this end closes a connection; a breach of the protocol unless `step` says otherwise. */
export interface Cause {
  step?: Note['step'];
  rule: string;
  text: string;
  /** What DISCONNECT tells a client of 5.0; without it there is no DISCONNECT. */
  reasonCode?: number;
  /** Where to go instead; it goes with 0x9C and 0x9D. */
  serverReference?: string;
}

/** Who comes and who goes: what the beginning and the end of a connection do to its session and its will. */
export class Clients {
  readonly #host: SessionHost;
  readonly #connections: Numbered<Connection>;
  readonly #sessions: Sessions;
  readonly #wills: Wills;
  readonly #keepAlive: KeepAlive;

  constructor(
    host: SessionHost,
    connections: Numbered<Connection>,
    sessions: Sessions,
    wills: Wills,
    keepAlive: KeepAlive,
  ) {
    this.#host = host;
    this.#connections = connections;
    this.#sessions = sessions;
    this.#wills = wills;
    this.#keepAlive = keepAlive;
  }

  /**
   * A well-formed CONNECT: refused with its return code, or answered with a session, new or kept, and 0x00 [5.0/MQTT-3.1.4-5].
   * `authenticated`: by this method, which had this to say at the end.
   */
  connect(
    connection: Connection,
    connect: Connect,
    authenticated?: { name: string; data: Uint8Array | undefined },
  ): void {
    const sessions = this.#sessions;
    // Its wake may come after this packet, when both are late: the process was stopped, or the wall clock was set.
    const overdue = sessions.get(connect.clientId);
    if (overdue?.isOverAt(this.#host.clock.wall) === true) this.expire(overdue);
    const known = sessions.get(connect.clientId);
    const { options } = this.#host;
    const refused =
      notAdmitted(connect, options, authenticated !== undefined) ??
      refusal(connect, options, sessions.size, known === undefined);
    connection.username = connect.username;
    if (refused !== undefined) {
      this.refuse(connection, refused, connect.clientId);
      return;
    }
    const clientId =
      connect.clientId === ''
        ? assignedClientId(this.#host.chance, (taken) => sessions.get(taken) !== undefined)
        : connect.clientId;

    if (known?.connection !== undefined) {
      // The client connects again: its older connection goes, will and all [3.1.1/MQTT-3.1.4-2] [5.0/MQTT-3.1.4-3].
      this.close(known.connection, 'finish', {
        step: 'session',
        rule: known.connection.version === 5 ? '5.0/MQTT-3.1.4-3' : '3.1.1/MQTT-3.1.4-2',
        text: `${clientId} has connected again`,
        reasonCode: SESSION_TAKEN_OVER,
      });
    }
    // Clean Session 1 [3.1.1/MQTT-3.1.4-3] [5.0/MQTT-3.1.2-4] [5.0/MQTT-3.1.4-4]; what lasted only as long as its connection has gone
    // with it.
    const kept = sessions.get(clientId);
    if (kept !== undefined && connect.cleanStart) this.#end(kept);
    const present = kept !== undefined && !connect.cleanStart;
    const expirySeconds = this.#expirySeconds(connect, clientId);
    // [5.0/MQTT-3.1.2-5] [5.0/MQTT-3.1.2-6]
    const session = present ? kept : sessions.create(clientId, expirySeconds);
    sessions.setExpiry(session, expirySeconds);
    sessions.attach(session, connection);
    if (present) this.#forgetForbidden(session, connect.username);
    this.#wills.hold(clientId, connect.will);
    const { keepAliveFactor, serverKeepAlive } = this.#host.options;
    const keepAlive = connection.version === 5 ? (serverKeepAlive ?? connect.keepAlive) : connect.keepAlive;
    const limit = Math.ceil(keepAlive * MICROS_A_SECOND * keepAliveFactor);
    this.#keepAlive.watch(connection, limit);
    if (this.#host.sink.attentive) {
      const what = present ? 'goes on with its session' : 'begins a session';
      this.#host.sink.note({ step: 'session', text: `${clientId} ${what}`, client: clientId });
    }
    // 1 exactly when there was a session to go on with [3.1.1/MQTT-3.2.2-2] [3.1.1/MQTT-3.2.2-3] [5.0/MQTT-3.2.2-3]; 3.1 has no such
    // flag.
    const sessionPresent = present && connection.version > 3;
    // [3.1.1/MQTT-3.1.4-4]
    const connack: Connack = { type: 'connack', sessionPresent, reasonCode: 0 };
    if (connection.version === 5) {
      connack.properties = connackProperties(connect, this.#host.options, clientId, expirySeconds);
      if (authenticated !== undefined) {
        connack.properties.authenticationMethod = authenticated.name;
        if (authenticated.data !== undefined) connack.properties.authenticationData = authenticated.data;
      }
    }
    if (connection.sendPacket(connack, true, connection.version === 5 ? new Welcome(connection) : undefined))
      session.resume();
    else this.close(connection, 'finish', tooLarge(connection, 'CONNACK'));
  }

  /** What the client was subscribed to and may not be any more. What is queued was sent while it could. */
  #forgetForbidden(session: Session, username: string | undefined): void {
    const { options } = this.#host;
    if (options.authorize === undefined) return;
    for (const filter of [...(session.subscriptions?.keys() ?? [])]) {
      if (!maySubscribe(options, session.clientId, username, filter))
        this.#sessions.unsubscribe(session, filter);
    }
  }

  /** How long the session outlives its connection: 5.0 says it itself, and before it is all or nothing [5.0/3.1.2.11.2]. */
  #expirySeconds(connect: Connect, clientId: string): number {
    const { sessionExpiry, sessionExpiryOf, sessionExpiryMaximum } = this.#host.options;
    if (connect.protocolVersion === 5) {
      return Math.min(expirySecondsOf(connect.properties?.sessionExpiryInterval), sessionExpiryMaximum);
    }
    return connect.cleanStart ? 0 : (sessionExpiryOf(clientId) ?? sessionExpiry);
  }

  /**
   * The end follows a refusal [3.1.1/MQTT-3.2.2-5] [5.0/MQTT-3.2.2-7] [5.0/MQTT-4.13.2-1], and nothing more is taken from this client
   * [3.1.1/MQTT-3.1.4-5] [5.0/MQTT-3.1.4-6].
   */
  refuse(connection: Connection, refused: Refusal, clientId?: string): void {
    this.noteRefused(refused, clientId);
    if (refused.returnCode !== undefined) {
      const { returnCode: reasonCode } = refused;
      const connack: Connack = { type: 'connack', sessionPresent: false, reasonCode };
      if (connection.version === 5) connack.properties = explained(refused);
      connection.sendPacket(connack, false);
    }
    this.over(connection, true);
    this.#host.sink.close(connection.id, 'finish');
  }

  /**
   * This end closes a connection; to its will that is an end like any other. A client of 5.0 that was accepted is told
   * why, also when the transport would rather be cut [5.0/4.13]; that is the last it hears [5.0/MQTT-3.14.4-1] [5.0/MQTT-3.14.4-2].
   */
  close(connection: Connection, manner: CloseManner, why: Cause): void {
    if (this.#host.sink.attentive) {
      const note: Note = { step: why.step ?? 'protocol-error', rule: why.rule, text: why.text };
      const client = connection.session?.clientId;
      this.#host.sink.note(client === undefined ? note : { ...note, client });
    }
    const { reasonCode } = why;
    if (reasonCode !== undefined && connection.version === 5 && connection.welcomed) {
      connection.farewell({ type: 'disconnect', reasonCode, properties: explained(why) });
      this.#host.sink.close(connection.id, 'finish');
    } else {
      this.#host.sink.close(connection.id, manner);
    }
    this.over(connection, true);
  }

  /** Sends a connected client elsewhere: true if there is one. Before 5.0 it only loses its connection. */
  redirect(clientId: string, redirection: Redirection): boolean {
    const connection = this.#sessions.get(clientId)?.connection;
    if (connection === undefined) return false;
    this.close(connection, 'finish', redirected(redirection));
    return true;
  }

  /** The time for the next packet is over. */
  closeSilent(connection: Connection): void {
    const seconds = connection.silenceLimitMicros / MICROS_A_SECOND;
    if (connection.session === undefined) {
      const text = `no CONNECT within ${seconds} s`;
      this.close(connection, 'abort', { step: 'timer', rule: 'limit.connectTimeout', text });
    } else {
      const text = `no packet from ${connection.session.clientId} for ${seconds} s`;
      const rule = connection.version === 5 ? '5.0/MQTT-3.1.2-22' : '3.1.1/MQTT-3.1.2-24';
      this.close(connection, 'abort', { step: 'timer', rule, text, reasonCode: KEEP_ALIVE_TIMEOUT });
    }
  }

  /**
   * A connection is over, whoever ended it: its will is due unless the client took leave, then its session's time runs.
   * `why` is for who has not been told yet.
   */
  over(connection: Connection, publishWill: boolean, why?: string): void {
    this.#keepAlive.forget(connection);
    this.#connections.delete(connection.id);
    this.#host.stalled.delete(connection);
    connection.end();
    const { session } = connection;
    if (session === undefined) return;
    this.#sessions.detach(session);
    if (this.#host.sink.attentive && why !== undefined) {
      this.#host.sink.note({
        step: 'session',
        text: `${session.clientId}: ${why}`,
        client: session.clientId,
      });
    }
    if (publishWill) this.#wills.release(session.clientId, session.expirySeconds);
    if (this.#sessions.keepFromNow(session)) this.#end(session);
  }

  /** Its time without a connection is over. */
  expire(session: Session): void {
    this.#host.traffic.sessionsExpired++;
    if (this.#host.sink.attentive) {
      const text = `the session of ${session.clientId} was kept for ${session.expirySeconds} s`;
      this.#host.sink.note({ step: 'expired', text, client: session.clientId });
    }
    this.#end(session);
  }

  #end(session: Session): void {
    this.#sessions.end(session);
    this.#wills.sessionEnded(session.clientId);
  }

  noteRefused(refused: Cause, clientId?: string): void {
    if (!this.#host.sink.attentive) return;
    const note = { step: 'refused' as const, rule: refused.rule, text: refused.text };
    this.#host.sink.note(clientId === undefined || clientId === '' ? note : { ...note, client: clientId });
  }
}

/** Something has to be said that the client does not take. */
export function tooLarge(connection: Connection, packet: string): Cause {
  const text = `the ${packet} is larger than ${connection.terms.maximumPacketSize} bytes, which is all its client takes`;
  return { rule: '5.0/MQTT-3.1.2-24', text, reasonCode: PACKET_TOO_LARGE };
}

/** What a client is told besides the reason code. */
function explained({ text, serverReference }: Pick<Cause, 'text' | 'serverReference'>): {
  reasonString: string;
  serverReference?: string;
} {
  const reasonString = asReasonString(text);
  return serverReference === undefined ? { reasonString } : { reasonString, serverReference };
}

/** Notices when the CONNACK of a connection is written. */
class Welcome implements Transmission {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  transmitted(): void {
    this.#connection.since5.welcomed = true;
  }

  dropped(): void {}
}
