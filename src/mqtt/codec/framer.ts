import { CodecError, MALFORMED_PACKET, PACKET_TOO_LARGE } from './codec-error.ts';
import type { ProtocolVersion } from './packet.ts';

/** Bytes of the longest packet: the type, four bytes of Remaining Length, and what they can say at most. */
const LONGEST_PACKET = 1 + 4 + 268_435_455;

/** Buffers for packets in parts grow from this, so a length that is only announced costs nothing. */
const FIRST_BUFFER = 512;

/** A larger one goes with the next packet that comes whole: a client that pings from now on needs none. */
const LARGEST_KEPT_BUFFER = 4_096;

/** What a framer holds while it waits: a million idle connections must not cost a million buffers. */
const NOTHING = new Uint8Array(0);

/** What a framer needs for packets that come in parts, and for chunks that come before it is asked. */
class Trouble {
  /** Chunks pushed before the last one was read to its end. */
  readonly waiting: Uint8Array[] = [];
  nextWaiting = 0;
  /** A packet of which only the first part has come, and how much of it. */
  partial: Uint8Array = NOTHING;
  length = 0;
  /** Bytes of the partial packet, 0 while its fixed header is not complete. */
  size = 0;
  failure: CodecError | undefined;

  get pending(): number {
    let pending = this.length;
    for (let i = this.nextWaiting; i < this.waiting.length; i++) pending += this.waiting[i]!.length;
    return pending;
  }

  /** The chunk that has waited longest, if there is one. */
  shift(): Uint8Array | undefined {
    if (this.nextWaiting === this.waiting.length) return undefined;
    const chunk = this.waiting[this.nextWaiting++]!;
    if (this.nextWaiting === this.waiting.length) {
      this.waiting.length = 0;
      this.nextWaiting = 0;
    }
    return chunk;
  }

  /** Adds bytes to the partial packet, whose buffer doubles but never outgrows the packet. */
  keep(chunk: Uint8Array, at: number, bytes: number): void {
    const needed = this.length + bytes;
    if (needed > this.partial.length) {
      const wanted = Math.max(needed, 2 * this.partial.length, FIRST_BUFFER);
      const size = this.size === 0 ? wanted : Math.max(needed, Math.min(wanted, this.size));
      const larger = new Uint8Array(size);
      larger.set(this.partial.subarray(0, this.length));
      this.partial = larger;
    }
    if (bytes <= 16) for (let i = 0; i < bytes; i++) this.partial[this.length + i] = chunk[at + i]!;
    else this.partial.set(chunk.subarray(at, at + bytes), this.length);
    this.length = needed;
  }
}

/**
 * Whether a chunk is one whole packet of at most so many bytes, as most are: as long as nothing else has come, a stream needs no framer. False
 * for what cannot be told at a glance.
 */
export function isWholePacket(chunk: Uint8Array, maximumPacketSize: number): boolean {
  const size = chunk.length;
  if (size > maximumPacketSize) return false;
  const low = chunk[1]!;
  if (size <= 2 || low < 0x80) return size === 2 + low;
  const high = chunk[2]!;
  return high > 0 && high < 0x80 && size === 3 + (low & 0x7f) + (high << 7);
}

/**
 * Cuts a byte stream into whole packets. Every byte is looked at or copied a bounded number of times, however the
 * stream is cut; a packet that lies in one chunk is a view of it.
 *
 * Call `push` with each chunk, then `next` until it has no more. After an error the stream is lost: `next`
 * throws the same again, so close it.
 */
export class Framer {
  /** Bytes of the largest packet that is taken; a change counts from the next fixed header on. */
  maximumPacketSize: number;
  /** Of the connection: what is wrong is called by its sections. */
  version: ProtocolVersion;
  /** The chunk being read and where. */
  #chunk: Uint8Array = NOTHING;
  #at = 0;
  /** Undefined as long as whatever was pushed was whole packets, read before the next. */
  #trouble: Trouble | undefined;

  /**
   * @param maximumPacketSize in bytes, fixed header included; without it the limit of the standard
   * @param version of the connection, until it is known better
   */
  constructor(maximumPacketSize = LONGEST_PACKET, version: ProtocolVersion = 5) {
    this.maximumPacketSize = maximumPacketSize;
    this.version = version;
  }

