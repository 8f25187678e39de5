/** What a client must not send, what the connection has gone through before, and how a server has to answer. */
import type { Dialogue } from '../../../src/dialogue/dialogue.ts';
import { parseDialogue } from '../../../src/dialogue/parse.ts';
import { hexOf } from '../../mqtt/codec/bytes.ts';
import { refusedBytes } from '../../mqtt/codec/refused.ts';

export interface Offence {
  /** Tells it from all others, with its version. */
  readonly what: string;
  readonly version: '3.1.1' | '5.0';
  readonly state: 'before CONNECT' | 'connected' | 'in an exchange';
  /** What is said after CONNACK and before it, as lines of a dialogue; `###` stands for the number of the offence. */
  readonly before: readonly string[];
  /** A packet as dialogues write it, or bytes in the notation of {@link refusedBytes}. */
  readonly sent: string;
  /** The statement it breaks, or the section where it has no number. */
  readonly rule: string;
  /**
   * `close`, `connack 0x81` and the end, or `refusal 0x82`: DISCONNECT with this code and the end. Saying why is a MAY for CONNACK and a
   * SHOULD for DISCONNECT [5.0/4.13.1]; the end is none.
   */
  readonly answer: string;
  /** What the broker is told, as in the header of a dialogue. */
  readonly broker?: string;
}

const PACKET = /^[a-z]{3,}\b/;

/** The bytes of an offence, or the packet as it is written. */
export function sentBy({ sent }: Offence, number: string): string {
  const text = sent.replaceAll('###', number);
  return PACKET.test(text) ? text : `hex ${hexOf(refusedBytes(text)).replace(/..(?=.)/g, '$& ')}`;
}

/**
 * The offence as a dialogue. Somebody else looks on: it hears itself before and after, hears the will of whoever was connected, and
 * nothing else.
 */
export function dialogueOf(offence: Offence, index: number): Dialogue {
  const number = `${index}`.padStart(3, '0');
  const { what, version, rule, state, broker = '' } = offence;
  const hears = (payload: string, id: number) => [
    `watcher > publish news/${number} "${payload}" qos=1 id=${id}`,
    'any order:',
    `  watcher < puback ${id} *`,
    `  watcher < publish news/${number} "${payload}" qos=1 id=?${payload}`,
    `watcher > puback ?${payload}`,
  ];
  const connected = [
    `offender connects clientId=offender${number} willTopic=will/${number} willPayload="gone" willQos=1`,
    ...offence.before.map((line) => line.replaceAll('###', number)),
  ];
  const mourns = [`watcher < publish will/${number} "gone" qos=1 id=?will`, 'watcher > puback ?will'];
  const answer = offence.answer.startsWith('connack')
    ? [`offender < ${offence.answer}`, 'offender < close']
    : [`offender < ${offence.answer}`];
  const lines = [
    `title: ${what}`,
    `versions: ${version}`,
    `proves: ${rule}`,
    `broker: ${broker}`,
    `watcher connects clientId=watcher${number}`,
    `watcher > subscribe 1 news/${number}@1 will/${number}@1`,
    'watcher < suback 1 1 1',
    ...hears('before', 1),
    ...(state === 'before CONNECT' ? [] : connected),
    `offender > ${sentBy(offence, number)}`,
    ...answer,
    ...(state === 'before CONNECT' ? [] : mourns),
    ...hears('after', 2),
  ];
  return parseDialogue(lines.join('\n'), `${what} (${version})`);
}
