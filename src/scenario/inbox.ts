/** Messages that a script waits for one by one: what arrived and was not taken yet, and who waits for what will arrive. */
import { filterError, matches } from '../mqtt/topic/index.ts';
import { type Duration, formatDuration, parseDuration } from '../sim/time.ts';
import { ScriptError, TimeoutError } from './errors.ts';
import type { Received, ReceivedMessage } from './received.ts';
import type { Waiter } from './script.ts';
import type { Stage } from './stage.ts';

/** Somebody waits for a message. */
interface Listener {
  readonly filter: string | undefined;
  readonly waiter: Waiter<ReceivedMessage>;
}

export class Inbox {
  readonly #stage: Stage;
  readonly #client: string;
  readonly #received: Received;
  /** Places of kept messages that {@link next} has returned. */
  readonly #taken = new Set<number>();
  #listeners: Listener[] = [];

  constructor(stage: Stage, client: string, received: Received) {
    this.#stage = stage;
    this.#client = client;
    this.#received = received;
  }

  /** The oldest message that was not taken yet and matches, now or when it arrives. */
  next(filter: string | undefined, within: Duration | undefined): Promise<ReceivedMessage> {
    if (filter !== undefined) {
      const fault = typeof filter === 'string' ? filterError(filter) : 'it must be a string';
      if (fault !== undefined) throw new ScriptError(`next of client '${this.#client}': ${fault}`);
    }
    const micros =
      within === undefined ? undefined : parseDuration(within, `within of next of client '${this.#client}'`);
    const what = `a message${filter === undefined ? '' : ` on '${filter}'`} for client '${this.#client}'`;
    const waiter = this.#stage.script.wait<ReceivedMessage>(what);
    const place = this.#untaken(filter);
    if (place !== undefined) {
      this.#taken.add(place);
      waiter.resolve(this.#received.at(place)!);
      return waiter.call;
    }
    const listener: Listener = { filter, waiter };
    this.#listeners.push(listener);
    if (micros !== undefined) {
      this.#stage.simulator.at(this.#stage.simulator.now + micros, () => {
        if (!this.#listeners.includes(listener)) return;
        this.#listeners = this.#listeners.filter((other) => other !== listener);
        waiter.reject(new TimeoutError(`${formatDuration(micros)} passed without ${what}`));
      });
    }
    return waiter.call;
  }

  /** A message was added to what was received: the first who waits for such a one gets it. */
  offer(message: ReceivedMessage): void {
    for (const [place, { filter, waiter }] of this.#listeners.entries()) {
      if (filter !== undefined && !matches(filter, message.topic)) continue;
      this.#listeners.splice(place, 1);
      this.#taken.add(this.#received.length - 1);
      waiter.resolve(message);
      return;
    }
  }

  /** Where the oldest kept message is that may still be taken. */
  #untaken(filter: string | undefined): number | undefined {
    const received = this.#received;
    for (const place of this.#taken) if (place < received.firstKept) this.#taken.delete(place);
    for (let place = received.firstKept; place < received.length; place++) {
      if (this.#taken.has(place)) continue;
      if (filter === undefined || matches(filter, received.at(place)!.topic)) return place;
    }
    return undefined;
  }
}
