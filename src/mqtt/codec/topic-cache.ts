import { topicNameFault } from '../topic/index.ts';
import type { Reader } from './reader.ts';

/** A power of two. Topics repeat, so nearly every PUBLISH finds its topic here instead of building a string. */
const SLOTS = 16_384;
const LONGEST = 96;

/** Valid ASCII Topic Names by a hash of their bytes. What is found is compared in full, so a clash is only slower. */
const slots: string[] = new Array(SLOTS).fill('');

/**
 * Reads a Topic Name, the first field of PUBLISH [5.0/MQTT-3.3.2-1], and checks it. With `mayBeEmpty` (5.0, where a Topic Alias may
 * stand for it) the caller has to look for the alias.
 */
export function readTopicName(reader: Reader, mayBeEmpty: boolean): string {
  const start = reader.at;
  const from = start + 2;
  const length = reader.twoBytes('Topic Name');
  const to = from + length;
  if (to > reader.end) reader.truncated('Topic Name', start, length + 2);
  if (length > LONGEST || length === 0) return readUncached(reader, start, mayBeEmpty);

  const known = rememberedTopic(reader.bytes, from, length);
  if (known !== undefined) {
    reader.at = to;
    return known;
  }
  const topic = readUncached(reader, start, mayBeEmpty);
  if (topic.length !== length) return topic;
  const slot = slotOf(reader.bytes, from, length);
  slots[slot ^ 1] = slots[slot]!;
  slots[slot] = topic;
  return topic;
}

/** The Topic Name in these bytes, if it was read not long ago, so that nothing is wrong with it. */
export function rememberedTopic(bytes: Uint8Array, from: number, length: number): string | undefined {
  if (length > LONGEST || length === 0) return undefined;
  const slot = slotOf(bytes, from, length);
  const known = slots[slot]!;
  if (isText(known, bytes, from, length)) return known;
  // Two topics of one slot are both remembered: the newer one is where it belongs, the other one beside it.
  const other = slots[slot ^ 1]!;
  return isText(other, bytes, from, length) ? other : undefined;
}

function isText(text: string, bytes: Uint8Array, from: number, length: number): boolean {
  if (text.length !== length) return false;
  let i = 0;
  while (i < length && text.charCodeAt(i) === bytes[from + i]!) i++;
  return i === length;
}

function slotOf(bytes: Uint8Array, from: number, length: number): number {
  let hash = length;
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ bytes[from + i]!, 0x01000193);
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}

function readUncached(reader: Reader, start: number, mayBeEmpty: boolean): string {
  reader.at = start;
  const topic = reader.string('Topic Name');
  if (topic === '' && mayBeEmpty) return topic;
  const fault = topicNameFault(topic);
  if (fault !== undefined) {
    const wildcard = fault.since5 === '5.0/MQTT-4.7.0-1';
    reader.malformed(
      `Topic Name ${fault.text}`,
      start,
      wildcard ? '3.1.1/MQTT-3.3.2-2' : fault.before5,
      wildcard ? '5.0/MQTT-3.3.2-2' : fault.since5,
    );
  }
  return topic;
}
