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
const NONE_WAIT: never[] = [];

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
  /** Chunks pushed before the last one was read to its end. */
  #waiting: Uint8Array[] = NONE_WAIT;
  #nextWaiting = 0;
  /** A packet of which only the first part has come, and how much of it. */
  #partial: Uint8Array = NOTHING;
  #partialLength = 0;
  /** Bytes of the partial packet, 0 while its fixed header is not complete. */
  #partialSize = 0;
  #failure: CodecError | undefined;

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
    if (this.#at === this.#chunk.length && this.#nextWaiting === this.#waiting.length) {
      this.#chunk = chunk;
      this.#at = 0;
    } else if (this.#waiting === NONE_WAIT) {
      this.#waiting = [chunk];
    } else {
      this.#waiting.push(chunk);
    }
  }

  /**
   * The next whole packet, or undefined until more bytes have come.
   *
   * @throws {CodecError} as soon as a Remaining Length is known to be ill-formed or too long
   */
  next(): Uint8Array | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    for (;;) {
      const packet = this.#partialLength > 0 ? this.#complete() : this.#whole();
      if (packet !== undefined) return packet;
      if (this.#nextWaiting === this.#waiting.length) {
        // Read to its end: a view that stays here would keep alive whatever it is a view of.
        this.#chunk = NOTHING;
        this.#at = 0;
        return undefined;
      }
      this.#chunk = this.#waiting[this.#nextWaiting++]!;
      this.#at = 0;
      if (this.#nextWaiting === this.#waiting.length) {
        this.#waiting.length = 0;
        this.#nextWaiting = 0;
      }
    }
  }

  /** Bytes pushed that no packet has come from yet. */
  get pending(): number {
    let pending = this.#partialLength + this.#chunk.length - this.#at;
    for (let i = this.#nextWaiting; i < this.#waiting.length; i++) pending += this.#waiting[i]!.length;
    return pending;
  }

  /** A packet that lies whole in the chunk; if only its beginning does, that is kept aside. */
  #whole(): Uint8Array | undefined {
    const chunk = this.#chunk;
    const start = this.#at;
    const rest = chunk.length - start;
    if (rest === 0) return undefined;
    const size = this.#sizeOf(chunk, start, chunk.length);
    if (size === 0 || size > rest) {
      this.#partialSize = size;
      this.#keep(rest);
      return undefined;
    }
    this.#at = start + size;
    if (this.#partial.length > LARGEST_KEPT_BUFFER) this.#partial = NOTHING;
    if (size === chunk.length) return chunk;
    return new Uint8Array(chunk.buffer as ArrayBuffer, chunk.byteOffset + start, size);
  }

  /** Goes on with the partial packet, which ends in this chunk or takes all of it. */
  #complete(): Uint8Array | undefined {
    while (this.#partialSize === 0) {
      if (this.#at === this.#chunk.length) return undefined;
      this.#keep(1);
      this.#partialSize = this.#sizeOf(this.#partial, 0, this.#partialLength);
    }
    const missing = this.#partialSize - this.#partialLength;
    this.#keep(Math.min(missing, this.#chunk.length - this.#at));
    if (this.#partialLength < this.#partialSize) return undefined;
    const packet = this.#partial.slice(0, this.#partialSize);
    this.#partialLength = 0;
    this.#partialSize = 0;
    if (this.#partial.length > FIRST_BUFFER * 128) this.#partial = new Uint8Array(FIRST_BUFFER);
    return packet;
  }

  /** Moves bytes from the chunk to the partial packet, whose buffer doubles but never outgrows the packet. */
  #keep(bytes: number): void {
    const needed = this.#partialLength + bytes;
    if (needed > this.#partial.length) {
      const wanted = Math.max(needed, 2 * this.#partial.length, FIRST_BUFFER);
      const size = this.#partialSize === 0 ? wanted : Math.max(needed, Math.min(wanted, this.#partialSize));
      const larger = new Uint8Array(size);
      larger.set(this.#partial.subarray(0, this.#partialLength));
      this.#partial = larger;
    }
    const chunk = this.#chunk;
    const at = this.#at;
    if (bytes <= 16) for (let i = 0; i < bytes; i++) this.#partial[this.#partialLength + i] = chunk[at + i]!;
    else this.#partial.set(chunk.subarray(at, at + bytes), this.#partialLength);
    this.#partialLength = needed;
    this.#at = at + bytes;
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
    this.#failure = new CodecError(message, 1, rule, reasonCode);
    throw this.#failure;
  }
}
