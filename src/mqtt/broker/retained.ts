import type { Micros } from '../machine.ts';
import { bytesOf, type Message } from '../session/message.ts';
import { RecordReader, RecordWriter, readMessage, writeMessage } from '../session/record.ts';
import { TopicNames } from '../topic/index.ts';
import type { Context } from './context.ts';
import { expiryOf } from './copy.ts';

/** A wake for each topic whose message will expire. */
export const RETAINED_WAKE = 'retained/';
/** Durable keys: the topic follows. */
export const RETAINED_KEY = 'retained/';

const MICROS_A_SECOND = 1_000_000;

export interface RetainedMessage {
  readonly message: Message;
  /** As its publisher asked, in wall time; Infinity: never. */
  readonly expiresAt: Micros;
  /** When the server forgets it, in wall time: as its publisher asked, or else as the server is told. */
  readonly keptUntil: Micros;
}

interface Entry extends RetainedMessage {
  /** When its wake is due, in monotone time; Infinity when it has none. */
  wakeAt: Micros;
}

/**
 * The last retained message of each topic. They are not session state: they survive the end of any session
 * [3.1.1/MQTT-3.1.2-7] and a restart, and only a publisher, a limit or their expiry removes them.
 */
export class RetainedMessages {
  readonly #context: Context;
  readonly #names = new TopicNames<Entry>();
  readonly #writer = new RecordWriter();
  #bytes = 0;

  constructor(context: Context) {
    this.#context = context;
  }

  get size(): number {
    return this.#names.size;
  }

  /**
   * A message came with RETAIN 1, and is kept with its QoS [3.1.1/MQTT-3.3.1-5] [5.0/MQTT-3.3.1-5]. It replaces what its topic had,
   * whatever that QoS is [3.1.1/MQTT-3.3.1-7]; an empty one just removes that [3.1.1/MQTT-3.3.1-10] [5.0/MQTT-3.3.1-6] and is never
   * kept itself [3.1.1/MQTT-3.3.1-11] [5.0/MQTT-3.3.1-7].
   */
  publish(message: Message): void {
    const { clock, options, sink } = this.#context;
    if (message.payload.length === 0) {
      if (this.#remove(message.topic) && sink.attentive) this.#note(message, 'an empty one cleared it');
      return;
    }
    const { retained, retainedBytes } = options.limits;
    const old = this.#names.get(message.topic);
    if (old === undefined && this.#names.size >= retained) {
      this.#noteFull(message, `${retained} topics have a retained message already`, 'limit.retained');
      return;
    }
    const freed = old === undefined ? 0 : bytesOf(old.message);
    if (this.#bytes - freed + bytesOf(message) > retainedBytes) {
      // What its topic had is not the last message any more, and must not be taken for it.
      if (old !== undefined) this.#remove(message.topic);
      this.#noteFull(message, `retained messages may have ${retainedBytes} bytes`, 'limit.retainedBytes');
      return;
    }
    const expiresAt = expiryOf(message, clock.wall);
    const keptUntil =
      expiresAt !== Infinity ? expiresAt : clock.wall + Math.ceil(options.retainedExpiry * MICROS_A_SECOND);
    this.restore({ message, expiresAt, keptUntil });
    if (this.#context.journal.keeps) this.#store(message, expiresAt, keptUntil);
    if (sink.attentive) this.#note(message, `QoS ${message.qos}, ${message.payload.length} B`);
  }

  /** Visits what a new subscription is sent [3.1.1/MQTT-3.3.1-6], in the order in which the topics were first retained. */
  match(filter: string, visit: (retained: RetainedMessage) => void): void {
    const { wall } = this.#context.clock;
    this.#names.match(filter, (retained) => {
      if (retained.keptUntil > wall) visit(retained);
    });
  }

  /** The wake of a topic came: its message is forgotten, or was replaced by one that lives longer. */
  woken(topic: string): void {
    const entry = this.#names.get(topic);
    if (entry === undefined) return;
    entry.wakeAt = Infinity;
    if (entry.keptUntil > this.#context.clock.wall) {
      this.#arm(entry);
      return;
    }
    this.#remove(topic);
    if (this.#context.sink.attentive) {
      this.#context.sink.note({ step: 'expired', text: 'the retained message was kept long enough', topic });
    }
  }

  /** The wall clock jumped: expiry follows it. */
  wallSet(): void {
    for (const [, entry] of this.#names.entries()) this.#arm(entry);
  }

  /** Puts a message in its place without storing it. */
  restore(retained: RetainedMessage): void {
    const { topic } = retained.message;
    const old = this.#names.get(topic);
    this.#bytes += bytesOf(retained.message) - (old === undefined ? 0 : bytesOf(old.message));
    const entry: Entry = { ...retained, wakeAt: old?.wakeAt ?? Infinity };
    this.#names.set(topic, entry);
    this.#arm(entry);
    const { sink } = this.#context;
    if (sink.attentive) sink.state('retained', topic, preview(retained.message));
  }

  recover(key: string, value: Uint8Array): void {
    const reader = new RecordReader(key, value, 'R');
    const message = readMessage(reader);
    const expiresAt = reader.whole();
    const keptUntil = reader.whole();
    reader.done();
    this.restore({ message, expiresAt, keptUntil });
  }

  #remove(topic: string): boolean {
    const entry = this.#names.get(topic);
    if (entry === undefined) return false;
    this.#names.delete(topic);
    this.#bytes -= bytesOf(entry.message);
    const { journal, sink } = this.#context;
    journal.delete(RETAINED_KEY + topic);
    if (entry.wakeAt !== Infinity) sink.wake(RETAINED_WAKE + topic, Infinity);
    if (sink.attentive) sink.state('retained', topic, undefined);
    return true;
  }

  #store(message: Message, expiresAt: Micros, keptUntil: Micros): void {
    writeMessage(this.#writer.begin('R'), message);
    const value = this.#writer.whole(expiresAt).whole(keptUntil).finish();
    this.#context.journal.put(RETAINED_KEY + message.topic, value);
  }

  /** A wake that comes too early finds out when it comes; one that comes too late is moved. */
  #arm(entry: Entry): void {
    const due = this.#context.clock.monotone(entry.keptUntil);
    if (due >= entry.wakeAt) return;
    entry.wakeAt = due;
    this.#context.sink.wake(RETAINED_WAKE + entry.message.topic, due);
  }

  #noteFull({ topic }: Message, why: string, rule: string): void {
    const { sink } = this.#context;
    if (sink.attentive) sink.note({ step: 'dropped', text: `not retained: ${why}`, topic, rule });
  }

  #note(message: Message, text: string): void {
    this.#context.sink.note({ step: 'retained', text, topic: message.topic });
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const PREVIEW_BYTES = 32;

/** The payload as a person reads it: text if it is text, and its QoS. */
function preview(message: Message): string {
  const { payload, qos } = message;
  let text = `${payload.length} B`;
  if (payload.length <= PREVIEW_BYTES) {
    try {
      text = decoder.decode(payload);
    } catch {
      // Not text: its length has to do.
    }
  }
  return `${text} (QoS ${qos})`;
}
