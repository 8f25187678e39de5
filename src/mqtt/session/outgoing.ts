import { Backlog } from './backlog.ts';
import { Exchange } from './exchange.ts';
import type { Message } from './message.ts';
import { MAXIMUM_PACKET_ID, type PacketIds } from './packet-ids.ts';
import type { SenderPort } from './sender-port.ts';
import type { SessionRecords } from './session-records.ts';
import { notSentYet, type Violation, wrongAcknowledgement } from './violation.ts';
import { Window } from './window.ts';

/**
 * The sender half of QoS 1 and 2, the same for both ends: an ordered window of messages in flight, and an ordered
 * queue behind it. It outlives connections: {@link resume} and {@link suspend} tell it of them.
 *
 * Messages are sent a second time only when a session goes on over a new connection, with their identifiers
 * [3.1.1/MQTT-2.3.1-3] and in their order [3.1.1/MQTT-4.4.0-1] [3.1.1/MQTT-4.6.0-1], at no other time; and not what the peer has refused
 * [5.0/MQTT-4.4.0-2]. Of one topic and QoS none overtakes another [3.1.1/MQTT-4.6.0-5] [3.1.1/MQTT-4.6.0-6].
 *
 * Only a PUBLISH with QoS above 0 is ever held back by the window [5.0/MQTT-4.9.0-2] [5.0/MQTT-4.9.0-3] [5.0/MQTT-3.3.4-8]
 * [5.0/MQTT-3.3.4-10]; a QoS 0 message is queued behind others of QoS 0
 * that wait, so that messages of one QoS stay in order [5.0/MQTT-4.6.0-5] [5.0/MQTT-4.6.0-6], and else goes at once.
 */
export class Outgoing<M extends Message> {
  readonly #port: SenderPort<M>;
  readonly #ids: PacketIds;
  readonly #records: SessionRecords<M> | undefined;
  /** PUBLISH sent and not answered, in the order in which they were first sent, and are again [5.0/MQTT-4.6.0-1]. */
  readonly #inflight = new Window<M>();
  /** PUBREC seen, PUBCOMP awaited, in the order of the PUBRECs [3.1.1/MQTT-4.6.0-4] [5.0/MQTT-4.6.0-4]; no PUBLISH is left [5.0/MQTT-4.3.3-6]. */
  #releases: Window<M> | undefined = undefined;
  /** Made when something has to wait: most of the time, of most senders, nothing does. */
  #queue: Backlog<M> | undefined = undefined;
  #serial = 0;
  #connected = false;
  /** Unanswered PUBLISHes the peer takes on this connection, and how many of them are left [5.0/4.9]. */
  #limit = 0;
  #quota = 0;
  /** The first of `inflight` that was not sent on this connection; undefined when all were. */
  #unsent: Exchange<M> | undefined = undefined;
  readonly #queueLimit: number;
  readonly #queueBytesLimit: number;

  /** Without `records` the session is not durable. `queueLimit` counts messages behind the window, `queueBytesLimit` their bytes. */
  constructor(
    port: SenderPort<M>,
    ids: PacketIds,
    records: SessionRecords<M> | undefined,
    queueLimit: number,
    queueBytesLimit = Infinity,
  ) {
    this.#port = port;
    this.#ids = ids;
    this.#records = records;
    this.#queueLimit = queueLimit;
    this.#queueBytesLimit = queueBytesLimit;
  }

  /** Exchanges that are not finished, queued ones aside. */
  get inflightCount(): number {
    return this.#inflight.length + (this.#releases === undefined ? 0 : this.#releases.length);
  }

  get queuedCount(): number {
    return this.#queue === undefined ? 0 : this.#queue.length;
  }

