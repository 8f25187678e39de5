import { describe, expect, it } from 'vitest';
import type { PacketSent, TraceEvent } from '../../src/trace/event.ts';
import { readStory } from '../../viz/index/trace-index.ts';
import type { Aim } from '../../viz/layout/aim.ts';
import type { Arrow, DisplayList } from '../../viz/layout/display-list.ts';
import { linesOf } from '../../viz/layout/nameless.ts';
import { readFacts } from '../../viz/layout/packet-facts.ts';
import { buildScene, type Scene, stage } from '../../viz/layout/scene.ts';
import { nameOf } from '../../viz/layout/sentence.ts';
import { layoutSequence } from '../../viz/layout/sequence.ts';
import { tableMeasure } from '../../viz/layout/text-measure.ts';
import { TimeAxis } from '../../viz/layout/time-axis.ts';
import { placeAt } from '../../viz/layout/time-map.ts';
import {
  type Arranged,
  type Arranging,
  type Place,
  SequenceAnswers,
  type Window,
  type Words,
} from '../../viz/worker/answers/sequence-answers.ts';
import { Stages } from '../../viz/worker/stages.ts';
import { crowdFixture, Draughtsman, type Fixture, plantFixture } from './fixture.ts';

const HEIGHT = 600;
const ZOOMS = [0.02, 0.2, 0.5, 1, 4];

/** A reader who is slow: what it is sent is under way for most of the trace. */
function slowFixture(): Fixture {
  const d = new Draughtsman();
  for (const node of ['hub', 'fast', 'slow'])
    d.put(0, 'node.added', node, undefined, { role: node === 'hub' ? 'broker' : 'client' });
  for (let each = 0; each < 400; each++) {
    const t = 1_000 + each * 5_000;
    d.pass(t, 'fast', 'hub', 'fast>hub#1', { type: 'pingreq' }, 700, undefined);
    if (each % 4 === 0)
      d.pass(t + 1, 'hub', 'slow', 'slow>hub#1', { type: 'pingresp' }, 1_500_000, undefined);
  }
  return d.finish('a slow reader', '1', 'passed');
}

function sceneOf(fixture: Fixture, zoom: number): Scene {
  return buildScene(stage(readStory(fixture), new Set()), 900, zoom, tableMeasure, readFacts);
}

/** As an answer makes it: with heights from an origin of its own. */
function windowOf(scene: Scene, top: number): DisplayList {
  const near = { ...scene, axis: new TimeAxis(scene.axis.scale, scene.banners, scene.zoom, top) };
  return layoutSequence(near, 0, HEIGHT);
}

const SHAPES = ['arrows', 'bands', 'gaps', 'signs', 'flags', 'marks'] as const;

/** Where everything is and what it is, without words: those take the room that there is, and ends of bands beyond the window. */
function placesOf(list: DisplayList, top: number, from: number, to: number): string[] {
  const places: string[] = [];
  for (const kind of SHAPES) {
    for (const shape of list[kind]) {
      const { y = Number.NaN, y1 = y, y2 = y } = shape as { y?: number; y1?: number; y2?: number };
      const [begin, end] = [Math.max(from, y1 + top), Math.min(to, y2 + top)];
      if (begin > end) continue;
      const { i = 0, x1 = 0, x2 = 0, x = 0 } = shape as { i?: number; x1?: number; x2?: number; x?: number };
      // What is cut off lies on the same line, of which both ends are told.
      const ends = kind === 'arrows' ? [y1 + top, y2 + top] : [begin, end];
      places.push(`${kind} ${i} ${[x1, x2, x, ...ends].map((each) => each.toFixed(3)).join(' ')}`);
    }
  }
  return places.sort();
}

describe('a window of a diagram', () => {
  const fixtures = { plant: plantFixture(), 'slow reader': slowFixture() };

  it.each(Object.entries(fixtures))('is that part of the whole: the %s', (_name, fixture) => {
    let compared = 0;
    for (const zoom of ZOOMS) {
      const scene = sceneOf(fixture, zoom);
      const whole = layoutSequence(scene, 0, scene.axis.height);
      if (whole.tier === 'density') continue;
      for (let part = 0; part < 7; part++) {
        // Windows begin at even heights, so that what stands on whole pixels does so in all of them.
        const top = 2 * Math.floor((scene.axis.height * part) / 14);
        const [from, to] = [top + 50, top + HEIGHT - 50];
        const places = placesOf(windowOf(scene, top), top, from, to);
        expect(places).toEqual(placesOf(whole, 0, from, to));
        compared += places.length;
      }
    }
    expect(compared).toBeGreaterThan(500);
  });

  it('names a packet that is longer under way than is seen where it left', () => {
    const scene = sceneOf(slowFixture(), 1);
    const list = windowOf(scene, scene.axis.height / 2);
    const long = list.arrows.filter(({ y1, y2 }) => y2 - y1 > HEIGHT);
    expect(long.length).toBeGreaterThan(50);
    const left = long.filter(({ y1 }) => y1 > 20 && y1 < HEIGHT);
    expect(left.length).toBeGreaterThan(2);
    for (const { label, y1 } of left) expect(label!.y).toBeLessThan(y1);
    for (const { label, y1 } of long) if (y1 < 0) expect(label).toBeUndefined();
  });
});

