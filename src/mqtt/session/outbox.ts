import type { Packet } from '../codec/packet.ts';
import type { Journal, Waiter } from './journal.ts';

/** Hears what became of something that was handed to an outbox. */
export interface Transmission {
  /** It was written to the connection: from now on the peer may have it. */
  transmitted(): void;
  /** The connection ended before. */
  dropped(): void;
}

/** A packet that is made when it can be written, since what is in it depends on when that is. */
export interface Draft {
  /** About as many bytes as it will have. */
  readonly size: number;
  /** Undefined when it is not to be sent any more: then its transmission hears nothing. */
  make(): Uint8Array | undefined;
}

/**
 * Whether sending this packet tells the peer of a change that a crash could undo.
 *
 * PUBCOMP before the deletion is durable lets a reused identifier lose a message; PUBREL before "PUBREC seen" is
 * durable lets a crash send the PUBLISH twice; a QoS 2 PUBLISH whose identifier is not durable leaves the receiver
 * with an identifier that another message will use. SUBSCRIBE counts, so that a server never holds a subscription
 * for a session that its client would not know again; CONNECT does when it begins anew, so that nothing of an old
 * session comes back into the new one. A QoS 1 PUBLISH may repeat, so it does not wait, but for one that was queued:
 * its identifier is a change of what a crash would bring back.
 */
export function revealsState(packet: Packet): boolean {
  switch (packet.type) {
    case 'connack':
    case 'subscribe':
    case 'suback':
    case 'unsuback':
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return true;
    case 'connect':
      return packet.cleanStart;
    case 'publish':
      return packet.qos === 2;
    default:
      return false;
  }
}

/** Takes what may be written. */
export interface Outlet {
  write(bytes: Uint8Array): void;
}

/** A packet that waits for a batch. */
interface Held {
  readonly packet: Uint8Array | Draft;
  readonly transmission: Transmission | undefined;
  readonly batch: number;
  next: Held | undefined;
}

/**
 * What waits to be written to one connection, first in, first out: a packet that reveals a change of state
 * waits until the change is durable, and what was sent after it waits behind it, so that acknowledgements keep the
 * order the standard asks for [3.1.1/MQTT-4.6.0-2] [3.1.1/MQTT-4.6.0-3] [3.1.1/MQTT-4.6.0-4] [5.0/MQTT-4.6.0-2] [5.0/MQTT-4.6.0-3].
 * When nothing was stored nothing waits.
 */
export class Outbox implements Waiter {
  readonly #journal: Journal;
  readonly #outlet: Outlet;
  /** What waits, as a chain; the batches for which it does never descend. */
  #first: Held | undefined = undefined;
  #last: Held | undefined = undefined;
  #lastBatch = 0;
  #heldBytes = 0;
  #closing: (() => void) | undefined = undefined;
  #closed = false;

  constructor(journal: Journal, outlet: Outlet) {
    this.#journal = journal;
    this.#outlet = outlet;
  }

  /** Bytes held back until something is durable. */
  get backlog(): number {
    return this.#heldBytes;
  }

  /** Hands over one packet. `reveals` as {@link revealsState} says. `transmission` hears what became of it. */
  send(packet: Uint8Array | Draft, reveals: boolean, transmission?: Transmission): void {
    if (this.#closed || this.#closing !== undefined) {
      transmission?.dropped();
      return;
    }
    const barrier = reveals ? this.#journal.barrier : 0;
    if (barrier === 0 && this.#first === undefined) {
      this.#transmit(packet, transmission);
      return;
    }
    if (barrier > this.#lastBatch) {
      this.#lastBatch = barrier;
      this.#journal.enlist(this, barrier);
    }
    const held: Held = { packet, transmission, batch: this.#lastBatch, next: undefined };
    if (this.#last === undefined) this.#first = held;
    else this.#last.next = held;
    this.#last = held;
    this.#heldBytes += sizeOf(packet);
  }

  /** Takes nothing more, and calls `close` when all that was handed over has been written. */
  finish(close: () => void): void {
    if (this.#closed || this.#closing !== undefined) return;
    if (this.#first === undefined) {
      this.#closed = true;
      close();
    } else {
      this.#closing = close;
    }
  }

  /** The connection is gone: what was held back was never sent. */
  discard(): void {
    this.#closed = true;
    this.#closing = undefined;
    let held = this.#first;
    this.#first = undefined;
    this.#last = undefined;
    this.#heldBytes = 0;
    for (; held !== undefined; held = held.next) held.transmission?.dropped();
  }

  flush(stored: number): void {
    for (let held = this.#first; held !== undefined && held.batch <= stored; held = this.#first) {
      this.#first = held.next;
      if (held.next === undefined) this.#last = undefined;
      this.#heldBytes -= sizeOf(held.packet);
      this.#transmit(held.packet, held.transmission);
    }
    if (this.#first === undefined && this.#closing !== undefined) {
      const close = this.#closing;
      this.#closing = undefined;
      this.#closed = true;
      close();
    }
  }

  #transmit(packet: Uint8Array | Draft, transmission: Transmission | undefined): void {
    const bytes = packet instanceof Uint8Array ? packet : packet.make();
    if (bytes === undefined) return;
    this.#outlet.write(bytes);
    transmission?.transmitted();
  }
}

function sizeOf(packet: Uint8Array | Draft): number {
  return packet instanceof Uint8Array ? packet.length : packet.size;
}
