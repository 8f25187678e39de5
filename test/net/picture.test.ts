/** A recording of real clients is a story that the viewer can draw. */
import mqtt from 'mqtt';
import { expect, it } from 'vitest';
import { isDrawn } from '../../viz/index/group.ts';
import { readStory } from '../../viz/index/trace-index.ts';
import { readFacts } from '../../viz/layout/packet-facts.ts';
import { buildScene, stage } from '../../viz/layout/scene.ts';
import { layoutSequence } from '../../viz/layout/sequence.ts';
import { tableMeasure } from '../../viz/layout/text-measure.ts';
import { broker, Watch } from './stage.ts';

it('gives every client a lane, and every packet that was taken an arrival', async () => {
  const watch = new Watch();
  const server = await broker({ trace: watch.trace });
  const url = `mqtt://127.0.0.1:${server.address.port}`;
  for (const round of [1, 2]) {
    const client = await mqtt.connectAsync(url, { clientId: 'a/sensor', reconnectPeriod: 0 });
    await client.subscribeAsync('x', { qos: 2 });
    await client.publishAsync('x', `${round}`, { qos: 2 });
    await client.endAsync();
  }
  await server.close();
  const story = readStory({ header: watch.trace.header, events: watch.events, footer: undefined });
  expect(story.nodes.map(({ name, role }) => `${role} ${name}`)).toEqual([
    'broker broker',
    'client a_sensor',
  ]);
  expect(story.connections.map(({ name }) => name)).toEqual(['a_sensor>broker#1', 'a_sensor>broker#2']);
  const flights = Array.from({ length: story.flightCount }, (_, each) => story.flight(each));
  expect(flights.filter(({ end }) => end === undefined)).toEqual([]);
  const publish = flights.find(({ sent, from }) => from === 'broker' && sent.bytes[0]! >> 4 === 3)!;
  const causes = watch.events[publish.sent.c - 1]!;
  expect(causes).toMatchObject({ k: 'packet.received', n: 'broker' });
  const scene = buildScene(stage(story, new Set()), 1_000, 1, tableMeasure, readFacts);
  expect(watch.events.some(isDrawn)).toBe(true);
  expect(layoutSequence(scene, 0, 2_000).arrows.length).toBeGreaterThan(10);
});
