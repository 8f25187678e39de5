import type { Micros } from '../machine.ts';
import { RecordReader, RecordWriter } from '../session/record.ts';
import { SessionRecords } from '../session/session-records.ts';
import type { Connection } from './connection.ts';
import { Session, type SessionHost } from './session.ts';
import type { Granted, Subscriptions } from './subscriptions.ts';
import { isSysFilter, type SysTopics } from './sys.ts';

/** A wake for each session without a connection that will end. */
export const SESSION_WAKE = 'session/';
/** Durable keys: the escaped client identifier follows, and for what belongs to the session a slash and more. */
export const SESSION_KEY = 'session/';
const SUBSCRIPTION_TABLE = 'sub/';

/** In the place of Retain Handling, which means nothing to a Shared Subscription. */
const SHARED = 3;

const MICROS_A_SECOND = 1_000_000;

/**
 * Every session there is, by its Client Identifier [3.1.1/MQTT-3.1.3-2], with a connection or without: those of Clean Session 0
 * are kept when their connection ends [3.1.1/MQTT-3.1.2-4] [3.1.1/MQTT-4.1.0-1], and how long, and none ends before its
 * connection does [3.1.1/MQTT-4.1.0-2].
 */
export class Sessions {
  readonly #host: SessionHost;
  readonly #subscriptions: Subscriptions;
  readonly #sys: SysTopics;
  /** A Client Identifier is a session [5.0/MQTT-3.1.3-2]; one that has a connection is never looked at for its age [5.0/MQTT-4.1.0-1]. */
  readonly #byClient = new Map<string, Session>();
  readonly #writer = new RecordWriter();
  #connected = 0;

  constructor(host: SessionHost, subscriptions: Subscriptions, sys: SysTopics) {
    this.#host = host;
    this.#subscriptions = subscriptions;
    this.#sys = sys;
  }

  get size(): number {
    return this.#byClient.size;
  }

  get connected(): number {
    return this.#connected;
  }

  get(clientId: string): Session | undefined {
    return this.#byClient.get(clientId);
  }

  all(): IterableIterator<Session> {
    return this.#byClient.values();
  }

  /** A session that did not exist. It is durable when it outlives its connection. */
  create(clientId: string, expirySeconds: number): Session {
    const host = this.#host;
    const durable = expirySeconds > 0 && host.journal.keeps;
    const records = durable
      ? new SessionRecords(host.journal, `${SESSION_KEY + escapeName(clientId)}/`, host.messageRecords)
      : undefined;
    const session = new Session(clientId, expirySeconds, host, records);
    this.#byClient.set(clientId, session);
    this.#store(session);
    return session;
  }

  /** A client that is back, or takes its leave, says how long its session outlives the connection from now on. */
  setExpiry(session: Session, expirySeconds: number): void {
    if (session.expirySeconds === expirySeconds) return;
    session.expirySeconds = expirySeconds;
    this.#store(session);
  }

