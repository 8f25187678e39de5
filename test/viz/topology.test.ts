import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TraceEvent } from '../../src/trace/event.ts';
import { readStory } from '../../viz/index/trace-index.ts';
import { FLIGHTS_MAX, Topology, type TopologyPlan } from '../../viz/layout/topology.ts';
import { momentBefore, pictureAt, type TopologyPicture } from '../../viz/layout/topology-picture.ts';
import { placeTopology } from '../../viz/layout/topology-places.ts';
import { ForkAnswers } from '../../viz/worker/answers/fork-answers.ts';
import { TopologyAnswers } from '../../viz/worker/answers/topology-answers.ts';
import { burstFixture, crowdFixture, plantFixture } from './fixture.ts';

const plant = plantFixture();
const story = readStory(plant);
const map = new Topology(story);
const places = placeTopology(map.plan, 1_200, 700);

function at(time: number): TopologyPicture {
  return pictureAt(map.plan, map.window(time, 100_000), places, time);
}

function stationOf(name: string): number {
  return map.plan.stations.find(({ title }) => title === name)!.index;
}

function edgeOf(one: string, other: string): number {
  const ends = [stationOf(one), stationOf(other)].sort((a, b) => a - b);
  return map.plan.edges.find(({ a, b }) => a === ends[0] && b === ends[1])!.index;
}

/** Times at which something happens, and some between them. */
const times = [
  ...new Set(
    plant.events.flatMap(({ t }, place) => [t, Math.round((t + (plant.events[place + 1]?.t ?? t)) / 2)]),
  ),
];

