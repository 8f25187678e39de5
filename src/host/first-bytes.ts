/** What a connection between processes carries, by the first bytes on it. */
import { CodecError } from '../mqtt/codec/codec-error.ts';
import { decode } from '../mqtt/codec/decode.ts';
import { packetLength } from '../mqtt/codec/packet-cutter.ts';

const CONNECT = 0x10;
const SHOWN = 40;

export type Carried = 'mqtt' | 'websocket' | 'bytes';

/**
 * What begins with CONNECT is MQTT, however it goes on, and so is what begins with any other packet that is well-formed: who says that instead is
 * to blame for it.
 */
export function carriedBy(bytes: Uint8Array): Carried {
  if (bytes.length === 0 || bytes[0] === CONNECT) return 'mqtt';
  if (asksForWebSocket(bytes)) return 'websocket';
  const length = packetLength(bytes, 0);
  return length > 0 && length <= bytes.length && isPacket(bytes.subarray(0, length)) ? 'mqtt' : 'bytes';
}

/** The first line of text, or the first bytes as numbers. */
export function shownBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, SHOWN)).toString('latin1');
  const [line] = /^[ -~]+/.exec(text) ?? [];
  if (line !== undefined) return line;
  return Buffer.from(bytes.subarray(0, 8))
    .toString('hex')
    .replace(/..(?=.)/g, '$& ');
}

/** Whether a request begins that asks to speak in frames from then on. */
function asksForWebSocket(bytes: Uint8Array): boolean {
  return (
    bytes[0] === 0x47 && /^GET \/.*\r\nupgrade: *websocket\r\n/is.test(Buffer.from(bytes).toString('latin1'))
  );
}

function isPacket(bytes: Uint8Array): boolean {
  return ([4, 5] as const).some((version) => {
    try {
      decode(bytes, version);
      return true;
    } catch (error) {
      if (error instanceof CodecError) return false;
      throw error;
    }
  });
}