  /** Takes the next bytes of the stream. They must not change any more. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    if (this.#at === this.#chunk.length && (this.#trouble?.waiting.length ?? 0) === 0) {
      this.#chunk = chunk;
      this.#at = 0;
    } else {
      this.#troubled().waiting.push(chunk);
    }
  }

  /**
   * The next whole packet, or undefined until more bytes have come.
   *
   * @throws {CodecError} as soon as a Remaining Length is known to be ill-formed or too long
   */
  next(): Uint8Array | undefined {
    for (;;) {
      const trouble = this.#trouble;
      if (trouble?.failure !== undefined) throw trouble.failure;
      const packet = trouble !== undefined && trouble.length > 0 ? this.#complete(trouble) : this.#whole();
      if (packet !== undefined) return packet;
      const waiting = this.#trouble?.shift();
      // Read to its end: a view that stays here would keep alive whatever it is a view of.
      this.#chunk = waiting ?? NOTHING;
      this.#at = 0;
      if (waiting === undefined) return undefined;
    }
  }

  /** Bytes pushed that no packet has come from yet. */
  get pending(): number {
    return this.#chunk.length - this.#at + (this.#trouble?.pending ?? 0);
  }

  #troubled(): Trouble {
    this.#trouble ??= new Trouble();
    return this.#trouble;
  }

  /** A packet that lies whole in the chunk; if only its beginning does, that is kept aside. */
  #whole(): Uint8Array | undefined {
    const chunk = this.#chunk;
    const start = this.#at;
    const rest = chunk.length - start;
    if (rest === 0) return undefined;
    const size = this.#sizeOf(chunk, start, chunk.length);
    if (size === 0 || size > rest) {
      const trouble = this.#troubled();
      trouble.size = size;
      this.#keep(trouble, rest);
      return undefined;
    }
    this.#at = start + size;
    const trouble = this.#trouble;
    if (trouble !== undefined && trouble.partial.length > LARGEST_KEPT_BUFFER) trouble.partial = NOTHING;
    if (size === chunk.length) return chunk;
    return new Uint8Array(chunk.buffer as ArrayBuffer, chunk.byteOffset + start, size);
  }

  /** Goes on with the partial packet, which ends in this chunk or takes all of it. */
  #complete(trouble: Trouble): Uint8Array | undefined {
    while (trouble.size === 0) {
      if (this.#at === this.#chunk.length) return undefined;
      this.#keep(trouble, 1);
      trouble.size = this.#sizeOf(trouble.partial, 0, trouble.length);
    }
    const missing = trouble.size - trouble.length;
    this.#keep(trouble, Math.min(missing, this.#chunk.length - this.#at));
    if (trouble.length < trouble.size) return undefined;
    const packet = trouble.partial.slice(0, trouble.size);
    trouble.length = 0;
    trouble.size = 0;
    if (trouble.partial.length > FIRST_BUFFER * 128) trouble.partial = new Uint8Array(FIRST_BUFFER);
    return packet;
  }

  /** Moves bytes from the chunk to the partial packet. */
  #keep(trouble: Trouble, bytes: number): void {
    trouble.keep(this.#chunk, this.#at, bytes);
    this.#at += bytes;
  }

  /** Bytes of the packet that starts at `start`, or 0 while its Remaining Length is not complete. */
  #sizeOf(bytes: Uint8Array, start: number, end: number): number {
    let remaining = 0;
    for (let i = 0; i < 4; i++) {
      const at = start + 1 + i;
      if (at >= end) return 0;
      const byte = bytes[at]!;
      remaining |= (byte & 0x7f) << (7 * i);
      if (byte < 0x80) {
        if (byte === 0 && i > 0) {
          this.#malformed('Remaining Length is not in its shortest form', '5.0/MQTT-1.5.5-1');
        }
        return this.#checked(2 + i + remaining);
      }
    }
    return this.#malformed('Remaining Length is longer than four bytes', '5.0/1.5.5');
  }

  #malformed(message: string, since5: string): never {
    return this.#refuse(message, this.version === 5 ? since5 : '3.1.1/2.2.3', MALFORMED_PACKET);
  }

  #checked(size: number): number {
    if (size <= this.maximumPacketSize) return size;
    const limit = this.maximumPacketSize;
    return this.#refuse(
      `the packet has ${size} bytes, ${limit} is the limit`,
      '5.0/3.1.2.11.4',
      PACKET_TOO_LARGE,
    );
  }

  /** Everything behind a broken length is lost, so the same error comes for ever. */
  #refuse(message: string, rule: string, reasonCode: number): never {
    const failure = new CodecError(message, 1, rule, reasonCode);
    this.#troubled().failure = failure;
    throw failure;
  }
}
