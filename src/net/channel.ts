/** A connection as a pump sees it, and what carries it. */

import type { CloseManner, ConnectionEnd } from '../mqtt/machine.ts';
import { concatenate } from '../stream/pieces.ts';

/**
 * This end has closed, and waits so long for the other to take what was written and to close as well. Without the wait
 * the kernel would answer what still comes with a reset, and the last packet could be lost to it.
 */
export const LINGER_MILLIS = 5_000;

/** What carries the bytes of a channel: TCP, TLS or WebSocket. */
export interface Carrier {
  /** Whoever is at the other end, `127.0.0.1:40312`. */
  readonly remote: string;
  /** Bytes written that the kernel has not taken. */
  readonly backlog: number;
  readonly writable: boolean;
  reading: boolean;
  /** Has its events told to `listener`, never from inside one of its own methods. */
  begin(listener: CarrierListener): void;
  /** `taken` is called when the kernel has the bytes. */
  write(bytes: Uint8Array, taken: () => void): void;
  /** Sends what was written, then the end, and waits for the other's. Does nothing the second time. */
  finish(): void;
  abort(): void;
}

export interface CarrierListener {
  opened(): void;
  /** The bytes are nobody else's and immutable. */
  received(bytes: Uint8Array): void;
  ended(end: ConnectionEnd, problem?: Error): void;
}

/** A connection as a pump sees it: bytes in order both ways, gathered until they are flushed. */
export class Channel implements CarrierListener {
  /** For the pump to find what it knows of this connection by; 0 is nothing. */
  tag = 0;
  /** Is told how many bytes the kernel took, when somebody wants to know. */
  taken: ((bytes: number) => void) | undefined;
  readonly #carrier: Carrier;
  #owner: ChannelOwner | undefined;
  #pieces: Uint8Array[] = [];
  #piecesBytes = 0;
  #wantsDrained = false;

  constructor(carrier: Carrier, owner: ChannelOwner) {
    this.#carrier = carrier;
    this.#owner = owner;
    carrier.begin(this);
  }

  get remote(): string {
    return this.#carrier.remote;
  }

  /** Bytes written that the kernel has not taken. */
  get backlog(): number {
    const backlog = this.#piecesBytes + this.#carrier.backlog;
    if (backlog > 0) this.#wantsDrained = true;
    return backlog;
  }

  /** Whether bytes are read; the peer is held back by TCP while they are not. */
  set reading(reads: boolean) {
    this.#carrier.reading = reads;
  }
  get reading(): boolean {
    return this.#carrier.reading;
  }

  /** Gathers bytes for {@link flush}; they are immutable from now on. */
  write(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#piecesBytes += bytes.length;
    if (this.#pieces.length === 1) this.#owner?.unflushed(this);
  }

  flush(): void {
    if (this.#pieces.length === 0) return;
    const bytes = this.#piecesBytes;
    const whole = concatenate(this.#pieces);
    this.#pieces = [];
    this.#piecesBytes = 0;
    if (!this.#carrier.writable) return;
    this.#carrier.write(whole, () => {
      this.taken?.(bytes);
      if (!this.#wantsDrained || this.#carrier.backlog + this.#piecesBytes > 0) return;
      this.#wantsDrained = false;
      this.#owner?.drained(this);
    });
  }

  /** The owner hears no more of it. */
  close(manner: CloseManner): void {
    this.#owner = undefined;
    if (manner === 'abort') {
      this.#pieces = [];
      this.#piecesBytes = 0;
      this.#carrier.abort();
      return;
    }
    this.flush();
    this.#carrier.finish();
  }

  // CarrierListener

  opened(): void {
    this.#owner?.opened(this);
  }

  received(bytes: Uint8Array): void {
    this.#owner?.received(this, bytes);
  }

  /** A machine has no half-open connections: when the peer has finished, this end does. */
  ended(end: ConnectionEnd, problem?: Error): void {
    const owner = this.#owner;
    if (owner === undefined) return;
    owner.ended(this, end, problem);
    this.close('finish');
  }
}

/** Who is told what happens to a channel, never from inside one of its methods. */
export interface ChannelOwner {
  opened(channel: Channel): void;
  /** The bytes are nobody else's and immutable. */
  received(channel: Channel, bytes: Uint8Array): void;
  /** The backlog, which somebody had asked for, fell to nothing. */
  drained(channel: Channel): void;
  /** Once, unless the owner closed it; `problem` is what the system said. */
  ended(channel: Channel, end: ConnectionEnd, problem?: Error): void;
  /** Something was written that has to be flushed before long. */
  unflushed(channel: Channel): void;
}

/** How a connection ended, by the error that ended it. */
export function endOf(error: NodeJS.ErrnoException | undefined, stood: boolean): ConnectionEnd {
  if (error?.code === 'ETIMEDOUT') return 'timed-out';
  return stood ? 'reset' : 'refused';
}

/** A name with several addresses is tried at each of them, and what came of that has no message of its own: that of the first has. */
export function spoken(error: NodeJS.ErrnoException): NodeJS.ErrnoException {
  const [first] = error instanceof AggregateError ? (error.errors as NodeJS.ErrnoException[]) : [];
  return first !== undefined && error.message === '' ? first : error;
}

/** A view that is no Buffer: `slice` of a Buffer makes no copy, and machines rely on one. */
export function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
}
