/**
 * Bytes that are no packet, or a packet that has no bytes: what the codec throws, and all it throws.
 *
 * In a server's answer to a CONNECT before 5.0, reason 0x84 becomes Connect Return code 1 and 0x85 becomes 2; every
 * other reason closes the connection without an answer [3.1.1/MQTT-3.1.4-1].
 */
export class CodecError extends Error {
  override readonly name = 'CodecError';
  /**
   * Bytes from the start of the packet to what is wrong. When encoding: where it would have been written, taking the
   * fixed header as two bytes long.
   */
  readonly offset: number;
  /** The statement that forbids it, `5.0/MQTT-3.3.1-4`, or the section where it has no id, `5.0/2.2.2.2`. */
  readonly rule: string;
  /** The 5.0 Reason Code to answer with: 0x81 malformed, 0x82 protocol error, or the one the standard names. */
  readonly reasonCode: number;

  constructor(message: string, offset: number, rule: string, reasonCode: number) {
    super(`${message} (byte ${offset}, ${rule})`);
    this.offset = offset;
    this.rule = rule;
    this.reasonCode = reasonCode;
  }
}

export const MALFORMED_PACKET = 0x81;
export const PROTOCOL_ERROR = 0x82;
export const UNSUPPORTED_PROTOCOL_VERSION = 0x84;
export const CLIENT_IDENTIFIER_NOT_VALID = 0x85;
export const TOPIC_ALIAS_INVALID = 0x94;
export const PACKET_TOO_LARGE = 0x95;
