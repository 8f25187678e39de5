import { describe, expect, it } from 'vitest';
import { isDrawn } from '../../viz/index/group.ts';
import { readStory } from '../../viz/index/trace-index.ts';
import { LINES_MAX } from '../../viz/layout/arrow-layout.ts';
import { readFacts } from '../../viz/layout/packet-facts.ts';
import { buildScene, stage } from '../../viz/layout/scene.ts';
import { sentenceOf } from '../../viz/layout/sentence.ts';
import { layoutSequence } from '../../viz/layout/sequence.ts';
import { tableMeasure } from '../../viz/layout/text-measure.ts';
import { record, stories } from './recorded.ts';
import { overlapsOf } from './words.ts';

const WINDOW_HEIGHT = 2_000;

describe('the pictures of the stories in sims/', () => {
  it.each(stories)('%s: every packet, no words on others, no effect above its cause', async (name) => {
    const content = await record(name);
    const scene = buildScene(stage(readStory(content), new Set()), 1_200, 1, tableMeasure, readFacts);
    const seen = new Map<number, number>();
    for (let top = 0; top < scene.axis.height; top += WINDOW_HEIGHT) {
      const list = layoutSequence(scene, top, top + WINDOW_HEIGHT);
      expect(overlapsOf(list)).toEqual([]);
      // A window that holds more than can be told apart counts its packets.
      if (list.tier === 'density') expect(list.packets).toBeGreaterThan(LINES_MAX);
      expect(list.arrows.filter(({ y1, y2 }) => !(y2 >= y1))).toEqual([]);
      for (const arrow of list.arrows) seen.set(arrow.i, arrow.count);
    }
    const sent = content.events.filter((event) => event.k === 'packet.sent');
    expect(sent.length).toBeGreaterThan(10);
    // A folded lane has fewer rows than nodes; only there may things lie on each other.
    if (scene.roster.lanes.some((lane) => lane.nodes.length > 1)) return;
    // Keep-alives that follow one another are one arrow with a number.
    expect([...seen.values()].reduce((sum, count) => sum + count, 0)).toBe(sent.length);
    const upwards = content.events.filter((event) => {
      const cause = content.events[event.c - 1];
      if (cause === undefined || !isDrawn(event) || !isDrawn(cause)) return false;
      return scene.axis.y(event.i - 1) < scene.axis.y(cause.i - 1);
    });
    expect(upwards).toEqual([]);
  });

  it('say what was on the wire of a WebSocket, and draw its handshake by itself, its frames with their packets', async () => {
    const content = await record('websocket.ts');
    const story = readStory(content);
    const frames = content.events.filter(({ k }) => k.startsWith('websocket.'));
    const drawn = frames.filter(isDrawn).map((event) => ('what' in event ? event.what : event.k));
    expect(new Set(drawn)).toEqual(new Set(['request', 'response']));
    const sentences = frames.map((event) => sentenceOf(event, story));
    expect(sentences.slice(0, 2)).toEqual([
      'page sends the request "GET /mqtt HTTP/1.1"',
      'hub receives the request "GET /mqtt HTTP/1.1"',
    ]);
    expect(sentences).toContainEqual(expect.stringMatching(/^stranger sends a text frame of 11 B$/));
    expect(sentences).toContainEqual(expect.stringMatching(/^hub receives a binary frame of 46 B$/));
  });
});
