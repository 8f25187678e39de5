/** Captures made by hand: TCP segments in any kind of frame, in any kind of file. */

export interface TestSegment {
  /** 4 or 6, addresses as last number of an address, and ports. */
  ip?: 4 | 6;
  from: number;
  to: number;
  fromPort: number;
  toPort: number;
  sequence: number;
  acknowledged?: number;
  flags?: string;
  payload?: Uint8Array;
}

export type Link = 'ethernet' | 'vlan' | 'sll' | 'sll2' | 'null' | 'loop' | 'raw';
export const LINK_TYPES: Readonly<Record<Link, number>> = {
  ...{ ethernet: 1, vlan: 1, sll: 113, sll2: 276, null: 0, loop: 108, raw: 101 },
};

const FLAGS: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, A: 16 };

/** The packet of IP with one segment of TCP; checksums are zero, as with cards that fill them in. */
export function ipPacket(segment: TestSegment): Uint8Array {
  const { ip = 4, from, to, payload = new Uint8Array(0), acknowledged } = segment;
  const header = ip === 4 ? 20 : 40;
  const bytes = new Uint8Array(header + 20 + payload.length);
  const view = new DataView(bytes.buffer);
  if (ip === 4) {
    bytes[0] = 0x45;
    view.setUint16(2, bytes.length);
    bytes[9] = 6;
    bytes.set([10, 0, 0, from], 12);
    bytes.set([10, 0, 0, to], 16);
  } else {
    bytes[0] = 0x60;
    view.setUint16(4, bytes.length - 40);
    bytes[6] = 6;
    bytes[23] = from;
    bytes[39] = to;
  }
  view.setUint16(header, segment.fromPort);
  view.setUint16(header + 2, segment.toPort);
  view.setUint32(header + 4, segment.sequence >>> 0);
  view.setUint32(header + 8, (acknowledged ?? 0) >>> 0);
  bytes[header + 12] = 0x50;
  let flags = acknowledged === undefined ? 0 : 16;
  for (const letter of segment.flags ?? '') flags |= FLAGS[letter]!;
  bytes[header + 13] = flags;
  bytes.set(payload, header + 20);
  return bytes;
}

export function framed(packet: Uint8Array, link: Link): Uint8Array {
  const type = packet[0]! >> 4 === 4 ? [0x08, 0x00] : [0x86, 0xdd];
  const zeros = (count: number) => new Array<number>(count).fill(0);
  const family = packet[0]! >> 4 === 4 ? 2 : 30;
  const head: Readonly<Record<Link, readonly number[]>> = {
    ethernet: [...zeros(12), ...type],
    vlan: [...zeros(12), 0x81, 0x00, 0, 7, ...type],
    sll: [...zeros(14), ...type],
    sll2: [...type, ...zeros(18)],
    null: [family, 0, 0, 0],
    loop: [0, 0, 0, family],
    raw: [],
  };
  return Uint8Array.from([...head[link], ...packet]);
}

export interface TestFrame {
  /** Microseconds. */
  time: number;
  bytes: Uint8Array;
}

export interface Writing {
  format: 'pcap' | 'pcapng';
  littleEndian: boolean;
  nanos: boolean;
  link: number;
}

export function captureOf(frames: readonly TestFrame[], writing: Writing): Uint8Array {
  return writing.format === 'pcap' ? pcap(frames, writing) : pcapng(frames, writing);
}

function pcap(frames: readonly TestFrame[], { littleEndian, nanos, link }: Writing): Uint8Array {
  const pieces = [
    words(littleEndian, [
      nanos ? 0xa1b23c4d : 0xa1b2c3d4,
      littleEndian ? 0x00040002 : 0x00020004,
      0,
      0,
      65535,
      link,
    ]),
  ];
  for (const { time, bytes } of frames) {
    const seconds = Math.floor(time / 1_000_000);
    const rest = (time % 1_000_000) * (nanos ? 1000 : 1);
    pieces.push(words(littleEndian, [seconds, rest, bytes.length, bytes.length]), bytes);
  }
  return Uint8Array.from(Buffer.concat(pieces));
}

function pcapng(frames: readonly TestFrame[], { littleEndian, nanos, link }: Writing): Uint8Array {
  const block = (type: number, body: Uint8Array): Uint8Array => {
    const padding = new Uint8Array((4 - (body.length % 4)) % 4);
    const length = body.length + padding.length + 12;
    return Uint8Array.from(
      Buffer.concat([words(littleEndian, [type, length]), body, padding, words(littleEndian, [length])]),
    );
  };
  const half = (value: number) =>
    words(littleEndian, [value])
      .subarray(littleEndian ? 0 : 2)
      .subarray(0, 2);
  const resolution = nanos
    ? Buffer.concat([half(9), half(1), Uint8Array.of(9, 0, 0, 0), half(0), half(0)])
    : new Uint8Array(0);
  const pieces = [
    block(
      0x0a0d0d0a,
      words(littleEndian, [0x1a2b3c4d, littleEndian ? 1 : 0x00010000, 0xffffffff, 0xffffffff]),
    ),
    block(1, Uint8Array.from(Buffer.concat([half(link), half(0), words(littleEndian, [0]), resolution]))),
  ];
  for (const { time, bytes } of frames) {
    const ticks = BigInt(time) * (nanos ? 1000n : 1n);
    const head = [0, Number(ticks >> 32n), Number(ticks & 0xffffffffn), bytes.length, bytes.length];
    pieces.push(block(6, Uint8Array.from(Buffer.concat([words(littleEndian, head), bytes]))));
  }
  return Uint8Array.from(Buffer.concat(pieces));
}

function words(littleEndian: boolean, values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [at, value] of values.entries()) view.setUint32(at * 4, value >>> 0, littleEndian);
  return bytes;
}
