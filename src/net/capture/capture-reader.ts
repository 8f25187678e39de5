/**
 * Frames from the bytes of a capture, pcap or pcapng, as they come: both byte orders, any resolution of time, several sections and
 * interfaces. What is no capture, or is damaged, ends with an error that says at which byte.
 */
import { concatenate } from '../../stream/pieces.ts';
import { CaptureError } from './capture-error.ts';

export interface CapturedFrame {
  /** The link type by its number in the registry of the Tcpdump Group. */
  readonly linkType: number;
  /** Since 1970, or whatever the capture counts from, in whole microseconds. */
  readonly time: number;
  readonly bytes: Uint8Array;
  /** How long it was on the wire: longer than `bytes` when the capture cut it off. */
  readonly length: number;
}

const SECTION = 0x0a0d0d0a;
const BYTE_ORDER = 0x1a2b3c4d;
const PCAP_MICROS = 0xa1b2c3d4;
const PCAP_NANOS = 0xa1b23c4d;
const GZIP = 0x1f8b;
const PCAP_HEADER_BYTES = 24;
const PCAP_RECORD_BYTES = 16;
/** The least of a block: type, length, and the length again. */
const BLOCK_BYTES = 12;
/** No frame of a network is larger; a block of more is damage. */
const BLOCK_LIMIT_BYTES = 16 * 1024 * 1024;
const INTERFACES_LIMIT = 65_536;

const INTERFACE_DESCRIPTION = 1;
const OLD_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
const OPTION_RESOLUTION = 9;
const OPTION_OFFSET = 14;

interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  readonly ticksPerSecond: bigint;
  readonly offsetSeconds: bigint;
}

export class CaptureReader {
  readonly #frame: (frame: CapturedFrame) => void;
  #rest: Uint8Array = new Uint8Array(0);
  /** Bytes before `#rest`. */
  #offset = 0;
  #littleEndian = true;
  #format: 'unknown' | 'pcap' | 'pcapng' = 'unknown';
  /** Of this section of a pcapng; a pcap has one. */
  #interfaces: Interface[] = [];

  constructor(frame: (frame: CapturedFrame) => void) {
    this.#frame = frame;
  }

  /** @throws CaptureError when it is no capture, or damaged. */
  push(bytes: Uint8Array): void {
    this.#rest = this.#rest.length === 0 ? bytes : concatenate([this.#rest, bytes]);
    for (;;) {
      const used = this.#next();
      if (used === 0) return;
      this.#rest = this.#rest.subarray(used);
      this.#offset += used;
    }
  }