  /** The message of every exchange in flight and then of the queue, in order. */
  exchanges(): Exchange<M>[] {
    return [
      ...(this.#releases?.toArray() ?? []),
      ...this.#inflight.toArray(),
      ...(this.#queue?.toArray() ?? []),
    ];
  }

  /** Takes one more message, unless it would have to be queued and the queue is full: of messages, or of bytes. */
  offer(message: M): 'sent' | 'queued' | 'full' | 'full-of-bytes' {
    const direct =
      this.#connected &&
      this.#port.writable() &&
      (message.qos === 0
        ? this.#queue === undefined || this.#queue.withoutQoS0
        : this.queuedCount === 0 && this.#hasRoom());
    if (direct) {
      const exchange = new Exchange<M>(++this.#serial, message);
      if (message.qos > 0) this.#records?.putMessage(exchange.serial, message);
      this.#transmitFirst(exchange, message);
      return 'sent';
    }
    const queue = this.#queueMade();
    const full = queue.fullFor(message);
    if (full !== undefined) return full;
    const exchange = new Exchange<M>(++this.#serial, message);
    queue.push(exchange);
    if (message.qos > 0) {
      exchange.wasQueued = true;
      this.#records?.putMessage(exchange.serial, message);
    }
    this.#observeQueue();
    return 'queued';
  }

  /**
   * A connection stands and the session goes on. `limit` is how many unacknowledged PUBLISHes the peer takes (5.0: its Receive Maximum, if
   * that is less than our own limit), which is where the quota begins [5.0/MQTT-4.9.0-1]. Re-sends what is unacknowledged,
   * then goes on with the queue.
   */
  resume(limit: number): void {
    this.#connected = true;
    this.#limit = limit;
    this.#quota = limit;
    this.#unsent = this.#inflight.first;
    for (const { packetId } of this.#releases?.toArray() ?? []) this.#port.release(packetId, 0);
    this.fill();
  }

  /** The connection is gone; nothing is sent until {@link resume}. */
  suspend(): void {
    this.#connected = false;
  }

  /**
   * The peer has lost the session, or starts a new one: nothing of the old one may be re-sent as such. Messages without an acknowledgement
   * become new messages at the head of the queue, in their order, with new identifiers and without DUP: whoever handed them over was promised
   * at least once. It cannot be exactly once: the peer may have had the message and forgotten that. Messages
   * with a PUBREC are finished, for with it the peer took ownership [3.1.1/4.3.3].
   */
  startOver(): void {
    const again = this.#inflight.takeAll();
    const released = this.#releases?.takeAll() ?? [];
    this.#unsent = undefined;
    for (const exchange of again) {
      this.#forgetIdentifier(exchange);
      this.#records?.deleteIdentifier(exchange.serial);
      exchange.packetId = 0;
      exchange.state = 'queued';
      exchange.sent = false;
      exchange.wasQueued = true;
    }
    if (again.length > 0) this.#queueMade().prepend(again);
    for (const exchange of released) {
      this.#forgetIdentifier(exchange);
      this.#records?.deleteRelease(exchange.serial);
      this.#port.finished(exchange, exchange.reasonCode);
    }
    this.#observeQueue();
  }

  /** The session has ended: forgets everything, and gives back what was not finished. */
  clear(): Exchange<M>[] {
    const all = this.exchanges();
    for (const exchange of all) {
      if (exchange.packetId !== 0) this.#forgetIdentifier(exchange);
      this.#forgetRecords(exchange);
    }
    this.#inflight.takeAll();
    this.#releases = undefined;
    this.#queue = undefined;
    this.#unsent = undefined;
    this.#observeQueue();
    return all;
  }

  /** Sends what may go: after the backlog of the connection has drained. */
  fill(): void {
    // Whether there is room is asked only for what would go: the transport tells of room whoever asked when there was none.
    if (!this.#connected || (this.#unsent === undefined && this.queuedCount === 0)) return;
    while (this.#port.writable()) {
      if (!this.#resendNext() && !this.#promoteNext()) break;
    }
  }

  puback(packetId: number, reasonCode: number): Violation | undefined {
    const exchange = this.#inflight.find(packetId);
    if (exchange === undefined) {
      if (this.#releases?.find(packetId) !== undefined) return wrongAcknowledgement('PUBACK', packetId, 2);
      this.#port.stray('PUBACK', packetId);
      return undefined;
    }
    if (exchange.message!.qos !== 1) return wrongAcknowledgement('PUBACK', packetId, 2);
    if (this.#isUnsent(exchange)) return notSentYet('PUBACK', packetId);
    this.#finishPublish(exchange, reasonCode);
    return undefined;
  }

  /** A reason code of 0x80 or more ends the exchange without PUBREL [5.0/MQTT-4.3.3-4]. */
  pubrec(packetId: number, reasonCode: number): Violation | undefined {
    const exchange = this.#inflight.find(packetId);
    if (exchange === undefined) {
      // A PUBREC is always answered, so that the peer can finish: again if we know it, 5.0 with "not found" if not.
      const known = this.#releases?.find(packetId) !== undefined;
      if (!known) this.#port.stray('PUBREC', packetId);
      if (reasonCode < 0x80) this.#port.release(packetId, known ? 0 : 0x92);
      return undefined;
    }
    if (exchange.message!.qos !== 2) return wrongAcknowledgement('PUBREC', packetId, 1);
    if (this.#isUnsent(exchange)) return notSentYet('PUBREC', packetId);
    if (reasonCode >= 0x80) {
      this.#finishPublish(exchange, reasonCode);
      return undefined;
    }
    this.#inflight.remove(exchange);
    this.#forgetRecords(exchange);
    const release = new Exchange<M>(++this.#serial, exchange.message);
    release.packetId = packetId;
    release.state = 'release';
    release.sent = true;
    release.reasonCode = reasonCode;
    this.#releasesMade().push(release);
    this.#records?.putRelease(release.serial, packetId);
    if (this.#port.attentive) this.#port.observe(`inflight/${packetId}`, 'PUBCOMP');
    this.#port.release(packetId, 0);
    return undefined;
  }

  /**
   * Whatever its reason code is: 0x92 comes from a receiver that has forgotten the identifier, as one has that lost its PUBCOMP on a former
   * connection, and with PUBREC it took the message [5.0/3.7.2.1].
   */
  pubcomp(packetId: number): Violation | undefined {
    const exchange = this.#releases?.find(packetId);
    if (exchange === undefined) {
      if (this.#inflight.find(packetId) !== undefined) {
        return {
          rules: ['3.1.1/MQTT-4.3.3-1', '5.0/MQTT-4.3.3-5'],
          text: `PUBCOMP of identifier ${packetId}, whose PUBLISH has had no PUBREC`,
          reasonCode: 0x82,
        };
      }
      this.#port.stray('PUBCOMP', packetId);
      return undefined;
    }
    this.#releases!.remove(exchange);
    this.#records?.deleteRelease(exchange.serial);
    this.#forgetIdentifier(exchange);
    this.#returnQuota();
    this.#port.finished(exchange, exchange.reasonCode);
    this.fill();
    return undefined;
  }

  /** It expired before it could be written: it counts as delivered, and its identifier is free [5.0/MQTT-3.3.2-5]. */
  expired(exchange: Exchange<M>): void {
    if (this.#inflight.find(exchange.packetId) === exchange) this.#finishPublish(exchange, 0);
  }

  /** Restores what {@link SessionRecords} found: to be called before anything else. */
  restore(recovered: {
    messages: readonly { serial: number; message: M; packetId: number }[];
    releases: readonly { serial: number; packetId: number }[];
  }): void {
    for (const { serial, message, packetId } of recovered.messages) {
      const exchange = new Exchange<M>(serial, message);
      this.#serial = Math.max(this.#serial, serial);
      if (packetId === 0) {
        exchange.wasQueued = true;
        this.#queueMade().push(exchange);
        continue;
      }
      exchange.packetId = packetId;
      exchange.state = 'publish';
      // Nobody remembers whether it was written, and DUP says no more than "this might be a re-delivery".
      exchange.sent = true;
      this.#ids.reserve(packetId);
      this.#inflight.push(exchange);
      this.#observeExchange(exchange);
    }
    for (const { serial, packetId } of recovered.releases) {
      const exchange = new Exchange<M>(serial, undefined);
      this.#serial = Math.max(this.#serial, serial);
      exchange.packetId = packetId;
      exchange.state = 'release';
      exchange.sent = true;
      this.#ids.reserve(packetId);
      this.#releasesMade().push(exchange);
      if (this.#port.attentive) this.#port.observe(`inflight/${packetId}`, 'PUBCOMP');
    }
    this.#observeQueue();
  }

  /** Room in the window for one more message than is in flight. */
  #hasRoom(): boolean {
    return (
      this.#unsent === undefined &&
      this.#quota > 0 &&
      this.inflightCount < this.#limit &&
      this.#ids.size < MAXIMUM_PACKET_ID
    );
  }

  #resendNext(): boolean {
    const exchange = this.#unsent;
    if (exchange === undefined || this.#quota === 0) return false;
    this.#unsent = exchange.next;
    if (!this.#port.admits(exchange)) {
      this.#inflight.remove(exchange);
      this.#forgetIdentifier(exchange);
      this.#forgetRecords(exchange);
      return true;
    }
    this.#quota--;
    const message = exchange.message!;
    this.#port.publish(message, exchange, exchange.sent, message.qos === 2 || exchange.wasQueued);
    return true;
  }

  #promoteNext(): boolean {
    const exchange = this.#queue?.first();
    if (exchange === undefined) return false;
    const message = exchange.message!;
    if (message.qos > 0 && !this.#hasRoom()) return false;
    this.#queue!.shift();
    this.#transmitFirst(exchange, message);
    this.#observeQueue();
    return true;
  }

  /** With an identifier that is free [5.0/MQTT-4.3.2-1] [5.0/MQTT-4.3.3-1], and DUP 0 [5.0/MQTT-4.3.2-2] [5.0/MQTT-4.3.3-2]. */
  #transmitFirst(exchange: Exchange<M>, message: M): void {
    if (!this.#port.admits(exchange)) {
      this.#forgetRecords(exchange);
      return;
    }
    if (message.qos === 0) {
      // [5.0/MQTT-4.3.1-1]
      this.#port.publish(message, exchange, false, false);
      return;
    }
    const packetId = this.#ids.take();
    exchange.packetId = packetId;
    exchange.state = 'publish';
    this.#records?.putIdentifier(exchange.serial, packetId);
    this.#inflight.push(exchange);
    this.#quota--;
    this.#observeExchange(exchange);
    this.#port.publish(message, exchange, false, message.qos === 2 || exchange.wasQueued);
  }

  #finishPublish(exchange: Exchange<M>, reasonCode: number): void {
    this.#inflight.remove(exchange);
    this.#forgetIdentifier(exchange);
    this.#forgetRecords(exchange);
    this.#returnQuota();
    this.#port.finished(exchange, reasonCode);
    this.fill();
  }

  #returnQuota(): void {
    if (this.#quota < this.#limit) this.#quota++;
  }

  #forgetIdentifier(exchange: Exchange<M>): void {
    this.#ids.free(exchange.packetId);
    if (this.#port.attentive) this.#port.observe(`inflight/${exchange.packetId}`, undefined);
  }

  #forgetRecords(exchange: Exchange<M>): void {
    if (this.#records === undefined) return;
    if (exchange.state === 'release') this.#records.deleteRelease(exchange.serial);
    else if (exchange.message!.qos > 0) {
      this.#records.deleteMessage(exchange.serial);
      if (exchange.packetId !== 0) this.#records.deleteIdentifier(exchange.serial);
    }
  }

  #observeExchange(exchange: Exchange<M>): void {
    if (!this.#port.attentive) return;
    const awaited = exchange.message!.qos === 1 ? 'PUBACK' : 'PUBREC';
    this.#port.observe(`inflight/${exchange.packetId}`, awaited);
  }

  #observeQueue(): void {
    if (this.#port.attentive) this.#port.observe('queue/length', this.queuedCount);
  }

  #queueMade(): Backlog<M> {
    this.#queue ??= new Backlog(this.#queueLimit, this.#queueBytesLimit);
    return this.#queue;
  }

  #releasesMade(): Window<M> {
    this.#releases ??= new Window<M>();
    return this.#releases;
  }

  /** Whether one of `inflight` waits to be sent on this connection: they are in the order of their serials. */
  #isUnsent({ serial }: Exchange<M>): boolean {
    return this.#unsent !== undefined && serial >= this.#unsent.serial;
  }
}
