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
export type SessionPort = SenderPort<ClientMessage> & ReceiverPort & SubscriptionsPort;

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
  readonly ids = new PacketIds();
  readonly outgoing: Outgoing<ClientMessage>;
  readonly incoming: Incoming<ClientMessage>;
  readonly subscriptions: Subscriptions;
  private readonly port: SessionPort;
  private readonly journal: Journal | undefined;
  private readonly messages: MessageRecords<ClientMessage>;
  private holds = false;
  private assigned: string | undefined;

  /**
   * Without `journal` the session lasts as long as its connection, or as this machine. `wallOffset` is that of the moment: the monotone
   * clock does not outlive the machine, so what expires is written down in wall time.
   */
  constructor(port: SessionPort, journal: Journal | undefined, queueLimit: number, wallOffset: () => Micros) {
    this.port = port;
    this.journal = journal;
    this.messages = new MessageRecords(messageFormat(wallOffset));
    const records = journal === undefined ? undefined : new SessionRecords(journal, HALVES, this.messages);
    this.outgoing = new Outgoing(port, this.ids, records, queueLimit);
    this.incoming = new Incoming(port, records);
    this.subscriptions = new Subscriptions(port, this.ids, journal, queueLimit);
  }

  /** We have session state that the server is expected to have too. */
  get held(): boolean {
    return this.holds;
  }

  /** The identifier a 5.0 server gave us, which is ours from then on [5.0/MQTT-3.2.2-16]. */
  get assignedClientId(): string | undefined {
    return this.assigned;
  }

  /** The server has accepted us; `lasting` when the session outlives its connection. */
  accepted(lasting: boolean, assignedClientId: string | undefined): void {
    if (assignedClientId !== undefined) this.assigned = assignedClientId;
    const was = this.holds;
    this.holds = lasting;
    if (lasting && (!was || assignedClientId !== undefined)) {
      const id = new RecordWriter().begin('S').optional(this.assigned, (writer, value) => writer.text(value));
      this.journal?.put(SESSION_KEY, id.finish());
    } else if (was && !lasting) this.journal?.delete(SESSION_KEY);
    this.observe();
  }

  /**
   * The session is over, here or at the server. Received identifiers are forgotten [3.1.1/MQTT-3.1.2-6] [5.0/MQTT-3.2.2-5];
   * messages without an acknowledgement are kept as new ones.
   */
  startOver(): void {
    this.incoming.clear();
    this.outgoing.startOver();
    if (!this.holds) return;
    this.holds = false;
    this.journal?.delete(SESSION_KEY);
    this.observe();
  }

  /** The connection is gone; the session may go on. */
  suspend(): void {
    this.outgoing.suspend();
    this.subscriptions.suspend();
  }

  /** The session is over and nobody wants another: returns the calls of messages that were not sent to the end. */
  end(): CallId[] {
    this.startOver();
    this.subscriptions.forgetAll();
    return this.outgoing.clear().map(({ message }) => message!.call);
  }

  /** What the server owes, in words. Who waits for PUBREL owes nothing: the exchange is the sender's to finish. */
  debts(): string[] {
    const debts: string[] = [];
    for (const { packetId, state, message } of this.outgoing.exchanges()) {
      if (state === 'queued') continue;
      const answer = state === 'release' ? 'PUBCOMP' : message!.qos === 1 ? 'PUBACK' : 'PUBREC';
      debts.push(`${answer} of identifier ${packetId}`);
    }
    const queued = this.outgoing.queuedCount;
    if (queued > 0) debts.push(`room to send ${queued} queued message${queued === 1 ? '' : 's'}`);
    debts.push(...this.subscriptions.debts());
    return debts;
  }

  recover(snapshot: Iterable<readonly [key: string, value: Uint8Array]>): void {
    if (this.journal === undefined) return;
    const halves = new RecoveredHalves(HALVES, this.messages);
    for (const [key, value] of snapshot) {
      if (key === SESSION_KEY) {
        const reader = new RecordReader(key, value, 'S');
        this.assigned = reader.optional((r) => r.text());
        reader.done();
        this.holds = true;
        this.journal.recovered(key, value);
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
    if (this.port.attentive) this.port.observe('session', this.holds ? 'held' : 'none');
  }
}

function messageFormat(wallOffset: () => Micros): MessageFormat<ClientMessage> {
  return {
    write(writer, message) {
      writeMessage(writer, message);
      if (message.expiresAt !== undefined) writer.whole(Math.max(0, message.expiresAt + wallOffset()));
    },
    read(reader) {
      const message: ClientMessage = { ...readMessage(reader), call: 0 };
      if (message.properties?.messageExpiryInterval !== undefined) {
        message.expiresAt = reader.whole() - wallOffset();
      }
      return message;
    },
  };
}
