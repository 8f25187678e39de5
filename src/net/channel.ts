/** A connection as a pump sees it: bytes in order both ways, whatever carries them. */
import type { CloseManner, ConnectionEnd } from '../mqtt/machine.ts';

/**
 * This end has closed, and waits so long for the other to take what was written and to close as well. Without the wait
 * the kernel would answer what still comes with a reset, and the last packet could be lost to it.
 */
export const LINGER_MILLIS = 5_000;

export interface Channel {
  /** For the pump to find what it knows of this connection by; 0 is nothing. */
  tag: number;
  /** Whoever is at the other end, `127.0.0.1:40312`. */
  readonly remote: string;
  /** Bytes written that the kernel has not taken. */
  readonly backlog: number;
  /** Is told how many bytes the kernel took, when somebody wants to know. */
  taken: ((bytes: number) => void) | undefined;
  /** Gathers bytes for {@link flush}; they are immutable from now on. */
  write(bytes: Uint8Array): void;
  flush(): void;
  /** The owner hears no more of it. */
  close(manner: CloseManner): void;
  /** Whether bytes are read; the peer is held back by TCP while they are not. */
  reading: boolean;
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

/** Pieces that were written one by one as one. */
export function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** A view that is no Buffer: `slice` of a Buffer makes no copy, and machines rely on one. */
export function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
}
