import type { Exchange } from './exchange.ts';
import type { Message } from './message.ts';

/**
 * Exchanges in an order, as a chain: most windows hold one or none, and an exchange that comes or goes then touches nothing else.
 * Acknowledgements come in order from most peers, so a search ends at once.
 */
export class Window<M extends Message> {
  first: Exchange<M> | undefined = undefined;
  length = 0;
  #last: Exchange<M> | undefined = undefined;

  /** An exchange is in one window at most. */
  push(exchange: Exchange<M>): void {
    if (this.#last === undefined) this.first = exchange;
    else this.#last.next = exchange;
    this.#last = exchange;
    this.length++;
  }

  find(packetId: number): Exchange<M> | undefined {
    let exchange = this.first;
    while (exchange !== undefined && exchange.packetId !== packetId) exchange = exchange.next;
    return exchange;
  }

  /** Takes out one that is in it. */
  remove(exchange: Exchange<M>): void {
    const { next } = exchange;
    let before: Exchange<M> | undefined;
    if (this.first === exchange) this.first = next;
    else {
      before = this.first!;
      while (before.next !== exchange) before = before.next!;
      before.next = next;
    }
    if (this.#last === exchange) this.#last = before;
    exchange.next = undefined;
    this.length--;
  }

  /** Takes all of them out, in their order. */
  takeAll(): Exchange<M>[] {
    const all = this.toArray();
    for (const exchange of all) exchange.next = undefined;
    this.first = undefined;
    this.#last = undefined;
    this.length = 0;
    return all;
  }

  toArray(): Exchange<M>[] {
    const all: Exchange<M>[] = [];
    for (let exchange = this.first; exchange !== undefined; exchange = exchange.next) all.push(exchange);
    return all;
  }
}
