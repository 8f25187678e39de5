/** What may be the retained message of a topic, and what certainly is. */
import { TopicNames } from '../../mqtt/topic/index.ts';
import type { Arrival } from './message.ts';
import type { MessageKey } from './message-key.ts';

/** Retained messages remembered of one topic: beyond that, any is believed. */
const REMEMBERED = 16;
/** A broker has put away what nobody gets an answer for (QoS 0, a will) this long after it came. */
const PUT_AWAY_AFTER_MICROS = 10_000_000;

export interface RetainedMessage {
  readonly key: MessageKey;
  /** Ordinal of its first arrival. */
  readonly first: number;
  /** Its last one. */
  arrival: Arrival;
  /** It came more than once, so that nobody can say since when it waits. */
  again: boolean;
  /** Ordinal from which on it was certainly replaced or cleared; 0 while it may be there. */
  goneAt: number;
}

export class RetainedTopic {
  /** What was ever retained here, newest last; undefined once there were too many. */
  messages: Map<MessageKey, RetainedMessage> | undefined = new Map();
  /** What is retained for certain since event `certainSince`, which may be nothing; meaningless while that is 0. */
  current: RetainedMessage | undefined = undefined;
  certainSince = 0;
  /** The last write that waits for its answer, what it makes of the topic, and how many wait in all. */
  open: Arrival | undefined = undefined;
  made: RetainedMessage | undefined = undefined;
  opened = 0;
  /** Writes met, so that their order is the broker's secret until one comes alone. */
  unclear = false;
  /** Virtual time until which a write without an answer may not have been put away. */
  unclearUntil = 0;
}

export class Retained {
  readonly #topics = new TopicNames<RetainedTopic>();

  /** The broker read a message with RETAIN 1, or a will with it came due. `repeats`: it may have been taken before. */
  written(topic: string, key: MessageKey, arrival: Arrival, repeats: boolean): void {
    let state = this.#topics.get(topic);
    if (state === undefined) {
      state = new RetainedTopic();
      this.#topics.set(topic, state);
    }
    if (repeats && state.open === arrival) {
      // Its publisher has counted its life down since.
      if (state.made !== undefined) state.made.again = true;
      return;
    }
    const message = arrival.retained ? put(state, key, arrival) : undefined;
    if (state.opened === 0) state.unclear = repeats || arrival.t < state.unclearUntil;
    else state.unclear = true;
    state.certainSince = 0;
    if (arrival.qos === 0 || arrival.will) {
      // It need not be kept at all [3.1.1/MQTT-3.3.1-7].
      state.unclearUntil = arrival.t + PUT_AWAY_AFTER_MICROS;
      return;
    }
    state.open = arrival;
    state.made = message;
    state.opened++;
  }

  /** The broker answered to the end at event `i`: what it took is what the topic has now. */
  answered(arrival: Arrival, refused: boolean, i: number): void {
    const state = this.#topics.get(arrival.message.topic);
    if (state === undefined || state.opened === 0) return;
    state.opened--;
    if (state.open !== arrival) return;
    state.open = undefined;
    if (state.unclear || refused) return;
    state.current = state.made;
    state.certainSince = i;
    for (const message of state.messages?.values() ?? []) {
      if (message !== state.made && message.goneAt === 0) message.goneAt = i;
    }
  }

  /** Nobody will answer it any more. */
  abandoned(arrival: Arrival): void {
    this.answered(arrival, true, 0);
  }

  /** The broker crashed: what it had not answered may be kept or not; `forgetful` when it may have lost anything. */
  crashed(forgetful: boolean): void {
    for (const [, state] of this.#topics.entries()) {
      if (state.opened > 0 || forgetful) state.certainSince = 0;
      state.open = undefined;
      state.opened = 0;
      if (!forgetful) continue;
      for (const message of state.messages?.values() ?? []) message.goneAt = 0;
    }
  }

  /** What this topic's retained message may have been: undefined when not even one is known, true when any is believed. */
  of(topic: string, key: MessageKey): RetainedMessage | true | undefined {
    if (this.#topics.size === 0) return undefined;
    const state = this.#topics.get(topic);
    if (state === undefined) return undefined;
    return state.messages === undefined ? true : state.messages.get(key);
  }

  /** What certainly is the retained message of a topic. */
  current(topic: string): RetainedMessage | undefined {
    const state = this.#topics.get(topic);
    return state === undefined || state.certainSince === 0 ? undefined : state.current;
  }

  /** Visits the topics that match a filter. */
  match(filter: string, visit: (state: RetainedTopic) => void): void {
    this.#topics.match(filter, visit);
  }
}

function put(state: RetainedTopic, key: MessageKey, arrival: Arrival): RetainedMessage {
  const { messages } = state;
  const known = messages?.get(key);
  if (known !== undefined) {
    known.arrival = arrival;
    known.again = true;
    known.goneAt = 0;
    return known;
  }
  const message: RetainedMessage = { key, first: arrival.i, arrival, again: false, goneAt: 0 };
  messages?.set(key, message);
  if (messages !== undefined && messages.size > REMEMBERED) state.messages = undefined;
  return message;
}
