import { createRequire } from 'node:module';
import { TopicTrie } from '../src/mqtt/topic/index.ts';
import { beside, median, type Pace, type Row } from './measure.ts';
import { heldBytes } from './memory.ts';

/** What of qlobber is used here; it has no types of its own. It comes with aedes. */
interface Qlobber {
  add(filter: string, value: number): void;
  match(topic: string): number[];
}

const require = createRequire(import.meta.url);
const { Qlobber: QlobberClass } = require('qlobber') as { Qlobber: new (options: object) => Qlobber };
/** What a broker gives qlobber to speak MQTT. */
const QLOBBER_OPTIONS = { wildcard_one: '+', wildcard_some: '#', separator: '/', cache_adds: false };

const SUBSCRIPTIONS = 20_000;
const TOPICS = 20_000;
const ROUNDS: Record<Pace, number> = { full: 7, smoke: 1 };
/** At least so long goes a round over its topics: in one that is over in a third of a millisecond most time is that of memory gone cold. */
const ROUND_MILLIS: Record<Pace, number> = { full: 60, smoke: 2 };
/** Times qlobber. */
const UNCACHED = { floor: 1.3, goal: 2 };
const REPEATED = { floor: 10, goal: 50 };
/** Bytes. */
const SUBSCRIPTION = { floor: 150, goal: 110 };

/** A plant: most subscriptions are to one device, some to all of a kind, a few to everything. */
function filterOf(i: number): string {
  const device = `site/${i % 20}/device/${i}`;
  if (i % 1000 === 0) return `site/${i % 20}/#`;
  if (i % 100 === 1) return `site/+/device/${i}/alarm`;
  if (i % 10 === 2) return `${device}/+`;
  if (i % 10 === 3) return `${device}/#`;
  return `${device}/${i % 2 === 0 ? 'state' : 'command'}`;
}

function topicOf(i: number): string {
  const device = (i * 7919) % SUBSCRIPTIONS;
  return `site/${device % 20}/device/${device}/${['state', 'command', 'alarm'][i % 3]}`;
}

/** Matches a second over a list of topics, alternating between the two so that a noisy neighbour meets both. */
function compare(
  what: string,
  topics: string[],
  pace: Pace,
  ours: (topic: string) => unknown,
  theirs: (topic: string) => unknown,
): Row {
  const time = (match: (topic: string) => unknown): number => {
    const start = performance.now();
    let matched = 0;
    let now = start;
    while (now - start < ROUND_MILLIS[pace]) {
      for (let i = 0; i < topics.length; i++) match(topics[i]!);
      matched += topics.length;
      now = performance.now();
    }
    return (matched * 1000) / (now - start);
  };
  time(ours);
  time(theirs);
  const oursRates: number[] = [];
  const theirRates: number[] = [];
  for (let round = 0; round < ROUNDS[pace]; round++) {
    oursRates.push(time(ours));
    theirRates.push(time(theirs));
  }
  return beside(what, 'topics/s', median(oursRates), 'qlobber', median(theirRates));
}

/** Row 11 of the goals: topic matching beside qlobber, and the bytes of a subscription. */
export function topicRows(pace: Pace): Row[] {
  const trie = new TopicTrie<number, number>();
  const qlobber = new QlobberClass(QLOBBER_OPTIONS);
  for (let i = 0; i < SUBSCRIPTIONS; i++) {
    trie.set(filterOf(i), i, i);
    qlobber.add(filterOf(i), i);
  }
  const topics = Array.from({ length: TOPICS }, (_, i) => topicOf(i));
  for (const topic of topics) {
    const ours = trie.matching(topic).map((entry) => entry.value);
    const theirs = [...qlobber.match(topic)].sort((a, b) => a - b);
    if (ours.join() !== theirs.join()) throw new Error(`${topic}: ${ours} is not ${theirs}`);
  }

  // More topics than are remembered, each once a round: nothing is ever found in the memory.
  const uncached = compare(
    'match, each topic once',
    topics,
    pace,
    (topic) => trie.matching(topic),
    (topic) => qlobber.match(topic),
  );
  const few = topics.map((_, i) => topics[i % 1000]!);
  const repeated = compare(
    'match, 1,000 topics again and again',
    few,
    pace,
    (topic) => trie.matching(topic),
    (topic) => qlobber.match(topic),
  );
  uncached.aim = { row: 11, ...UNCACHED, of: 'ratio' };
  repeated.aim = { row: 11, ...REPEATED, of: 'ratio' };
  return [uncached, repeated, bytesRow()];
}

function bytesRow(): Row {
  const count = 100_000;
  // Strings a broker has anyway, from its sessions, are not the trie's.
  const filters = decoded(count);
  const trie = new TopicTrie<number, number>();
  const before = heldBytes();
  for (let i = 0; i < count; i++) trie.set(filters[i]!, i, i);
  const value = (heldBytes() - before) / trie.size;
  return { what: 'bytes a subscription', value, unit: 'B', aim: { row: 11, ...SUBSCRIPTION } };
}

/** Filters as strings like those that come from decoding, and nothing else left behind. */
function decoded(count: number): string[] {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  return Array.from({ length: count }, (_, i) => decoder.decode(encoder.encode(filterOf(i))));
}
