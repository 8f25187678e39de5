import type { Connect } from '../codec/packet.ts';
import type { CloseManner, ConnectionId, Note } from '../machine.ts';
import { assignedClientId, type Refusal, refusal } from './connect.ts';
import type { Connection } from './connection.ts';
import type { KeepAlive } from './keep-alive.ts';
import type { Session, SessionHost } from './session.ts';
import type { Sessions } from './sessions.ts';
import type { Wills } from './wills.ts';

const MICROS_A_SECOND = 1_000_000;

/** Why this end closes a connection; a breach of the protocol unless `step` says otherwise. */
export interface Cause {
  step?: Note['step'];
  rule: string;
  text: string;
}

/** Who comes and who goes: what the beginning and the end of a connection do to its session and its will. */
export class Clients {
  readonly #host: SessionHost;
  readonly #connections: Map<ConnectionId, Connection>;
  readonly #sessions: Sessions;
  readonly #wills: Wills;
  readonly #keepAlive: KeepAlive;

  constructor(
    host: SessionHost,
    connections: Map<ConnectionId, Connection>,
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

  /** A well-formed CONNECT: refused with its return code, or answered with a session, new or kept. */
  connect(connection: Connection, connect: Connect): void {
    const sessions = this.#sessions;
    // Its wake may come after this packet, when both are late: the process was stopped, or the wall clock was set.
    const overdue = sessions.get(connect.clientId);
    if (overdue !== undefined && overdue.endsAt <= this.#host.clock.wall) this.expire(overdue);
    const known = sessions.get(connect.clientId);
    const refused = refusal(connect, this.#host.options, sessions.size, known === undefined);
    if (refused !== undefined) {
      this.refuse(connection, refused, connect.clientId);
      return;
    }
    connection.version = connect.protocolVersion;
    const clientId =
      connect.clientId === ''
        ? assignedClientId(this.#host.chance, (taken) => sessions.get(taken) !== undefined)
        : connect.clientId;

    if (known?.connection !== undefined) {
      // The client connects again: its older connection goes, will and all [3.1.1/MQTT-3.1.4-2].
      this.close(known.connection, 'finish', {
        step: 'session',
        rule: '3.1.1/MQTT-3.1.4-2',
        text: `${clientId} has connected again`,
      });
    }
    // Clean Session 1, and what remained of a session that lasted only as long as its connection.
    const kept = sessions.get(clientId);
    if (kept !== undefined && connect.cleanStart) this.#end(kept);
    const present = kept !== undefined && !connect.cleanStart;
    const { sessionExpiry, sessionExpiryOf } = this.#host.options;
    const expirySeconds = connect.cleanStart ? 0 : (sessionExpiryOf?.(clientId) ?? sessionExpiry);
    const session = present ? kept : sessions.create(clientId, expirySeconds);
    sessions.attach(session, connection);
    this.#wills.hold(clientId, connect.will);
    const limit = Math.ceil(connect.keepAlive * MICROS_A_SECOND * this.#host.options.keepAliveFactor);
    this.#keepAlive.watch(connection, connect.keepAlive === 0 ? Infinity : limit);
    if (this.#host.sink.attentive) {
      const what = present ? 'goes on with its session' : 'begins a session';
      this.#host.sink.note({ step: 'session', text: `${clientId} ${what}`, client: clientId });
    }
    // 3.1 has no Session Present flag.
    const sessionPresent = present && connection.version > 3;
    connection.sendPacket({ type: 'connack', sessionPresent, reasonCode: 0 }, true);
    session.resume();
  }

  /** [3.1.1/MQTT-3.2.2-5] */
  refuse(connection: Connection, refused: Refusal, clientId?: string): void {
    this.noteRefused(refused, clientId);
    if (refused.returnCode !== undefined) {
      // Clients of 3.1 and 3.1.1 understand this answer, whatever version was asked for.
      const { returnCode: reasonCode } = refused;
      connection.sendPacket({ type: 'connack', sessionPresent: false, reasonCode }, false);
    }
    this.over(connection, true);
    this.#host.sink.close(connection.id, 'finish');
  }

  /** This end closes a connection; to its will that is an end like any other. */
  close(connection: Connection, manner: CloseManner, why: Cause): void {
    if (this.#host.sink.attentive) {
      const note: Note = { step: why.step ?? 'protocol-error', rule: why.rule, text: why.text };
      const client = connection.session?.clientId;
      this.#host.sink.note(client === undefined ? note : { ...note, client });
    }
    this.#host.sink.close(connection.id, manner);
    this.over(connection, true);
  }

  /** The time for the next packet is over. */
  closeSilent(connection: Connection): void {
    const seconds = connection.silenceLimitMicros / MICROS_A_SECOND;
    if (connection.session === undefined) {
      const text = `no CONNECT within ${seconds} s`;
      this.close(connection, 'abort', { step: 'timer', rule: '3.1.1/3.1.4', text });
    } else {
      const text = `no packet from ${connection.session.clientId} for ${seconds} s`;
      this.close(connection, 'abort', { step: 'timer', rule: '3.1.1/MQTT-3.1.2-24', text });
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
