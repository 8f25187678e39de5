import { acknowledgementOf } from '../codec/encode.ts';
import type {
  Packet,
  ProtocolVersion,
  Publish,
  ReasonProperties,
  Subscribe,
  Unsubscribe,
} from '../codec/packet.ts';
import type { Micros, Note, StateValue } from '../machine.ts';
import type { Exchange } from '../session/exchange.ts';
import type { Transmission } from '../session/outbox.ts';
import type { CallId, ClientError, ClientOptions } from './application.ts';
import { Calls } from './calls.ts';
import type { ClientMessage, SessionPort } from './client-session.ts';
import type { Connection } from './connection.ts';
import { acknowledgementPacket, deliveryOf, hex, publishPacket, refusalBy } from './packets.ts';

/** Bytes unsent on the connection above which publishes wait in the queue. */
const BACKLOG_LIMIT = 1_048_576;

/**
 * What a client does for its session: packets go to the connection of the moment, news to the application. A million clients have one
 * object for that, for calls and for the {@link Lifeline}.
 */
export abstract class ClientPort extends Calls implements SessionPort {
  readonly options: ClientOptions;
  /** What the acknowledgement that is being handled says besides its code. */
  answer: ReasonProperties | undefined;

  constructor(options: ClientOptions) {
    super();
    this.options = options;
  }

  /** Of this input. */
  abstract readonly now: Micros;
  /** That of the moment. */
  abstract readonly connection: Connection | undefined;

  get queueLimit(): number {
    return this.options.queueLimit;
  }

  private get version(): ProtocolVersion {
    return this.options.protocolVersion;
  }

  get attentive(): boolean {
    return this.sink.attentive;
  }

  note(note: Note): void {
    if (this.sink.attentive) this.sink.note(note);
  }

  observe(key: string, value: StateValue | undefined): void {
    this.sink.state('', key, value);
  }

  send(packet: Packet): void {
    this.connection?.send(packet);
  }

  requestObjection(packet: Subscribe | Unsubscribe): (ClientError & { reasonCode: number }) | undefined {
    return this.connection!.limits!.requestObjection(packet);
  }

  writable(): boolean {
    const connection = this.connection;
    if (connection === undefined) return false;
    return this.sink.backlog(connection.id) + connection.heldBytes <= BACKLOG_LIMIT;
  }

  admits({ message, sent }: Exchange<ClientMessage>): boolean {
    const { now, connection } = this;
    // A message that the server may have is sent again however old it is: only so does its exchange end.
    const expired = !sent && message!.expiresAt !== undefined && message!.expiresAt <= now;
    const error = expired ? this.expired(message!) : connection!.limits!.objection(message!);
    if (error !== undefined) this.fail(message!.call, 'publish', error);
    return error === undefined;
  }

  private expired({ topic, properties }: ClientMessage): ClientError {
    const text = `the message expired after ${properties!.messageExpiryInterval} s, before it could be sent`;
    if (this.attentive) this.sink.note({ step: 'expired', text, topic, rule: '5.0/3.3.2.3.3' });
    return { kind: 'expired', message: text };
  }

  publish(message: ClientMessage, exchange: Exchange<ClientMessage>, dup: boolean, reveals: boolean): void {
    const { now, connection } = this;
    const packet = publishPacket(message, exchange.packetId, dup, now);
    const transmission = message.qos > 0 ? exchange : this.written(message.call);
    connection!.publish(packet, transmission, reveals);
  }

  /** A QoS 0 message is done when it is written, and lost when it cannot be. */
  private written(call: CallId): Transmission {
    return {
      transmitted: () => this.settle(call, { op: 'publish', ok: true, reasonCode: 0 }),
      dropped: () => {
        const message = 'the connection was lost before the message was written';
        this.fail(call, 'publish', { kind: 'connection-lost', message });
      },
    };
  }

  release(packetId: number, reasonCode: number): void {
    this.send(acknowledgementPacket('pubrel', packetId, reasonCode, this.version));
  }

  acknowledge(type: 'puback' | 'pubrec' | 'pubcomp', packetId: number, reasonCode: number): void {
    const connection = this.connection;
    if (connection === undefined) return;
    const transmission = connection.receiveQuota?.answer(type, packetId, reasonCode);
    const plain = this.version < 5 || reasonCode === 0 ? acknowledgementOf(type, packetId) : undefined;
    if (plain !== undefined) connection.sendBytes(plain, true, transmission);
    else connection.send(acknowledgementPacket(type, packetId, reasonCode, this.version), transmission);
  }

  finished({ message }: Exchange<ClientMessage>, reasonCode: number): void {
    if (message === undefined) return;
    if (reasonCode < 0x80) this.settle(message.call, { op: 'publish', ok: true, reasonCode });
    else {
      const error = refusalBy('the server refuses the message', reasonCode, this.answer);
      this.fail(message.call, 'publish', error);
    }
  }

  stray(type: 'PUBACK' | 'PUBREC' | 'PUBCOMP', packetId: number): void {
    if (!this.attentive) return;
    this.sink.note({ step: 'dropped', text: `${type} of identifier ${packetId}, which is not in flight` });
  }

  deliver(publish: Publish): number {
    this.sink.deliver(deliveryOf(publish));
    return 0;
  }

  lost(filter: string, reasonCode: number): void {
    if (!this.attentive) return;
    this.sink.note({
      step: 'refused',
      text: `'${filter}' is not granted again: ${hex(reasonCode)}`,
      topic: filter,
    });
  }
}
