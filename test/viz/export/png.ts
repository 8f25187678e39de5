/** The pixels of a PNG of 8 bits a channel, as renderers write it. */
import { inflateSync } from 'node:zlib';

export interface Pixels {
  width: number;
  height: number;
  /** As `#rrggbb`. */
  at(x: number, y: number): string;
  /** Every colour with the number of its pixels. */
  colours(): Map<string, number>;
}

export function pixelsOf(png: Buffer): Pixels {
  let width = 0;
  let height = 0;
  let channels = 0;
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') {
      width = body.readUInt32BE(0);
      height = body.readUInt32BE(4);
      if (body[8] !== 8) throw new Error(`${body[8]} bits a channel`);
      channels = body[9] === 6 ? 4 : 3;
    } else if (type === 'IDAT') data.push(body);
    at += 12 + length;
  }
  const raw = inflateSync(Buffer.concat(data));
  const stride = width * channels;
  const rows = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)]!;
    for (let x = 0; x < stride; x++) {
      const value = raw[y * (stride + 1) + 1 + x]!;
      const left = x < channels ? 0 : rows[y * stride + x - channels]!;
      const up = y === 0 ? 0 : rows[(y - 1) * stride + x]!;
      const corner = x < channels || y === 0 ? 0 : rows[(y - 1) * stride + x - channels]!;
      rows[y * stride + x] = value + guessed(filter, left, up, corner);
    }
  }
  const offset = (x: number, y: number): number => y * stride + x * channels;
  const named = (colour: number): string => `#${colour.toString(16).padStart(6, '0')}`;
  return {
    width,
    height,
    at: (x, y) => named(rows.readUIntBE(offset(x, y), 3)),
    colours() {
      const counts = new Map<number, number>();
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const colour = rows.readUIntBE(offset(x, y), 3);
          counts.set(colour, (counts.get(colour) ?? 0) + 1);
        }
      }
      return new Map([...counts].map(([colour, count]) => [named(colour), count]));
    },
  };
}

function guessed(filter: number, left: number, up: number, corner: number): number {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    default:
      return paeth(left, up, corner);
  }
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const byLeft = Math.abs(guess - left);
  const byUp = Math.abs(guess - up);
  const byCorner = Math.abs(guess - corner);
  if (byLeft <= byUp && byLeft <= byCorner) return left;
  return byUp <= byCorner ? up : corner;
}
