/** Events in the words of the lessons. */
import type { ParameterValue } from 'mqtt-amber';
import { describe, expect, it } from 'vitest';
import { readTrace } from '../../src/trace/reader.ts';
import { readStory } from '../../viz/index/trace-index.ts';
import { connectionText } from '../../viz/layout/connection-text.ts';
import { plainSentenceOf } from '../../viz/layout/plain-sentence.ts';
import { whyChain } from '../../viz/layout/why.ts';
import { LESSONS } from '../../viz/lessons/lessons.ts';
import { recorded } from './recorded.ts';

/** A run of a lesson, in words: of each event, and of the causes of one. */
async function told(name: string, value: ParameterValue) {
  const { change, seed, story: path } = LESSONS.find((lesson) => lesson.name === name)!;
  const text = await recorded(`${path}.ts`, { seed, parameters: { [change.parameter]: value } });
  const { header, list, footer } = readTrace(new TextEncoder().encode(text));
  const story = readStory({ header, events: list, footer });
  const say = (event: (typeof list)[number]): string => plainSentenceOf(event, story);
  return {
    events: list.map((event) => ({ ...event, text: say(event) })),
    why: (ordinal: number) => whyChain(story, list[ordinal - 1]!).events.map(say),
  };
}

describe('sentences of the lessons', () => {
  it('say why a message is sent again after a cut', async () => {
    const { events, why } = await told('qos-1', 'PUBACK');
    const again = events.find(({ k, text }) => k === 'packet.sent' && /^sensor sends .* dup/i.test(text))!;
    expect(why(again.i)).toEqual([
      'the connection between sensor and hub is cut',
      'sensor finds that its connection to hub is cut',
      'sensor has waited long enough to try to connect again',
      'sensor begins to connect to hub',
      'sensor is connected to hub',
      'sensor sends CONNECT sensor to hub',
      'hub receives CONNECT sensor',
      'hub writes to its disk what it must still know after a crash',
      'hub has that safe on its disk',
      'hub sends CONNACK to sensor',
      'sensor receives CONNACK',
      again.text,
    ]);
  });

  it.each([
    ['qos-0', 'loss'],
    ['qos-0', 'cut'],
    ['qos-2', 'PUBREL'],
  ])('name no fault, connection, timer or record as a trace does: %s, %s', async (name, value) => {
    for (const { text } of (await told(name, value)).events)
      expect(text).not.toMatch(/[\w-][~>][\w-]|\w#\d|\bbatch\b|\btimer\b|\bfault\b|\bcall \d|\bdials\b|→/);
  });

  it('call a connection by those whom it joins', () => {
    expect(connectionText('sensor>hub#2')).toBe('connection 2 of sensor to hub');
    expect(connectionText('the wire')).toBe('the wire');
  });

  it('say what is wrong from when on, and when that is over', async () => {
    const lost = (await told('qos-0', 'loss')).events.map(({ text }) => text);
    expect(lost).toContain('the line between sensor and hub begins to lose pieces of what it carries');
    expect(lost).toContain('what was wrong with the line between sensor and hub is over');
    expect(lost).toContain('sensor sends a piece to hub again');
  });
});
