/** What the codec refuses, as offences of a client: all that a client could send, and that is a whole packet. */
import { Framer } from '../../../src/mqtt/codec/framer.ts';
import { type Refused, refused50, refused311, refusedBytes } from '../../mqtt/codec/refused.ts';
import type { Offence } from './offence.ts';

const CONNECT = 1;
/** CONNACK, SUBACK, UNSUBACK and PINGRESP are no packets of a client, however well they are formed. */
const OF_SERVERS = new Set([2, 9, 11, 13]);
/** Where the Protocol Level of a CONNECT stands that is called MQTT. */
const LEVEL_AT = 8;

const UNKNOWN_LEVEL = '3.1.1/MQTT-3.1.2-2';
const UNACCEPTABLE_PROTOCOL_VERSION = 'connack 0x01';

function isWhole(bytes: Uint8Array): boolean {
  const framer = new Framer();
  try {
    framer.push(bytes);
    return framer.next() !== undefined;
  } catch {
    return true;
  }
}

const inHex = (code: number): string => `0x${code.toString(16)}`;

function offencesOf(version: Offence['version'], rows: readonly Refused[]): Offence[] {
  return rows.flatMap(([title, sent, , rule, reasonCode]): Offence[] => {
    const what = title.replace(/ \[trap \d+\]$/, '');
    const bytes = refusedBytes(sent);
    const type = (bytes[0] ?? 0) >> 4;
    if (!isWhole(bytes) || OF_SERVERS.has(type)) return [];
    if (type !== CONNECT) {
      const answer = version === '5.0' ? `refusal ${inHex(reasonCode)}` : 'close';
      return [{ what, version, state: 'connected', before: [], sent, rule, answer }];
    }
    // Who does not say 5.0 is answered in the words of 3.1.1, where it stands as well.
    if (version === '5.0' && bytes[LEVEL_AT] !== 5) return [];
    const before5 = rule === UNKNOWN_LEVEL ? UNACCEPTABLE_PROTOCOL_VERSION : 'close';
    const answer = version === '5.0' ? `connack ${inHex(reasonCode)}` : before5;
    return [{ what, version, state: 'before CONNECT', before: [], sent, rule, answer }];
  });
}

export const refusedOffences: readonly Offence[] = [
  ...offencesOf('3.1.1', refused311),
  ...offencesOf('5.0', refused50),
];