describe('the topology of a trace', () => {
  it('has every packet that is under way, at its share of the way between departure and arrival', () => {
    for (const time of times) {
      const { dots, underWay } = at(time);
      const flying = plant.events.filter((event): event is TraceEvent & { k: 'packet.sent' } => {
        if (event.k !== 'packet.sent' || event.t > time) return false;
        const end = story.flightOf(event.i)?.end;
        return end?.k === 'packet.received' && time <= end.t;
      });
      const seen = new Map(dots.map((dot) => [dot.i, dot]));
      for (const { i, t } of flying) {
        const dot = seen.get(i)!;
        const { end, from, to } = story.flightOf(i)!;
        const edge = edgeOf(from, to);
        const way = places.ways[edge]!;
        const { a } = map.plan.edges[edge]!;
        const [x1, y1, x2, y2] =
          a === stationOf(from) ? [way.x1, way.y1, way.x2, way.y2] : [way.x2, way.y2, way.x1, way.y1];
        const along =
          ((dot.x - x1) * (x2 - x1) + (dot.y - y1) * (y2 - y1)) / ((x2 - x1) ** 2 + (y2 - y1) ** 2);
        expect(along).toBeCloseTo((time - t) / (end!.t - t), 6);
        expect(dot.state).toBe('flying');
      }
      const lost = plant.events.filter((event) => {
        if (event.k !== 'packet.sent' || event.t > time) return false;
        const end = story.flightOf(event.i)?.end;
        return end?.k === 'packet.lost' && time < end.t;
      });
      const onTheWay = flying.filter(({ i }) => story.flightOf(i)!.end!.t > time).length + lost.length;
      expect(underWay).toBe(onTheWay + dots.filter(({ i }) => story.flightOf(i)?.end === undefined).length);
    }
  });

  it('ends a lost packet in a cross where it was lost, and lets it go after a while', () => {
    const losses = plant.events.filter((event) => event.k === 'packet.lost');
    expect(losses.length).toBeGreaterThan(0);
    for (const loss of losses) {
      if (loss.k !== 'packet.lost') continue;
      const before = at(loss.t - 1).dots.find(({ i }) => i === loss.of);
      const after = at(loss.t).dots.find(({ i }) => i === loss.of);
      expect(after?.state).toBe('lost');
      if (before !== undefined) expect(before.state).not.toBe('lost');
      expect(at(loss.t + map.plan.linger + 1).dots.some(({ i }) => i === loss.of)).toBe(false);
      const reach = { sender: 0.14, network: 0.55, receiver: 0.9 }[loss.at];
      const window = map.window(loss.t, 100_000);
      expect(window.flights.find(({ i }) => i === loss.of)?.reach).toBe(reach);
    }
  });

  it('says who is down, who is connected, and which link is cut', () => {
    const fault = plant.events.find((event) => event.k === 'fault.began' && event.family === 'partition')!;
    const link = fault.k === 'fault.began' ? story.links.get(fault.target)! : undefined;
    const edge = edgeOf(link!.a, link!.b);
    expect(at(fault.t - 1).edges[edge]!.state).toBe('established');
    expect(at(fault.t).edges[edge]!.state).toBe('cut');
    expect(at(fault.t).signs.map((sign) => [sign.fault.i, sign.fault.name])).toContainEqual([
      fault.i,
      'partition',
    ]);
    const end = plant.events.find((event) => event.k === 'fault.ended')!;
    expect(at(end.t).edges[edge]!.state).not.toBe('cut');
    const crash = plant.events.find((event) => event.k === 'node.crashed')!;
    const again = plant.events.find((event) => event.k === 'node.started' && event.life === 2)!;
    const hub = stationOf(crash.n);
    expect(at(crash.t - 1).stations[hub]!.state).toBe('up');
    expect(at(crash.t).stations[hub]!.state).toBe('down');
    expect(at(again.t - 1).stations[hub]!.state).toBe('down');
    expect(at(again.t).stations[hub]!.state).toBe('up');
    const screen = stationOf('screen');
    const established = plant.events.find(({ k, n }) => k === 'conn.established' && n === 'screen')!;
    expect(at(established.t - 1).stations[screen]!.text).toBe('dialling');
    expect(at(established.t).stations[screen]!).toMatchObject({ state: 'up', text: '', connected: 1 });
  });

  it('shows the same moment whichever window it is taken from', () => {
    for (const time of times.filter((_, place) => place % 7 === 0)) {
      const far = map.window(Math.max(0, time - 3_000), 50_000);
      if (time > far.to) continue;
      expect(pictureAt(map.plan, far, places, time)).toEqual(at(time));
    }
  });

  it('stands still between two events for those who want no motion', () => {
    for (const time of times) {
      const moment = momentBefore(map.window(time, 100_000), time);
      expect(moment).toBeLessThanOrEqual(time);
      const happened = plant.events.filter(({ t }) => t > moment && t <= time);
      // Timers, calls and the like move nothing on the map.
      expect(happened.filter(({ k }) => /^(packet|conn\.dialled|conn\.established|fault)/.test(k))).toEqual(
        [],
      );
    }
  });

  it('moves no more packets than a page can, and says how many it leaves out', () => {
    const burst = new Topology(readStory(burstFixture(FLIGHTS_MAX + 500)));
    const window = burst.window(6_000, 1_000_000);
    expect(window.flights).toHaveLength(FLIGHTS_MAX);
    expect(window.leftOut).toBeGreaterThanOrEqual(500);
    expect(window.from).toBeLessThanOrEqual(6_000);
    expect(window.to).toBeGreaterThanOrEqual(6_000);
    expect(burst.plan.stations.map(({ title, size }) => [title, size])).toEqual([
      ['device-*', FLIGHTS_MAX + 500],
      ['hub', 1],
    ]);
  });

  it('finds the way of a packet, and the last that happened at a node', () => {
    const answers = new TopologyAnswers({ story: () => story });
    const got = plant.events.find((event) => event.k === 'packet.received')!;
    const sent = got.k === 'packet.received' ? got.of : 0;
    expect(answers.place(1, got.i)).toEqual({
      from: stationOf(story.flightOf(sent)!.from),
      to: stationOf(got.n),
      sent,
    });
    const last = answers.lastAt(1, stationOf('screen'), got.t);
    expect(plant.events.findLast(({ n, t }) => n === 'screen' && t <= got.t)!.i).toBe(last);
    expect(answers.lastAt(1, stationOf('screen'), -1)).toBe(0);
  });

  it('finds the last that happened between two nodes', () => {
    const answers = new TopologyAnswers({ story: () => story });
    const end = plant.events.at(-1)!.t;
    for (const { index, a, b } of map.plan.edges) {
      const ends = [a, b].map((station) => map.plan.stations[station]!.title).sort();
      const last = plant.events.findLast((event) => {
        const conn = 'conn' in event ? event.conn : '';
        return conn.replace(/#\d+$/, '').split('>').sort().join() === ends.join();
      });
      expect(answers.lastOn(1, index, end)).toBe(last?.i ?? 0);
      expect(answers.lastOn(1, index, -1)).toBe(0);
    }
    expect(answers.lastOn(1, map.plan.edges.length, end)).toBe(0);
  });

  it('counts a packet among all that its sender sends on its connection, for a fault that waits for it', () => {
    const answers = new ForkAnswers({ story: () => story });
    const sent = plant.events.flatMap((event) => (event.k === 'packet.sent' ? [event] : []));
    for (const packet of sent) {
      const { i, t, conn, n } = packet;
      const nth = sent.filter((other) => other.conn === conn && other.n === n && other.i <= i).length;
      expect(answers.packet(1, i)).toMatchObject({ connection: conn, from: n, nth, at: t });
    }
    expect(answers.packet(1, 1)).toBeUndefined();
    expect(answers.actors(1).links).toEqual([...story.links.keys()]);
  });
});

describe('the places of a topology', () => {
  const views = fc.record({
    left: fc.integer({ min: 0, max: 24 }),
    middle: fc.integer({ min: 1, max: 3 }),
    right: fc.integer({ min: 0, max: 24 }),
    crowds: fc.integer({ min: 0, max: 2 }),
    width: fc.integer({ min: 340, max: 2_000 }),
    height: fc.integer({ min: 220, max: 1_200 }),
  });

  function planOf(view: { left: number; middle: number; right: number; crowds: number }): TopologyPlan {
    const stations: TopologyPlan['stations'][number][] = [];
    for (const side of ['left', 'middle', 'right'] as const) {
      for (let each = 0; each < view[side]; each++) {
        const size = side !== 'middle' && each < view.crowds ? 40 : 1;
        const index = stations.length;
        stations.push({ index, title: `${side}-${each}`, subtitle: '', side, size, names: [] });
      }
    }
    const brokers = stations.filter(({ side }) => side === 'middle');
    const edges = stations
      .filter(({ side }) => side !== 'middle')
      .map(({ index }, each) => {
        const broker = brokers[each % brokers.length]!.index;
        return { index: each, a: Math.min(index, broker), b: Math.max(index, broker) };
      });
    return { stations, edges, latency: 10_000, linger: 20_000 };
  }

  it('lie within the view and not on each other', () => {
    fc.assert(
      fc.property(views, (view) => {
        const { spots, ways, height } = placeTopology(planOf(view), view.width, view.height);
        // A view without room for all names is scrolled.
        if (view.height > 500 && view.left + view.right < 10) expect(height).toBe(view.height);
        for (const [index, one] of spots.entries()) {
          expect(one.x - one.width / 2).toBeGreaterThanOrEqual(0);
          expect(one.x + one.width / 2).toBeLessThanOrEqual(view.width);
          expect(one.y - one.height / 2).toBeGreaterThanOrEqual(0);
          expect(one.y + one.height / 2).toBeLessThanOrEqual(height);
          for (const other of spots.slice(index + 1)) {
            const apart =
              Math.abs(one.x - other.x) >= (one.width + other.width) / 2 ||
              Math.abs(one.y - other.y) >= (one.height + other.height) / 2;
            expect(apart, `${JSON.stringify(one)} ${JSON.stringify(other)}`).toBe(true);
          }
        }
        for (const way of ways) expect(Object.values(way).every(Number.isFinite)).toBe(true);
      }),
      {
        examples: [
          [{ left: 5, middle: 1, right: 0, crowds: 0, width: 340, height: 220 }],
          [{ left: 0, middle: 1, right: 5, crowds: 0, width: 900, height: 220 }],
        ],
      },
    );
  });

  it('keep a crowd of hundreds one station', () => {
    const { plan } = new Topology(readStory(crowdFixture(300, 600)));
    expect(plan.stations.map(({ title, size, side }) => [title, size, side])).toEqual([
      ['client-*', 300, 'left'],
      ['hub', 1, 'middle'],
    ]);
    expect(plan.edges).toEqual([{ index: 0, a: 0, b: 1 }]);
  });
});
