/**
 * Checks as strictly as the standard asks: `fatal` refuses ill-formed UTF-8, `ignoreBOM` keeps U+FEFF [3.1.1/MQTT-1.5.3-3]
 * [5.0/MQTT-1.5.4-3].
 */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Strings longer than this are left to the decoder of the host, which is faster on them. */
const SHORT = 32;

/**
 * The string in bytes `from` to `to`. The caller knows they are well-formed: {@link faultAt} found nothing.
 * Short ASCII, which is nearly everything in MQTT, never leaves this function.
 */
export function textOf(bytes: Uint8Array, from: number, to: number, ascii: boolean): string {
  if (ascii && to - from <= SHORT) {
    // At once from an array: a string joined from characters would be a rope, slower to read ever after.
    const codes = new Array<number>(to - from);
    for (let i = from; i < to; i++) codes[i - from] = bytes[i]!;
    return String.fromCharCode.apply(null, codes);
  }
  return decoder.decode(bytes.subarray(from, to));
}

/**
 * Where the bytes stop being well-formed UTF-8 without U+0000: the index of the first byte of the offending sequence,
 * or -1 when all is well. Surrogates and overlong forms are ill-formed (Table 3-7 of the Unicode Standard).
 */
export function faultAt(bytes: Uint8Array, from: number, to: number): number {
  for (let i = from; i < to; ) {
    const first = bytes[i]!;
    if (first < 0x80) {
      if (first === 0) return i;
      i++;
      continue;
    }
    let tail: number;
    let low = 0x80;
    let high = 0xbf;
    if (first >= 0xc2 && first <= 0xdf) {
      tail = 1;
    } else if (first >= 0xe0 && first <= 0xef) {
      tail = 2;
      if (first === 0xe0) low = 0xa0;
      else if (first === 0xed) high = 0x9f;
    } else if (first >= 0xf0 && first <= 0xf4) {
      tail = 3;
      if (first === 0xf0) low = 0x90;
      else if (first === 0xf4) high = 0x8f;
    } else {
      return i;
    }
    if (i + tail >= to) return i;
    const second = bytes[i + 1]!;
    if (second < low || second > high) return i;
    for (let k = 2; k <= tail; k++) if ((bytes[i + k]! & 0xc0) !== 0x80) return i;
    i += tail + 1;
  }
  return -1;
}

/**
 * Whether a payload is what a Payload Format Indicator of 1 promises: well-formed UTF-8 [5.0/3.3.2.3.2]. A receiver
 * may check that and answer 0x99; decoding does not, since such a packet is neither malformed nor a protocol error.
 */
export function isUtf8(payload: Uint8Array): boolean {
  for (let from = 0; from < payload.length; ) {
    const fault = faultAt(payload, from, payload.length);
    if (fault < 0) return true;
    if (payload[fault] !== 0) return false;
    from = fault + 1;
  }
  return true;
}

/** Bytes of the text in UTF-8; -1 if it has a lone surrogate or U+0000, which MQTT cannot carry. */
export function encodedBytes(text: string): number {
  const length = text.length;
  let bytes = length;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      if (unit === 0) return -1;
    } else if (unit < 0x800) {
      bytes++;
    } else if (unit < 0xd800 || unit >= 0xe000) {
      bytes += 2;
    } else {
      const low = i + 1 < length ? text.charCodeAt(i + 1) : 0;
      if (unit >= 0xdc00 || low < 0xdc00 || low >= 0xe000) return -1;
      bytes += 2;
      i++;
    }
  }
  return bytes;
}

/** Writes a text that {@link encodedBytes} accepted; returns where it ends. */
export function writeText(text: string, into: Uint8Array, at: number): number {
  let to = at;
  const length = text.length;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      into[to++] = unit;
    } else if (unit < 0x800) {
      into[to++] = 0xc0 | (unit >> 6);
      into[to++] = 0x80 | (unit & 0x3f);
    } else if (unit < 0xd800 || unit >= 0xe000) {
      into[to++] = 0xe0 | (unit >> 12);
      into[to++] = 0x80 | ((unit >> 6) & 0x3f);
      into[to++] = 0x80 | (unit & 0x3f);
    } else {
      const point = 0x10000 + ((unit - 0xd800) << 10) + (text.charCodeAt(++i) - 0xdc00);
      into[to++] = 0xf0 | (point >> 18);
      into[to++] = 0x80 | ((point >> 12) & 0x3f);
      into[to++] = 0x80 | ((point >> 6) & 0x3f);
      into[to++] = 0x80 | (point & 0x3f);
    }
  }
  return to;
}
