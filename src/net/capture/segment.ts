/** The TCP segment in a captured frame: through Ethernet, Linux "cooked", loopback or raw links, and IPv4 or IPv6. */
import type { CapturedFrame } from './capture-reader.ts';

export interface Segment {
  /** `10.0.0.1:40312`, `[fe80::1]:1883`. */
  readonly source: string;
  readonly target: string;
  readonly sourcePort: number;
  readonly targetPort: number;
  readonly sequence: number;
  /** What the sender has read so far; undefined when it does not say. */
  readonly acknowledged: number | undefined;
  readonly syn: boolean;
  readonly fin: boolean;
  readonly rst: boolean;
  readonly payload: Uint8Array;
  /** Bytes of payload that were on the wire, of which `payload` may be the beginning. */
  readonly length: number;
}

/** What a frame is, when it is no TCP segment of ours. */
export type Other = 'other' | 'fragment' | 'unknown link';

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
/** 802.1Q and 802.1ad: four more bytes, and the type again. */
const VLAN_TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);
const TCP = 6;
/** Hop-by-hop, routing, destination: eight bytes and more, with a length of their own. */
const EXTENSIONS: ReadonlySet<number> = new Set([0, 43, 60]);
const FRAGMENT = 44;

/** @returns the segment, or what the frame is instead. */
export function segmentOf({ linkType, bytes, length }: CapturedFrame): Segment | Other {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const missing = Math.max(0, length - bytes.length);
  const start = networkOf(linkType, view);
  if (typeof start === 'string') return start;
  if (start + 20 > bytes.length) return 'other';
  const version = bytes[start]! >> 4;
  if (version === 4) return fromIPv4(view, bytes, start, missing);
  return version === 6 ? fromIPv6(view, bytes, start, missing) : 'other';
}

/** Where the packet of IP begins. */
function networkOf(linkType: number, view: DataView): number | Other {
  const { byteLength } = view;
  switch (linkType) {
    case 0: // BSD loopback: the family of addresses as the capturing machine writes a number.
    case 108: // OpenBSD loopback.
      return byteLength < 4 ? 'other' : 4;
    case 1: {
      let at = 12;
      while (at + 2 <= byteLength && VLAN_TAGS.has(view.getUint16(at))) at += 4;
      return at + 2 > byteLength ? 'other' : typed(view.getUint16(at), at + 2);
    }
    case 12: // Raw IP, by three numbers, and by one for each version.
    case 14:
    case 101:
    case 228:
    case 229:
      return 0;
    case 113: // Linux cooked: 16 bytes, the type last.
      return byteLength < 16 ? 'other' : typed(view.getUint16(14), 16);
    case 276: // Linux cooked v2: 20 bytes, the type first.
      return byteLength < 20 ? 'other' : typed(view.getUint16(0), 20);
    default:
      return 'unknown link';
  }
}

function typed(type: number, at: number): number | Other {
  return type === ETHERTYPE_IPV4 || type === ETHERTYPE_IPV6 ? at : 'other';
}

function fromIPv4(view: DataView, bytes: Uint8Array, start: number, missing: number): Segment | Other {
  const header = (bytes[start]! & 0x0f) * 4;
  if (header < 20 || bytes[start + 9] !== TCP) return 'other';
  // More fragments, or not the first.
  if ((view.getUint16(start + 6) & 0x3fff) !== 0) return 'fragment';
  // A segment that the network card is to cut up may have no length.
  const total = view.getUint16(start + 2) || bytes.length + missing - start;
  const address = (at: number) => [...bytes.subarray(at, at + 4)].join('.');
  return fromTcp(view, bytes, start + header, start + total, address(start + 12), address(start + 16));
}

function fromIPv6(view: DataView, bytes: Uint8Array, start: number, missing: number): Segment | Other {
  if (start + 40 > bytes.length) return 'other';
  const length = view.getUint16(start + 4);
  const end = length === 0 ? bytes.length + missing : start + 40 + length;
  let next = bytes[start + 6]!;
  let at = start + 40;
  while (next !== TCP) {
    if (next === FRAGMENT) return 'fragment';
    if (!EXTENSIONS.has(next) || at + 8 > bytes.length) return 'other';
    next = bytes[at]!;
    at += 8 + bytes[at + 1]! * 8;
  }
  return fromTcp(view, bytes, at, end, `[${ipv6(view, start + 8)}]`, `[${ipv6(view, start + 24)}]`);
}

function fromTcp(
  view: DataView,
  bytes: Uint8Array,
  at: number,
  end: number,
  source: string,
  target: string,
): Segment | Other {
  if (at + 20 > bytes.length) return 'other';
  const data = at + (bytes[at + 12]! >> 4) * 4;
  if (data < at + 20 || data > end) return 'other';
  const sourcePort = view.getUint16(at);
  const targetPort = view.getUint16(at + 2);
  const flags = bytes[at + 13]!;
  return {
    source: `${source}:${sourcePort}`,
    target: `${target}:${targetPort}`,
    sourcePort,
    targetPort,
    sequence: view.getUint32(at + 4),
    acknowledged: (flags & 0x10) === 0 ? undefined : view.getUint32(at + 8),
    syn: (flags & 0x02) !== 0,
    fin: (flags & 0x01) !== 0,
    rst: (flags & 0x04) !== 0,
    // Behind it an Ethernet frame may be filled up.
    payload: bytes.subarray(Math.min(data, bytes.length), Math.min(end, bytes.length)),
    length: end - data,
  };
}

/** Eight groups, without shortening the zeros: it is a name, and has to be the same each time. */
function ipv6(view: DataView, at: number): string {
  const groups: string[] = [];
  for (let k = 0; k < 16; k += 2) groups.push(view.getUint16(at + k).toString(16));
  return groups.join(':');
}
