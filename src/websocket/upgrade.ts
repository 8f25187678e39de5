/**
 * The opening handshake [RFC 6455 section 4]: the client's request, the server's response, and what each makes of
 * the other's.
 */
import { type HttpHead, listed, names, parseHead } from './http-head.ts';
import { acceptOf, asciiBytes, isKey } from './key.ts';
import { chosenSubprotocol } from './subprotocol.ts';

const VERSION = '13';

export interface UpgradeRequest {
  host: string;
  /** Begins with a slash. */
  path: string;
  /** What the client would speak, in the order of its preference. */
  subprotocols: readonly string[];
  /** From {@link newKey}. */
  key: string;
}

export function requestBytes({ host, path, subprotocols, key }: UpgradeRequest): Uint8Array {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${key}`,
    `Sec-WebSocket-Version: ${VERSION}`,
  ];
  if (subprotocols.length > 0) lines.push(`Sec-WebSocket-Protocol: ${subprotocols.join(', ')}`);
  return headBytes(lines);
}

/** What a server answers: an upgrade, or the reason why there is none. */
export interface UpgradeAnswer {
  readonly bytes: Uint8Array;
  /** Undefined when the request was refused; then the connection is closed. */
  readonly subprotocol: string | undefined;
}

/** Answers a whole request. A server of MQTT speaks nothing but MQTT [3.1.1/MQTT-6.0.0-3] [5.0/MQTT-6.0.0-3]. */
export function answerTo(request: Uint8Array): UpgradeAnswer {
  const head = parseHead(request);
  const line = head && /^([A-Z]+) (\S+) HTTP\/1\.(\d)$/.exec(head.start);
  if (head === undefined || line === null || line === undefined) {
    return refusal('400 Bad Request', 'this is no HTTP request');
  }
  if (line[1] !== 'GET')
    return refusal('405 Method Not Allowed', 'an upgrade is asked for by GET', 'Allow: GET');
  if (line[3] === '0' || !head.fields.has('host')) {
    return refusal('400 Bad Request', 'an upgrade needs HTTP/1.1 and a Host');
  }
  if (!names(head, 'upgrade', 'websocket') || !names(head, 'connection', 'upgrade')) {
    return refusal(
      '426 Upgrade Required',
      'this is an MQTT server: connect by WebSocket',
      'Upgrade: websocket',
    );
  }
  if (head.fields.get('sec-websocket-version') !== VERSION) {
    // Section 4.4: the answer says which version would do.
    return refusal(
      '426 Upgrade Required',
      'unknown version of WebSocket',
      `Sec-WebSocket-Version: ${VERSION}`,
    );
  }
  const key = head.fields.get('sec-websocket-key') ?? '';
  if (!isKey(key)) return refusal('400 Bad Request', 'the key is not 16 bytes in base64');
  const subprotocol = chosenSubprotocol(listed(head, 'sec-websocket-protocol'));
  if (subprotocol === undefined) {
    return refusal('400 Bad Request', 'the WebSocket subprotocol has to be mqtt');
  }
  const bytes = headBytes([
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${acceptOf(key)}`,
    `Sec-WebSocket-Protocol: ${subprotocol}`,
  ]);
  return { bytes, subprotocol };
}

/** The answer to a request that is no end. */
export function refusalOfLongHead(): UpgradeAnswer {
  return refusal('431 Request Header Fields Too Large', 'the request is too long');
}

function refusal(status: string, why: string, ...fields: string[]): UpgradeAnswer {
  const body = `${why}\n`;
  const lines = [`HTTP/1.1 ${status}`, ...fields, 'Connection: close', 'Content-Type: text/plain'];
  const head = headBytes([...lines, `Content-Length: ${body.length}`]);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(asciiBytes(body), head.length);
  return { bytes, subprotocol: undefined };
}

/** What a client makes of the response: the subprotocol that both speak from now on, or why the connection has to fail. */
export type UpgradeOutcome = { readonly subprotocol: string } | { readonly problem: string };

/** Reads a whole response to a request [section 4.1]. */
export function outcomeOf(response: Uint8Array, request: UpgradeRequest): UpgradeOutcome {
  const head = parseHead(response);
  const line = head && /^HTTP\/1\.1 (\d{3})(?: (.*))?$/.exec(head.start);
  if (head === undefined || line === null || line === undefined) return { problem: 'the answer is no HTTP' };
  if (line[1] !== '101')
    return { problem: `the server refused the upgrade: ${line[1]} ${line[2] ?? ''}`.trim() };
  if (!upgrades(head)) return { problem: 'the server upgrades to something other than WebSocket' };
  if (head.fields.get('sec-websocket-accept') !== acceptOf(request.key)) {
    return { problem: "the server's Sec-WebSocket-Accept does not belong to the key" };
  }
  if (listed(head, 'sec-websocket-extensions').length > 0) {
    return { problem: 'the server uses an extension that nobody asked for' };
  }
  const subprotocol = head.fields.get('sec-websocket-protocol') ?? '';
  if (!request.subprotocols.includes(subprotocol)) {
    const what =
      subprotocol === '' ? 'no subprotocol' : `the subprotocol ${subprotocol}, which nobody asked for`;
    return { problem: `the server answered with ${what}` };
  }
  return { subprotocol };
}

function upgrades(head: HttpHead): boolean {
  return head.fields.get('upgrade')?.toLowerCase() === 'websocket' && names(head, 'connection', 'upgrade');
}

function headBytes(lines: readonly string[]): Uint8Array {
  return asciiBytes(`${lines.join('\r\n')}\r\n\r\n`);
}
