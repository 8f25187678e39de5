import type { Micros } from '../machine.ts';
import { Incoming, type ReceiverPort } from '../session/incoming.ts';
import type { Journal } from '../session/journal.ts';
import type { Message } from '../session/message.ts';
import { Outgoing } from '../session/outgoing.ts';
import { PacketIds } from '../session/packet-ids.ts';
import { RecordError, RecordReader, RecordWriter, readMessage, writeMessage } from '../session/record.ts';
import type { SenderPort } from '../session/sender-port.ts';
import {
  type MessageFormat,
  MessageRecords,
  RecoveredHalves,
  SessionRecords,
} from '../session/session-records.ts';
import type { CallId } from './application.ts';
import { Subscriptions, type SubscriptionsPort } from './subscriptions.ts';

/** A message with the call that handed it over; 0 when that call died with an earlier life of this client. */
export interface ClientMessage extends Message {
  call: CallId;
  /** When nobody need start sending it any more, of the monotone clock; absent without a Message Expiry Interval. */
  expiresAt?: Micros;
}

/** The durable key that says we hold a session, and under which Client Identifier. */
const SESSION_KEY = 'session';
/** Prefix of the keys of the two halves. */
const HALVES = 'session/';

/** What a session needs from the machine it belongs to. */
export type SessionPort = SenderPort<ClientMessage> &
  ReceiverPort &
  SubscriptionsPort & {
    /** Messages, and requests, that may wait. */
    readonly queueLimit: number;
  };

/** Where a session is kept that is durable. */
class Store {
  readonly journal: Journal;
  readonly records: SessionRecords<ClientMessage>;
  /** The monotone clock does not outlive the machine, so what expires is written down in wall time. */
  wallOffset: Micros;

  constructor(journal: Journal, wallOffset: Micros) {
    this.journal = journal;
    this.wallOffset = wallOffset;
    this.records = new SessionRecords(journal, HALVES, new MessageRecords(messageFormat(this)));
  }
}

/**
 * The client's side of a session [3.1.1/MQTT-3.1.2-4] [3.1.1/MQTT-4.1.0-1]: the two halves, what it is subscribed to, and whether the
 * server should know it.
 *
 * `held` is the session state that Session Present is compared with. It is durable before anything is sent that a server could
 * keep: SUBSCRIBE and QoS 2 PUBLISH wait for it. So a server that has a session of which we know nothing has one that means
 * nothing to us, and using it would be dangerous: it may remember QoS 2 identifiers of a former life, and would
 * swallow the messages we send with them.
 */
export class ClientSession {
  #out: Outgoing<ClientMessage> | undefined;
  #in: Incoming<ClientMessage> | undefined;
  #asked: Subscriptions | undefined;
  readonly #port: SessionPort;
  /** Undefined when nothing of it is durable. */
  readonly #store: Store | undefined;
  #ids: PacketIds | undefined;
  /** Unacknowledged PUBLISHes that the server of this connection takes; undefined without one. */
  #limit: number | undefined;
  #holds = false;
  #assigned: string | undefined;

  /** Without `journal` the session lasts as long as its connection, or as this machine. */
  constructor(port: SessionPort, journal: Journal | undefined, wallOffset: Micros) {
    this.#port = port;
    if (journal !== undefined) this.#store = new Store(journal, wallOffset);
  }

  /** What it holds is written to the store. */
  get durable(): boolean {
    return this.#store !== undefined;
  }

