import { describe, expect, it } from 'vitest';
import { placesOf } from '../../src/runner/places.ts';
import type { NodeRole, TraceEvent } from '../../src/trace/event.ts';
import { publish, Stage } from '../trace/stage.ts';

/** Two nodes with a link, and a message from one to the other. */
function conversation(roles: { hub: NodeRole; sensor: NodeRole }): readonly TraceEvent[] {
  const stage = new Stage('full');
  stage.pace = 0;
  for (const [n, role] of Object.entries(roles)) {
    stage.recorder.emit({ k: 'node.added', n, role });
    stage.start(n);
  }
  stage.recorder.emit({ k: 'link.added', n: '', link: 'sensor~hub', a: 'sensor', b: 'hub', description: '' });
  const wire = stage.connect('sensor', 'hub');
  // A second between the CONNACK and the message, in which nothing happens that anybody sees.
  stage.tick(1_000_000);
  stage.pass(wire, 'sensor', publish('t', 'a', 1, 1));
  return stage.events;
}

const armed = { node: 'sensor', key: 'ping', armed: 0, due: 2_000_000 };

describe('the places of a run with a hosted node', () => {
  const ours = placesOf({ trace: conversation({ hub: 'broker', sensor: 'client' }), timers: [armed] });
  const hosted = placesOf({ trace: conversation({ hub: 'host', sensor: 'client' }), timers: [armed] });

  it('are as many, on its connections and for its process', () => {
    expect(hosted.counts.all).toBe(ours.counts.all);
    const targets = new Set(hosted.all.map(({ family, target }) => `${family} ${target}`));
    expect(targets).toContain('pause hub');
    expect(targets).toContain('reset sensor~hub');
  });

  it('are equivalent only where no time lies between them, for what it does meanwhile nobody sees', () => {
    for (const alike of hosted.classes) expect(new Set(alike.map(({ at }) => at)).size).toBe(1);
    expect(ours.classes.some((alike) => new Set(alike.map(({ at }) => at)).size > 1)).toBe(true);
    expect(hosted.counts.distinct).toBeGreaterThan(ours.counts.distinct);
  });
});
