import { Fifo } from '../../collections/fifo.ts';
import type { Exchange } from './exchange.ts';
import { bytesOf, type Message } from './message.ts';

/** What waits behind the window of a sender, in order and within its limits of messages and of bytes. */
export class Backlog<M extends Message> {
  readonly #exchanges = new Fifo<Exchange<M>>();
  readonly #limit: number;
  readonly #bytesLimit: number;
  #bytes = 0;
  #unacknowledged = 0;

  constructor(limit: number, bytesLimit: number) {
    this.#limit = limit;
    this.#bytesLimit = bytesLimit;
  }

  get length(): number {
    return this.#exchanges.length;
  }

  /** Nothing of QoS 0 waits. */
  get withoutQoS0(): boolean {
    return this.#unacknowledged === 0;
  }

  /** What keeps one more message out, if anything does. */
  fullFor(message: M): 'full' | 'full-of-bytes' | undefined {
    if (this.#exchanges.length >= this.#limit) return 'full';
    return this.#bytes + bytesOf(message) > this.#bytesLimit ? 'full-of-bytes' : undefined;
  }

  first(): Exchange<M> | undefined {
    return this.#exchanges.at(0);
  }

  push(exchange: Exchange<M>): void {
    this.#count(exchange, 1);
    this.#exchanges.push(exchange);
  }

  /** Takes the first away. */
  shift(): void {
    const exchange = this.#exchanges.shift();
    if (exchange !== undefined) this.#count(exchange, -1);
  }

  /** Puts them before all others, in their order and whatever the limits are. */
  prepend(exchanges: readonly Exchange<M>[]): void {
    for (const exchange of exchanges) this.#count(exchange, 1);
    this.#exchanges.prepend(exchanges);
  }

  clear(): void {
    this.#exchanges.clear();
    this.#bytes = 0;
    this.#unacknowledged = 0;
  }

  toArray(): Exchange<M>[] {
    return this.#exchanges.toArray();
  }

  #count({ message }: Exchange<M>, sign: 1 | -1): void {
    this.#bytes += sign * bytesOf(message!);
    if (message!.qos === 0) this.#unacknowledged += sign;
  }
}
