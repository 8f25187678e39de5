/** The messages an application was handed: the last of them, and how many there were. */

import type { Delivery } from '../mqtt/client/application.ts';
import type { MessageProperties, QoS, UserProperties } from '../mqtt/codec/packet.ts';
import type { Micros } from '../mqtt/machine.ts';
import { matches } from '../mqtt/topic/index.ts';
import { ScriptError } from './errors.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What a message has that came with none, and there are many. */
const NOTHING: MessageProperties = {};
const NONE: readonly never[] = [];

/** A message as the application of a client got it. */
export class ReceivedMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** The QoS it was delivered at: the lower of the published and the granted one. */
  readonly qos: QoS;
  /** True for a message that was waiting at the broker when the subscription was made. */
  readonly retain: boolean;
  /** The PUBLISH said it may be a repetition. */
  readonly dup: boolean;
  /** When it was delivered, microseconds of virtual time. */
  readonly at: Micros;
  /** 5.0: of the subscriptions it came for, as far as they have one. */
  readonly subscriptionIdentifiers: readonly number[];
  readonly #properties: MessageProperties;

  constructor(delivery: Delivery, at: Micros) {
    const { message } = delivery;
    this.topic = message.topic;
    // A view would keep alive the much larger buffer in which the packet was encoded.
    this.payload = message.payload.slice();
    this.qos = message.qos;
    this.retain = message.retain;
    this.dup = delivery.dup;
    this.at = at;
    this.subscriptionIdentifiers = delivery.subscriptionIdentifiers ?? NONE;
    const { properties = NOTHING } = message;
    const { correlationData } = properties;
    this.#properties =
      correlationData === undefined
        ? properties
        : { ...properties, correlationData: correlationData.slice() };
  }

  /** 5.0: seconds that were left of it when it was sent to this client. */
  get messageExpiryInterval(): number | undefined {
    return this.#properties.messageExpiryInterval;
  }

  /** 5.0: 1 when the publisher says that the payload is UTF-8. */
  get payloadFormatIndicator(): 0 | 1 | undefined {
    return this.#properties.payloadFormatIndicator;
  }

  /** 5.0 */
  get contentType(): string | undefined {
    return this.#properties.contentType;
  }

  /** 5.0: where to publish the answer. */
  get responseTopic(): string | undefined {
    return this.#properties.responseTopic;
  }

  /** 5.0: goes back with the answer, as it came. */
  get correlationData(): Uint8Array | undefined {
    return this.#properties.correlationData;
  }

  /** 5.0: pairs in order; none before 5.0. */
  get userProperties(): UserProperties {
    return this.#properties.userProperties ?? NONE;
  }

  /**
   * The payload as text.
   * @throws ScriptError when it is not UTF-8.
   */
  get text(): string {
    try {
      return decoder.decode(this.payload);
    } catch {
      throw new ScriptError(`the payload of a message on '${this.topic}' is not UTF-8 text; use .payload`);
    }
  }
}

/**
 * What a client received, oldest first. `length` counts all of it; the messages themselves are kept only up to a limit
 * (`keepReceived` of the client), so that a run of days does not fill the memory.
 */
export class Received implements Iterable<ReceivedMessage> {
  /** How many messages arrived in all. */
  length = 0;
  readonly #limit: number;
  /** The kept ones; `#first` is where they begin, so that forgetting the oldest costs nothing most of the time. */
  #kept: ReceivedMessage[] = [];
  #first = 0;

  /** @internal */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Where in the whole sequence the oldest kept message is. */
  get firstKept(): number {
    return this.length - (this.#kept.length - this.#first);
  }

  /**
   * The message at a place of the whole sequence; negative places count from the end.
   * @returns undefined when there is no such message yet.
   * @throws ScriptError when it was there and is no longer kept.
   */
  at(index: number): ReceivedMessage | undefined {
    const place = index < 0 ? this.length + index : index;
    if (place < 0 || place >= this.length) return undefined;
    if (place < this.firstKept) {
      throw new ScriptError(
        `message ${place} is no longer kept, only the last ${this.#limit}; raise keepReceived of the client`,
      );
    }
    return this.#kept[this.#first + place - this.firstKept];
  }

  /** The kept messages whose topic matches a filter such as `'plant/+/temperature'`. */
  on(filter: string): ReceivedMessage[] {
    return [...this].filter((message) => matches(filter, message.topic));
  }

  /** The kept messages, oldest first. */
  *[Symbol.iterator](): IterableIterator<ReceivedMessage> {
    yield* this.#kept.slice(this.#first);
  }

  /** @internal */
  add(message: ReceivedMessage): void {
    this.length++;
    if (this.#limit === 0) return;
    this.#kept.push(message);
    if (this.#kept.length - this.#first > this.#limit) {
      this.#first++;
      if (this.#first >= this.#limit) {
        this.#kept = this.#kept.slice(this.#first);
        this.#first = 0;
      }
    }
  }
}