  /** @throws CaptureError when the capture ends in the middle of something. */
  finish(): void {
    if (this.#format === 'unknown') throw this.#error('is no capture: it is too short for one');
    if (this.#rest.length > 0) throw this.#error('is cut off: the capture ends in the middle of a frame');
  }

  /** Reads one header, record or block; gives back its length, or 0 when it is not all there. */
  #next(): number {
    if (this.#format === 'pcap') return this.#record();
    if (this.#format === 'pcapng') return this.#block();
    return this.#rest.length < 4 ? 0 : this.#begin();
  }

  #begin(): number {
    const view = this.#view();
    const magic = view.getUint32(0);
    if (magic === SECTION) {
      this.#format = 'pcapng';
      return this.#block();
    }
    if (magic >>> 16 === GZIP) throw this.#error('is compressed: unpack it first, as with gunzip');
    const known = (word: number): boolean => word === PCAP_MICROS || word === PCAP_NANOS;
    const swapped = view.getUint32(0, true);
    if (!known(magic) && !known(swapped)) throw this.#error('is no capture: it is neither pcap nor pcapng');
    if (this.#rest.length < PCAP_HEADER_BYTES) return 0;
    this.#format = 'pcap';
    this.#littleEndian = known(swapped);
    const nanos = (this.#littleEndian ? swapped : magic) === PCAP_NANOS;
    this.#interfaces = [
      {
        // The upper bits say how the frames end.
        linkType: this.#word(view, 20) & 0xffff,
        snapLength: Number.POSITIVE_INFINITY,
        ticksPerSecond: nanos ? 1_000_000_000n : 1_000_000n,
        offsetSeconds: 0n,
      },
    ];
    return PCAP_HEADER_BYTES;
  }

  #record(): number {
    if (this.#rest.length < PCAP_RECORD_BYTES) return 0;
    const view = this.#view();
    const captured = this.#word(view, 8);
    if (captured > BLOCK_LIMIT_BYTES)
      throw this.#error(`is damaged: a frame of ${captured} bytes is too large`);
    const end = PCAP_RECORD_BYTES + captured;
    if (this.#rest.length < end) return 0;
    const [{ linkType, ticksPerSecond }] = this.#interfaces as [Interface];
    const ticks = BigInt(this.#word(view, 0)) * ticksPerSecond + BigInt(this.#word(view, 4));
    this.#emit(linkType, ticks, ticksPerSecond, 0n, PCAP_RECORD_BYTES, captured, this.#word(view, 12));
    return end;
  }

  #block(): number {
    if (this.#rest.length < BLOCK_BYTES) return 0;
    const view = this.#view();
    const type = view.getUint32(0, true);
    if (type === SECTION) {
      const order = view.getUint32(8, true);
      if (order !== BYTE_ORDER && view.getUint32(8) !== BYTE_ORDER)
        throw this.#error('is damaged: a section without byte order');
      this.#littleEndian = order === BYTE_ORDER;
    }
    const length = this.#word(view, 4);
    if (length < BLOCK_BYTES || length % 4 !== 0 || length > BLOCK_LIMIT_BYTES)
      throw this.#error(`is damaged: a block of ${length} bytes`);
    if (this.#rest.length < length) return 0;
    if (this.#word(view, length - 4) !== length)
      throw this.#error(`is damaged: a block that begins with ${length} bytes and ends with others`);
    const body = length - 4;
    switch (type === SECTION ? type : this.#word(view, 0)) {
      case SECTION:
        this.#interfaces = [];
        break;
      case INTERFACE_DESCRIPTION:
        this.#describe(view, body);
        break;
      case ENHANCED_PACKET:
        this.#need(body, 28);
        this.#packet(view, body, this.#word(view, 8));
        break;
      case OLD_PACKET:
        this.#need(body, 28);
        this.#packet(view, body, view.getUint16(8, this.#littleEndian));
        break;
      case SIMPLE_PACKET: {
        this.#need(body, 12);
        const { linkType, snapLength } = this.#interface(0);
        const original = this.#word(view, 8);
        // It has no time.
        this.#emit(linkType, 0n, 1n, 0n, 12, Math.min(original, body - 12, snapLength), original);
        break;
      }
    }
    return length;
  }

  #packet(view: DataView, body: number, place: number): void {
    const { linkType, ticksPerSecond, offsetSeconds } = this.#interface(place);
    const captured = this.#word(view, 20);
    if (captured > body - 28)
      throw this.#error(`is damaged: a frame of ${captured} bytes in a smaller block`);
    const ticks = (BigInt(this.#word(view, 12)) << 32n) | BigInt(this.#word(view, 16));
    this.#emit(linkType, ticks, ticksPerSecond, offsetSeconds, 28, captured, this.#word(view, 24));
  }

  #describe(view: DataView, body: number): void {
    this.#need(body, 16);
    if (this.#interfaces.length >= INTERFACES_LIMIT)
      throw this.#error(`is damaged: it has more than ${INTERFACES_LIMIT} interfaces`);
    let ticksPerSecond = 1_000_000n;
    let offsetSeconds = 0n;
    for (let at = 16; at + 4 <= body; ) {
      const code = view.getUint16(at, this.#littleEndian);
      const length = view.getUint16(at + 2, this.#littleEndian);
      if (code === 0) break;
      const value = at + 4;
      if (value + length > body) throw this.#error('is damaged: an option that is longer than its block');
      if (code === OPTION_RESOLUTION && length >= 1) ticksPerSecond = resolution(view.getUint8(value));
      if (code === OPTION_OFFSET && length >= 8) offsetSeconds = view.getBigInt64(value, this.#littleEndian);
      at = value + ((length + 3) & ~3);
    }
    this.#interfaces.push({
      linkType: view.getUint16(8, this.#littleEndian),
      snapLength: this.#word(view, 12) || Number.POSITIVE_INFINITY,
      ticksPerSecond,
      offsetSeconds,
    });
  }

  #interface(place: number): Interface {
    const found = this.#interfaces[place];
    if (found === undefined)
      throw this.#error(`is damaged: a frame of interface ${place}, which there is not`);
    return found;
  }

  #emit(
    linkType: number,
    ticks: bigint,
    ticksPerSecond: bigint,
    offsetSeconds: bigint,
    from: number,
    captured: number,
    length: number,
  ): void {
    const time = Number((ticks * 1_000_000n) / ticksPerSecond + offsetSeconds * 1_000_000n);
    this.#frame({ linkType, time, bytes: this.#rest.subarray(from, from + captured), length });
  }

  #need(body: number, bytes: number): void {
    if (body < bytes) throw this.#error('is damaged: a block is too short for what it should have');
  }

  #view(): DataView {
    return new DataView(this.#rest.buffer, this.#rest.byteOffset, this.#rest.byteLength);
  }

  #word(view: DataView, at: number): number {
    return view.getUint32(at, this.#littleEndian);
  }

  #error(what: string): CaptureError {
    return new CaptureError(this.#offset === 0 ? what : `${what}, at byte ${this.#offset}`);
  }
}

/** Ticks in a second: a power of ten, or of two when the highest bit is set. */
function resolution(byte: number): bigint {
  const exponent = BigInt(byte & 0x7f);
  return (byte & 0x80) === 0 ? 10n ** exponent : 2n ** exponent;
}
