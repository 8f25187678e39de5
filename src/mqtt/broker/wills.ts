import type { Will } from '../codec/packet.ts';
import type { Micros } from '../machine.ts';
import { keepOwnBytes, type Message } from '../session/message.ts';
import { RecordReader, RecordWriter, readMessage, writeMessage } from '../session/record.ts';
import type { Context } from './context.ts';

/** A wake for each will that waits for its delay. */
export const WILL_WAKE = 'will/';
/** Durable keys: the client identifier follows. */
export const WILL_KEY = 'will/';

const MICROS_A_SECOND = 1_000_000;

interface Held {
  readonly message: Message;
  /** 5.0; 0 before. */
  readonly delaySeconds: number;
  /** Undefined while its connection stands; then when it is due, in monotone time. */
  dueAt: Micros | undefined;
}

/**
 * Will Messages, by client. Every end of a connection publishes its will, unless the client sent DISCONNECT first
 * [3.1.1/MQTT-3.1.2-8]: a lost network, a protocol error, silence, a takeover, a limit, and the end of this server.
 *
 * The last one needs the disk: a will is stored with the CONNECT that brought it. A server that comes back finds the
 * wills of connections that it did not outlive. Their connections are closed, so their wills are due as at any
 * other end: at once before 5.0, where a will cannot be taken back by a client that returns; after the delay in 5.0,
 * counted from the restart, unless the client has come back to its session by then. Subscribers that are
 * away at that moment get it as they get any message: at QoS 1 and 2 through a session that is kept, and from the
 * topic if it is retained.
 */
export class Wills {
  readonly #context: Context;
  readonly #publish: (message: Message, clientId: string) => void;
  readonly #held = new Map<string, Held>();
  readonly #writer = new RecordWriter();

  constructor(context: Context, publish: (message: Message, clientId: string) => void) {
    this.#context = context;
    this.#publish = publish;
  }

  /**
   * A connection was accepted: its will, or none [3.1.1/MQTT-3.1.2-12], takes the place of what the client had, and stays with its
   * session [5.0/MQTT-3.1.2-7]. It will be published as it is here, with RETAIN 0 or 1 [5.0/MQTT-3.1.2-14] [5.0/MQTT-3.1.2-15].
   */
  hold(clientId: string, will: Will | undefined): void {
    this.discard(clientId);
    if (will === undefined) return;
    const { willDelayInterval, ...properties } = will.properties ?? {};
    const { topic, payload, qos, retain } = will;
    // It is retained if it says so [3.1.1/MQTT-3.1.2-16] [3.1.1/MQTT-3.1.2-17].
    const message: Message = { topic, payload, qos, retain };
    if (Object.keys(properties).length > 0) message.properties = properties;
    keepOwnBytes(message);
    const held: Held = { message, delaySeconds: willDelayInterval ?? 0, dueAt: undefined };
    this.#held.set(clientId, held);
    this.#store(clientId, held, undefined);
  }

  /** DISCONNECT [3.1.1/MQTT-3.14.4-3], or a client that is back in time [5.0/MQTT-3.1.3-9]. */
  discard(clientId: string): void {
    const held = this.#held.get(clientId);
    if (held === undefined) return;
    this.#forget(clientId, held);
    if (!this.#context.sink.attentive) return;
    const text =
      held.dueAt === undefined ? 'discarded: its client said goodbye' : 'its client is back in time';
    this.#note(clientId, held, text);
  }

  /**
   * The connection ended without a DISCONNECT. The will is due after its delay, or with the end of the session if
   * that is sooner [5.0/MQTT-3.1.2-8].
   */
  release(clientId: string, sessionEndsInSeconds: number): void {
    const held = this.#held.get(clientId);
    if (held === undefined || held.dueAt !== undefined) return;
    const seconds = Math.min(held.delaySeconds, sessionEndsInSeconds);
    if (seconds === 0) {
      this.#fire(clientId, held);
      return;
    }
    const { clock, sink } = this.#context;
    held.dueAt = clock.now + seconds * MICROS_A_SECOND;
    this.#store(clientId, held, clock.wall + seconds * MICROS_A_SECOND);
    sink.wake(WILL_WAKE + clientId, held.dueAt);
  }

  /** A will does not outlive the session of its client [5.0/3.1.2.5]. */
  sessionEnded(clientId: string): void {
    const held = this.#held.get(clientId);
    if (held?.dueAt !== undefined) this.#fire(clientId, held);
  }

  /** The delay is over. */
  woken(clientId: string): void {
    const held = this.#held.get(clientId);
    if (held?.dueAt !== undefined && held.dueAt <= this.#context.clock.now) this.#fire(clientId, held);
  }

  /** Takes what the disk kept; {@link restarted} decides what becomes of it when everything else is back. */
  recover(key: string, value: Uint8Array): void {
    const reader = new RecordReader(key, value, 'W');
    const message = readMessage(reader);
    const delaySeconds = reader.u32();
    const dueAtWall = reader.optional((r) => r.whole());
    reader.done();
    const dueAt = dueAtWall === undefined ? undefined : this.#context.clock.monotone(dueAtWall);
    this.#held.set(key.slice(WILL_KEY.length), { message, delaySeconds, dueAt });
  }

  /** Ends the connections that the last life of this server left behind, by client so that the order is nobody's chance. */
  restarted(sessionEndsInSeconds: (clientId: string) => number): void {
    for (const clientId of [...this.#held.keys()].sort()) {
      const held = this.#held.get(clientId)!;
      if (held.dueAt === undefined) this.release(clientId, sessionEndsInSeconds(clientId));
      else if (held.dueAt <= this.#context.clock.now) this.#fire(clientId, held);
      else this.#context.sink.wake(WILL_WAKE + clientId, held.dueAt);
    }
  }

  #fire(clientId: string, held: Held): void {
    this.#forget(clientId, held);
    if (this.#context.sink.attentive) this.#note(clientId, held, 'published');
    this.#publish(held.message, clientId);
  }

  /** It is removed once published or discarded [3.1.1/MQTT-3.1.2-10] [5.0/MQTT-3.1.2-10]. */
  #forget(clientId: string, held: Held): void {
    this.#held.delete(clientId);
    this.#context.journal.delete(WILL_KEY + clientId);
    if (held.dueAt !== undefined) this.#context.sink.wake(WILL_WAKE + clientId, Infinity);
  }

  #store(clientId: string, held: Held, dueAtWall: Micros | undefined): void {
    if (!this.#context.journal.keeps) return;
    writeMessage(this.#writer.begin('W'), held.message);
    this.#writer.u32(held.delaySeconds).optional(dueAtWall, (writer, value) => writer.whole(value));
    this.#context.journal.put(WILL_KEY + clientId, this.#writer.finish());
  }

  #note(clientId: string, held: Held, what: string): void {
    const text = `the will of ${clientId} (QoS ${held.message.qos}${held.message.retain ? ', retained' : ''}): ${what}`;
    this.#context.sink.note({ step: 'will', text, client: clientId, topic: held.message.topic });
  }
}