describe('what is seen at a place', () => {
  const asked: Omit<Arranging, 'aim' | 'zoom'> = {
    width: 900,
    height: HEIGHT,
    axis: 'compressed',
    unfolded: [],
    hiddenNodes: [],
    pingRuns: true,
    filter: '',
    others: 'dim',
    fonts: { type: '', detail: '', badge: '', mark: '', note: '', tick: '' },
  };

  class Asking {
    readonly #answers: SequenceAnswers;
    words: Words | undefined = { nameOf, readFacts };

    constructor(fixture: Pick<Fixture, 'header' | 'events' | 'footer'>) {
      const story = readStory(fixture);
      const stages = new Stages({ story: () => story }, { matches: () => undefined });
      this.#answers = new SequenceAnswers(
        stages,
        () => tableMeasure,
        () => this.words,
      );
    }

    arrange(zoom: number, aim: Aim): Arranged {
      return this.#answers.arrange(1, 'a view', { ...asked, zoom, aim });
    }

    place(ordinal: number, top: number): Place {
      return this.#answers.place('a view', ordinal, top, HEIGHT);
    }

    window(top: number): Window {
      return this.#answers.window('a view', top, HEIGHT);
    }
  }

  it.each([
    ['plant', plantFixture()],
    ['crowd', crowdFixture(200, 800)],
  ])('is the same whichever way one came: the %s', (_name, fixture) => {
    for (const zoom of ZOOMS) {
      const asking = new Asking(fixture);
      const { height } = asking.arrange(zoom, { is: 'start' });
      for (const share of [0.13, 0.5, 0.81]) {
        const top = Math.round(share * Math.max(0, height - HEIGHT));
        const sought = asking.window(top);
        // By scrolling there in small steps, of which the last one asks again only if another window belongs to the place.
        let scrolled = asking.window(0);
        for (let at = 0; at <= top; at += top / 50 || 1)
          if (at < scrolled.tops.from || at >= scrolled.tops.to) scrolled = asking.window(at);
        if (top >= scrolled.tops.to) scrolled = asking.window(top);
        expect(scrolled).toEqual(sought);
        // By a zoom that keeps the place.
        asking.arrange(zoom * 1.3, { is: 'start' });
        const { places, times } = sought.timeMap;
        const middle = 2 * Math.floor(times.length / 4);
        const [time, beside] = [times[middle]!, top - places[middle]!];
        const zoomed = asking.arrange(zoom, { is: 'keep', time, beside, below: 0 });
        expect(Math.abs(zoomed.top - top)).toBeLessThan(1e-6);
        expect(zoomed.window).toEqual(asking.window(zoomed.top));
        // By a link, which another pane opens.
        const linked = new Asking(fixture).arrange(zoom, { is: 'keep', time, beside, below: 0 });
        expect(linked).toEqual(zoomed);
      }
    }
  });

  it('is drawn before its words are there, and once more with them: packets are judged and shapes have names', () => {
    const { header, events, footer } = plantFixture();
    const isPublish = (event: TraceEvent): event is PacketSent =>
      event.k === 'packet.sent' && event.bytes[0]! >> 4 === 3;
    const publish = events.find(isPublish)!;
    const wrong = Uint8Array.from(publish.bytes);
    // QoS 3.
    wrong[0] = 0x36;
    const asking = new Asking({
      header,
      footer,
      events: events.map((event) => (event === publish ? { ...publish, bytes: wrong } : event)),
    });
    const seen = (): { words: string; family: string; name: string } => {
      const { window } = asking.arrange(1, { is: 'event', ordinal: publish.i });
      const { family, label, note } = window.arrows.find(({ i }) => i === publish.i)!;
      const words = [label, note].flatMap((said) => said?.spans.map(({ text }) => text) ?? []).join(' ');
      return { words, family, name: window.names.get(publish.i)! };
    };
    asking.words = undefined;
    expect(seen()).toEqual({
      words: expect.stringMatching(/^PUBLISH q2 #1/),
      family: 'publish',
      name: '',
    });
    asking.words = { nameOf, readFacts };
    expect(seen()).toEqual({
      words: 'PUBLISH MALFORMED',
      family: 'fault',
      name: expect.stringContaining('sends PUBLISH malformed'),
    });
  });

  it('begins with a time, and comes nearer where a packet would fall too little for words beside it', () => {
    const fixture = plantFixture();
    const sent = fixture.events.findIndex((event) => event.k === 'packet.sent' && event.t > 0);
    const from = fixture.events[sent]!.t;
    const received = fixture.events.find((event) => event.k === 'packet.received' && event.of === sent + 1)!;
    const asking = new Asking(fixture);
    const far = asking.arrange(1, { is: 'fill', from, flight: undefined });
    const fallIn = ({ timeMap }: Arranged): number => placeAt(timeMap, received.t) - placeAt(timeMap, from);
    expect(placeAt(far.timeMap, from) - far.top).toBeGreaterThan(0);
    expect(placeAt(far.timeMap, from) - far.top).toBeLessThan(60);
    expect(fallIn(far)).toBeLessThan(64);
    const near = asking.arrange(1, { is: 'fill', from, flight: { from, to: received.t } });
    expect(near.zoom).toBeGreaterThan(far.zoom);
    expect(Math.abs(placeAt(near.timeMap, from) - near.top - 42)).toBeLessThan(1);
    // No nearer than a picture comes by itself.
    expect(near.zoom).toBe(2.5);
    expect(fallIn(near)).toBeGreaterThan(1.5 * fallIn(far));
  });

  it('shows of what is told as much as has room, and all up to its end when nothing of it has', () => {
    const fixture = plantFixture();
    const sends = fixture.events.filter((event) => event.k === 'packet.sent');
    const received = fixture.events.find(
      (event) => event.k === 'packet.received' && event.of === sends[0]!.i,
    )!;
    const from = sends[0]!.t;
    const flight = { from, to: received.t };
    const until = fixture.events.at(-1)!.t;
    const soon = { from, until: received.t };
    const later = { from: sends[1]!.t, until: sends[2]!.t };
    const shown = (aim: Omit<Extract<Aim, { is: 'fill' }>, 'is'>): Arranged =>
      new Asking(fixture).arrange(1, { is: 'fill', ...aim });
    // Below what is told first there is a button that goes on.
    const room = 62;
    const whole = shown({ from, flight, until });
    expect(placeAt(whole.timeMap, until)).toBeGreaterThan(whole.top + HEIGHT);
    // The first of those that have room.
    expect(shown({ from, flight, until, shorter: [{ from, until }, soon, later] })).toEqual(
      shown({ flight, ...soon, room }),
    );
    expect(shown({ from, flight, until, shorter: [later, soon] })).toEqual(shown({ flight, ...later, room }));
    // All of it has room, or nothing.
    expect(shown({ flight, ...soon, shorter: [later] })).toEqual(shown({ flight, ...soon }));
    expect(shown({ from, flight, until, shorter: [{ from: from + 1, until }] })).toEqual(whole);
  });

  it('comes with the place of what is sought far away, and with nothing when that is near', () => {
    const crowd = crowdFixture(200, 800);
    const asking = new Asking(crowd);
    asking.arrange(1, { is: 'start' });
    const far = asking.place(crowd.events.length - 40, 0);
    expect(far.away!.top).toBeLessThan(far.y);
    expect(far.away!.top).toBeGreaterThan(far.y - HEIGHT);
    expect(far.away!.window).toEqual(asking.window(far.away!.top));
    expect(asking.place(crowd.events.length - 40, far.y - HEIGHT)).toEqual({ ...far, away: undefined });
  });
});

describe('packets that found no room for their words', () => {
  const arrow = windowOf(sceneOf(plantFixture(), 1), 0).arrows[0]!;
  const named = Array.from({ length: 30 }, (_, i) => ({ ...arrow, i }));
  const nameless = (count: number): Arrow[] =>
    Array.from({ length: count }, (_, i) => ({ ...arrow, i: 100 + i, label: undefined }));

  it('are lines once they are a crowd, but for those that went wrong', () => {
    expect(linesOf({ tier: 'shapes', arrows: [...named, ...nameless(20)] })).toEqual([]);
    const crowd = nameless(200);
    crowd[3] = { ...crowd[3]!, accused: true };
    crowd[4] = { ...crowd[4]!, end: 'lost' };
    const lines = linesOf({ tier: 'shapes', arrows: [...named, ...crowd] });
    expect(lines).toEqual(crowd.filter((_, at) => at !== 3 && at !== 4));
    const all = [...named, ...crowd];
    expect(linesOf({ tier: 'lines', arrows: all })).toEqual(all);
  });
});
