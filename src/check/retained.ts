/** What may be the retained message of a topic. */
import type { QoS } from '../mqtt/codec/packet.ts';
import type { MessageKey } from './message-key.ts';

/** Retained messages remembered of one topic: beyond that, any is believed. */
const REMEMBERED = 16;

export interface RetainedKey {
  /** Ordinals of its first and of its last arrival. */
  first: number;
  i: number;
  t: number;
  qos: QoS;
}

export class Retained {
  /** What was ever a retained message of a topic, newest last; undefined once there were too many. */
  readonly #topics = new Map<string, Map<MessageKey, RetainedKey> | undefined>();

  put(topic: string, key: MessageKey, { i, t, qos }: { i: number; t: number; qos: QoS }): void {
    const keys = this.#topics.get(topic);
    if (keys === undefined) {
      if (!this.#topics.has(topic)) this.#topics.set(topic, new Map([[key, { first: i, i, t, qos }]]));
      return;
    }
    keys.set(key, { first: keys.get(key)?.first ?? i, i, t, qos });
    if (keys.size > REMEMBERED) this.#topics.set(topic, undefined);
  }

  /** What this topic's retained message may have been: undefined when not even one is known, true when any is believed. */
  of(topic: string, key: MessageKey): RetainedKey | true | undefined {
    if (!this.#topics.has(topic)) return undefined;
    const keys = this.#topics.get(topic);
    return keys === undefined ? true : keys.get(key);
  }
}
