/** The head of an HTTP/1.1 message, as far as the upgrade to WebSocket needs it [RFC 9112]. */

/** A longer head is none: the same bound as real servers have. */
export const LONGEST_HEAD = 8_192;

const CR = 13;
const LF = 10;
const TAB = 9;
/** A field name is a token; a value holds no control character but the tab. */
const FIELD = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/;

export interface HttpHead {
  /** The request line or the status line. */
  readonly start: string;
  /** By name in lower case; several of one name are joined by commas. */
  readonly fields: ReadonlyMap<string, string>;
}

/**
 * The offset after the empty line that ends a head; 0 while it has not come.
 *
 * @param from the head begins there
 */
export function endOfHead(bytes: Uint8Array, from = 0): number {
  for (let at = from + 3; at < bytes.length; at++) {
    if (bytes[at] !== LF || bytes[at - 1] !== CR) continue;
    if (bytes[at - 2] === LF && bytes[at - 3] === CR) return at + 1;
  }
  return 0;
}

/** @returns undefined for bytes that are no head, or that begin with white space to fold a line. */
export function parseHead(bytes: Uint8Array): HttpHead | undefined {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  const [start = '', ...lines] = text.split('\r\n');
  const fields = new Map<string, string>();
  for (const line of lines) {
    if (line === '') break;
    const match = FIELD.exec(line);
    if (match === null) return undefined;
    const name = match[1]!.toLowerCase();
    const known = fields.get(name);
    fields.set(name, known === undefined ? match[2]! : `${known}, ${match[2]}`);
  }
  return { start, fields };
}

/** The parts of a list that is separated by commas, `Connection: keep-alive, Upgrade`. */
export function listed(head: HttpHead, name: string): string[] {
  const value = head.fields.get(name);
  if (value === undefined) return [];
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** True when a list names a token, in whatever case. */
export function names(head: HttpHead, field: string, token: string): boolean {
  return listed(head, field).some((part) => part.toLowerCase() === token);
}

/** True for bytes that are the beginning of no head, such as a packet of MQTT: they hold control characters. */
export function holdsNoHead(bytes: Uint8Array): boolean {
  return bytes.some((byte) => byte < 0x20 && byte !== CR && byte !== LF && byte !== TAB);
}