  /** The wall clock was set. */
  wallSet(wallOffset: Micros): void {
    if (this.#store !== undefined) this.#store.wallOffset = wallOffset;
  }

  // The parts are made when they are first needed: most of a million clients never do.

  get outgoing(): Outgoing<ClientMessage> {
    if (this.#out === undefined) {
      this.#out = new Outgoing(this.#port, this.packetIds(), this.#store?.records, this.#port.queueLimit);
      if (this.#limit !== undefined) this.#out.resume(this.#limit);
    }
    return this.#out;
  }

  get incoming(): Incoming<ClientMessage> {
    this.#in ??= new Incoming(this.#port, this.#store?.records);
    return this.#in;
  }

  get subscriptions(): Subscriptions {
    if (this.#asked === undefined) {
      this.#asked = new Subscriptions(
        this.#port,
        this.packetIds(),
        this.#store?.journal,
        this.#port.queueLimit,
      );
      if (this.#limit !== undefined) this.#asked.resume(true);
    }
    return this.#asked;
  }

  private packetIds(): PacketIds {
    this.#ids ??= new PacketIds();
    return this.#ids;
  }

  /** Messages of QoS 1 and 2 that were sent and are not acknowledged to the end. */
  get inflightCount(): number {
    return this.#out?.inflightCount ?? 0;
  }

  /** Messages that wait to be sent. */
  get queuedCount(): number {
    return this.#out?.queuedCount ?? 0;
  }

  /** We have session state that the server is expected to have too. */
  get held(): boolean {
    return this.#holds;
  }

  /** The identifier a 5.0 server gave us, which is ours from then on [5.0/MQTT-3.2.2-16]. */
  get assignedClientId(): string | undefined {
    return this.#assigned;
  }

  /** The server has accepted us; `lasting` when the session outlives its connection. */
  accepted(lasting: boolean, assignedClientId: string | undefined): void {
    if (assignedClientId !== undefined) this.#assigned = assignedClientId;
    const was = this.#holds;
    this.#holds = lasting;
    if (lasting && (!was || assignedClientId !== undefined)) {
      const id = new RecordWriter()
        .begin('S')
        .optional(this.#assigned, (writer, value) => writer.text(value));
      this.#store?.journal.put(SESSION_KEY, id.finish());
    } else if (was && !lasting) this.#store?.journal.delete(SESSION_KEY);
    this.observe();
  }

  /**
   * The session is over, here or at the server. Received identifiers are forgotten [3.1.1/MQTT-3.1.2-6] [5.0/MQTT-3.2.2-5];
   * messages without an acknowledgement are kept as new ones.
   */
  startOver(): void {
    this.#in?.clear();
    // Who looks on is shown the queue, also an empty one.
    if (this.#port.attentive) this.outgoing.startOver();
    else this.#out?.startOver();
    if (!this.#holds) return;
    this.#holds = false;
    this.#store?.journal.delete(SESSION_KEY);
    this.observe();
  }

  /**
   * A connection stands, whose server takes `limit` PUBLISHes without an answer. `present`: it still has the session, and with it the
   * subscriptions.
   */
  resume(present: boolean, limit: number): void {
    this.#limit = limit;
    this.#asked?.resume(present);
    this.#out?.resume(limit);
  }

  /** Sends what may go: the transport or the disk has caught up. */
  fill(): void {
    this.#out?.fill();
  }

  /** Sends the requests that may go: an identifier may be free. */
  sendPending(): void {
    this.#asked?.sendPending();
  }

  /** The application has ended the session, and with it what it was subscribed to. */
  forgetSubscriptions(): void {
    this.#asked?.forgetAll();
  }

  /** Fails every request of the application that waits. */
  abandonRequests(fail: (call: CallId, op: 'subscribe' | 'unsubscribe') => void): void {
    this.#asked?.abandon(fail);
  }

  /** The connection is gone; the session may go on. */
  suspend(): void {
    this.#limit = undefined;
    this.#out?.suspend();
    this.#asked?.suspend();
  }

  /** The session is over and nobody wants another: returns the calls of messages that were not sent to the end. */
  end(): CallId[] {
    this.startOver();
    this.forgetSubscriptions();
    return this.#out?.clear().map(({ message }) => message!.call) ?? [];
  }

  /** What the server owes, in words. Who waits for PUBREL owes nothing: the exchange is the sender's to finish. */
  debts(): string[] {
    const debts: string[] = [];
    for (const { packetId, state, message } of this.#out?.exchanges() ?? []) {
      if (state === 'queued') continue;
      const answer = state === 'release' ? 'PUBCOMP' : message!.qos === 1 ? 'PUBACK' : 'PUBREC';
      debts.push(`${answer} of identifier ${packetId}`);
    }
    const queued = this.queuedCount;
    if (queued > 0) debts.push(`room to send ${queued} queued message${queued === 1 ? '' : 's'}`);
    if (this.#asked !== undefined) debts.push(...this.#asked.debts());
    return debts;
  }

  recover(snapshot: Iterable<readonly [key: string, value: Uint8Array]>): void {
    if (this.#store === undefined) return;
    const halves = new RecoveredHalves(HALVES, this.#store.records.messages);
    for (const [key, value] of snapshot) {
      if (key === SESSION_KEY) {
        const reader = new RecordReader(key, value, 'S');
        this.#assigned = reader.optional((r) => r.text());
        reader.done();
        this.#holds = true;
        this.#store.journal.recovered(key, value);
      } else {
        const taken =
          this.subscriptions.restore(key, value) || (key.startsWith(HALVES) && halves.take(key, value));
        if (!taken) throw new RecordError(key, 'is no key of a client');
      }
    }
    this.outgoing.restore(halves.outgoing());
    this.incoming.restore(halves.incoming());
    this.observe();
  }

  private observe(): void {
    if (this.#port.attentive) this.#port.observe('session', this.#holds ? 'held' : 'none');
  }
}

function messageFormat(store: { readonly wallOffset: Micros }): MessageFormat<ClientMessage> {
  return {
    write(writer, message) {
      writeMessage(writer, message);
      if (message.expiresAt !== undefined) writer.whole(Math.max(0, message.expiresAt + store.wallOffset));
    },
    read(reader) {
      const message: ClientMessage = { ...readMessage(reader), call: 0 };
      if (message.properties?.messageExpiryInterval !== undefined) {
        message.expiresAt = reader.whole() - store.wallOffset;
      }
      return message;
    },
  };
}
