/** How `amber sub --format` prints a message: the letters of mosquitto_sub. */
import type { MessagePacket } from '../net/client.ts';
import { usage } from './option-values.ts';

type Piece = (packet: MessagePacket) => string | Uint8Array;

const MILLIS_A_SECOND = 1_000;

const LETTERS: Readonly<Record<string, Piece>> = {
  '%': () => '%',
  t: ({ topic }) => topic,
  p: ({ payload }) => payload,
  x: ({ payload }) => payload.toString('hex'),
  X: ({ payload }) => payload.toString('hex').toUpperCase(),
  l: ({ payload }) => `${payload.length}`,
  q: ({ qos }) => `${qos}`,
  r: ({ retain }) => (retain ? '1' : '0'),
  U: () => (Date.now() / MILLIS_A_SECOND).toFixed(3),
  I: () => new Date().toISOString(),
  C: ({ properties }) => properties?.contentType ?? '',
  D: ({ properties }) => properties?.correlationData ?? '',
  E: ({ properties }) => `${properties?.messageExpiryInterval ?? ''}`,
  F: ({ properties }) => `${properties?.payloadFormatIndicator ?? ''}`,
  P: ({ properties }) =>
    (properties?.userProperties ?? []).map(([name, value]) => `${name}:${value}`).join(' '),
  R: ({ properties }) => properties?.responseTopic ?? '',
  S: ({ properties }) => (properties?.subscriptionIdentifiers ?? []).join(' '),
};
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  e: '\x1b',
  '0': '\0',
  '\\': '\\',
};

/** @throws CommandError for a letter it does not know */
export function messageFormat(format: string): (packet: MessagePacket) => Uint8Array {
  const pieces: Piece[] = [];
  for (const [text] of format.matchAll(/[%\\].?|[^%\\]+/gsu)) {
    if (text.startsWith('%')) {
      const piece = LETTERS[text.slice(1)];
      if (piece === undefined)
        throw usage(`--format has no '${text}'; it has %${Object.keys(LETTERS).join(' %')}`);
      pieces.push(piece);
    } else {
      const plain = text.startsWith('\\') ? (ESCAPES[text.slice(1)] ?? text) : text;
      pieces.push(() => plain);
    }
  }
  return (packet) =>
    Buffer.concat(
      pieces.map((piece) => {
        const made = piece(packet);
        return typeof made === 'string' ? Buffer.from(made) : made;
      }),
    );
}
