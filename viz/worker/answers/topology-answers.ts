/** The topology of a trace, and windows of what happens in it. */

import { upperBound } from '../../index/column.ts';
import type { Story } from '../../index/story.ts';
import { Topology, type TopologyPlan, type TopologyWindow } from '../../layout/topology.ts';
import type { Stories } from '../stories.ts';

/** Where an event is on the map. */
export interface TopologyPlace {
  /** Of its packet: where it left and where it was going; both are the same for what is no packet, and -1 for the world. */
  from: number;
  to: number;
  /** Ordinal of the departure of its packet; 0 for what is none. */
  sent: number;
}

const NOWHERE: TopologyPlace = { from: -1, to: -1, sent: 0 };

export class TopologyAnswers {
  readonly #stories: Stories;
  readonly #maps = new WeakMap<Story, { map: Topology; edition: number }>();

  constructor(stories: Stories) {
    this.#stories = stories;
  }

  plan(trace: number): TopologyPlan {
    return this.#map(trace).plan;
  }

  /** What happens around a time, with a span ahead of it; both in microseconds. */
  window(trace: number, time: number, span: number): TopologyWindow {
    return this.#map(trace).window(time, span);
  }

  place(trace: number, ordinal: number): TopologyPlace {
    const story = this.#stories.story(trace);
    const map = this.#map(trace);
    const event = story.event(ordinal);
    if (event === undefined) return NOWHERE;
    const sent =
      event.k === 'packet.sent'
        ? event.i
        : event.k === 'packet.received' || event.k === 'packet.lost'
          ? event.of
          : 0;
    const flight = story.flightOf(sent);
    if (flight === undefined) {
      const station = map.stationOf(event.n) ?? -1;
      return { from: station, to: station, sent: 0 };
    }
    return { from: map.stationOf(flight.from) ?? -1, to: map.stationOf(flight.to) ?? -1, sent };
  }

  /** The last event up to a time at a station; 0 when there is none. */
  lastAt(trace: number, station: number, time: number): number {
    const { eventCount, events } = this.#stories.story(trace);
    const map = this.#map(trace);
    const here = events.names.map((name) => map.stationOf(name) === station);
    for (let at = upperBound(events.time, eventCount, time) - 1; at >= 0; at--) {
      if (here[events.node[at]!]) return at + 1;
    }
    return 0;
  }

  /** The last event up to a time on a connection between the two stations of an edge; 0 when there is none. */
  lastOn(trace: number, edge: number, time: number): number {
    const { eventCount, events, connections } = this.#stories.story(trace);
    const map = this.#map(trace);
    const ends = map.plan.edges[edge];
    if (ends === undefined) return 0;
    const joins = connections.map(({ from, to }) => {
      const [a, b] = [map.stationOf(from), map.stationOf(to)];
      return (a === ends.a && b === ends.b) || (a === ends.b && b === ends.a);
    });
    for (let at = upperBound(events.time, eventCount, time) - 1; at >= 0; at--) {
      if (joins[events.conn[at]!] === true) return at + 1;
    }
    return 0;
  }

  #map(trace: number): Topology {
    const story = this.#stories.story(trace);
    let kept = this.#maps.get(story);
    if (kept === undefined || kept.edition !== story.edition) {
      kept = { map: new Topology(story), edition: story.edition };
      this.#maps.set(story, kept);
    }
    return kept.map;
  }
}