  /** The session has a connection from now on. */
  attach(session: Session, connection: Connection): void {
    session.connection = connection;
    connection.session = session;
    if (session.endsAt !== undefined) {
      session.endsAt = undefined;
      this.#host.sink.wake(SESSION_WAKE + session.clientId, Infinity);
      this.#store(session);
    }
    this.#connected++;
    const { traffic } = this.#host;
    if (this.#connected > traffic.connectedMaximum) traffic.connectedMaximum = this.#connected;
    if (session.sysSubscriptions > 0) this.#sys.watched();
    this.#observe(session);
  }

  /** It has none any more; {@link keepFromNow} has to follow, when the will is dealt with. */
  detach(session: Session): void {
    session.connection = undefined;
    session.suspend();
    this.#connected--;
    if (session.sysSubscriptions > 0) this.#sys.unwatched();
    this.#observe(session);
  }

  /** Counts the time a session without a connection has left, from now [5.0/MQTT-3.1.2-23]. Returns true if it has none. */
  keepFromNow(session: Session): boolean {
    if (session.expirySeconds === 0) return true;
    session.endsAt = undefined;
    if (session.expirySeconds !== Infinity) {
      session.endsAt = this.#host.clock.wall + Math.ceil(session.expirySeconds * MICROS_A_SECOND);
      this.#store(session);
      this.#arm(session);
    }
    return false;
  }

  /** Deletes a session and everything in it. Retained messages are not in it. */
  end(session: Session): void {
    const { journal, sink } = this.#host;
    const unfinished = session.clear();
    for (const filter of [...(session.subscriptions?.keys() ?? [])]) this.unsubscribe(session, filter);
    this.#byClient.delete(session.clientId);
    if (session.endsAt !== undefined) sink.wake(SESSION_WAKE + session.clientId, Infinity);
    if (session.durable) journal.delete(SESSION_KEY + escapeName(session.clientId));
    if (sink.attentive) {
      for (const key of ['connection', 'clean', 'queue/length']) session.observe(key, undefined);
      sink.state('clients', session.clientId, undefined);
    }
    for (const { message, sent } of unfinished) {
      if (message?.shared !== undefined) this.#host.handOver(message, sent);
    }
  }

  /** The wake of a session came. Returns it if its time is over, to be discarded [5.0/MQTT-4.1.0-2]. */
  woken(clientId: string): Session | undefined {
    const session = this.#byClient.get(clientId);
    if (session === undefined) return undefined;
    if (session.isOverAt(this.#host.clock.wall)) return session;
    this.#arm(session);
    return undefined;
  }

  /** The wall clock jumped: expiry follows it. */
  wallSet(): void {
    for (const session of this.#byClient.values()) this.#arm(session);
  }

  /** Makes or replaces a subscription. Returns true if it is new. */
  subscribe(session: Session, granted: Granted): boolean {
    const isNew = this.#restoreSubscription(session, granted);
    if (session.durable) {
      const { qos, noLocal, retainAsPublished, retainHandling, identifier, shared } = granted;
      this.#writer.begin('B').u8(qos);
      this.#writer
        .boolean(noLocal === true)
        .boolean(retainAsPublished === true)
        .u8(shared === true ? SHARED : (retainHandling ?? 0));
      this.#writer.u32(identifier ?? 0);
      this.#host.journal.put(subscriptionKey(session, granted.filter), this.#writer.finish());
    }
    return isNew;
  }

  /** Returns false if there was no subscription with exactly this filter. */
  unsubscribe(session: Session, filter: string): boolean {
    if (!this.#subscriptions.delete(session, filter)) return false;
    if (session.durable) this.#host.journal.delete(subscriptionKey(session, filter));
    if (isSysFilter(filter) && --session.sysSubscriptions === 0 && session.connection !== undefined) {
      this.#sys.unwatched();
    }
    if (session.attentive) session.observe(`subscriptions/${filter}`, undefined);
    return true;
  }

  /** A session the disk kept. One that had a connection when this server died lost it then. */
  recover(key: string, value: Uint8Array): Session {
    const reader = new RecordReader(key, value, 'S');
    const expirySeconds = reader.whole();
    const endsAt = reader.optional((r) => r.whole());
    reader.done();
    const host = this.#host;
    const clientId = unescapeName(key.slice(SESSION_KEY.length));
    const records = new SessionRecords(host.journal, `${key}/`, host.messageRecords);
    const session = new Session(clientId, expirySeconds, host, records);
    this.#byClient.set(clientId, session);
    if (endsAt === undefined) {
      if (this.keepFromNow(session)) session.endsAt = host.clock.wall;
    } else {
      session.endsAt = endsAt;
      this.#arm(session);
    }
    this.#observe(session);
    return session;
  }

  /** Returns false when the key is none of a subscription of this session. */
  recoverSubscription(session: Session, key: string, value: Uint8Array): boolean {
    const prefix = subscriptionKey(session, '');
    if (!key.startsWith(prefix)) return false;
    const reader = new RecordReader(key, value, 'B');
    const granted: Granted = { filter: key.slice(prefix.length), qos: reader.qos() };
    if (reader.boolean()) granted.noLocal = true;
    if (reader.boolean()) granted.retainAsPublished = true;
    const retainHandling = reader.u8();
    if (retainHandling === SHARED) granted.shared = true;
    if (retainHandling === 1 || retainHandling === 2) granted.retainHandling = retainHandling;
    const identifier = reader.u32();
    if (identifier !== 0) granted.identifier = identifier;
    reader.done();
    this.#restoreSubscription(session, granted);
    return true;
  }

  #restoreSubscription(session: Session, granted: Granted): boolean {
    const isNew = this.#subscriptions.set(session, granted);
    if (isNew && isSysFilter(granted.filter) && ++session.sysSubscriptions === 1) {
      if (session.connection !== undefined) this.#sys.watched();
    }
    if (session.attentive) session.observe(`subscriptions/${granted.filter}`, granted.qos);
    return isNew;
  }

  #store(session: Session): void {
    if (!session.durable) return;
    const endsAt = session.connection === undefined ? session.endsAt : undefined;
    this.#writer.begin('S').whole(session.expirySeconds);
    this.#writer.optional(endsAt, (writer, value: Micros) => writer.whole(value));
    this.#host.journal.put(SESSION_KEY + escapeName(session.clientId), this.#writer.finish());
  }

  #arm(session: Session): void {
    if (session.endsAt === undefined) return;
    this.#host.sink.wake(SESSION_WAKE + session.clientId, this.#host.clock.monotone(session.endsAt));
  }

  #observe(session: Session): void {
    if (!session.attentive) return;
    const { connection } = session;
    session.observe('connection', connection?.id);
    session.observe('clean', session.expirySeconds === 0);
    this.#host.sink.state('clients', session.clientId, connection === undefined ? 'away' : 'connected');
  }
}

function subscriptionKey(session: Session, filter: string): string {
  return `${SESSION_KEY}${escapeName(session.clientId)}/${SUBSCRIPTION_TABLE}${filter}`;
}

/** A client identifier may contain the slash that separates the parts of a key. */
function escapeName(clientId: string): string {
  if (!clientId.includes('/') && !clientId.includes('%')) return clientId;
  return clientId.replaceAll('%', '%25').replaceAll('/', '%2F');
}

function unescapeName(name: string): string {
  return name.replaceAll('%2F', '/').replaceAll('%25', '%');
}
