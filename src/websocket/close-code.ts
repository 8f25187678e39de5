/** Why a WebSocket ends, as a number in its Close frame [RFC 6455 section 7.4.1]: those that this implementation sends or expects. */
export const NORMAL = 1000;
export const PROTOCOL_ERROR = 1002;
export const UNSUPPORTED_DATA = 1003;
/** Never on the wire: a Close frame came without a code. */
export const NO_CODE = 1005;
export const INVALID_PAYLOAD = 1007;
export const MESSAGE_TOO_BIG = 1009;

/** True for a code that may stand in a Close frame: 1004 to 1006 and 1015 may not, and what nobody has registered has no meaning. */
export function mayBeSent(code: number): boolean {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

/** The peer broke RFC 6455, or sent what this end does not take: the connection has to fail [section 7.1.7]. */
export class WebSocketError extends Error {
  override readonly name = 'WebSocketError';
  /** The code of the Close frame that says so. */
  readonly code: number;
  /** `RFC 6455 5.5`, or a statement of MQTT. */
  readonly rule: string;

  constructor(code: number, rule: string, message: string) {
    super(message);
    this.code = code;
    this.rule = rule;
  }
}
