/** A stream of bytes that is cut into units, whatever the pieces are in which it comes: MQTT packets, WebSocket frames. */

/** Is told the pieces, in order. */
export interface PieceSink {
  /**
   * @param unit the whole unit that ends with these bytes; undefined when it goes on.
   * @param malformed why nothing more can be cut: the unit is all that is known of it.
   */
  piece(bytes: Uint8Array, unit: Uint8Array | undefined, malformed?: string): void;
}

/** The first bytes of all parts together, at most `limit`. */
export function concatenate(parts: readonly Uint8Array[], limit = Number.POSITIVE_INFINITY): Uint8Array {
  if (parts.length === 1 && parts[0]!.length <= limit) return parts[0]!;
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(Math.min(limit, length));
  let at = 0;
  for (const part of parts) {
    if (at + part.length >= whole.length) {
      whole.set(part.subarray(0, whole.length - at), at);
      break;
    }
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
