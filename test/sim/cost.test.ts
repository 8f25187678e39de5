/** What a run costs, in counts that do not depend on the machine: the timings are in `bench/`. */
import { describe, expect, test } from 'vitest';
import type { TransportName } from '../../src/sim/link-specification.ts';
import { PINGREQ, pair } from './fakes.ts';

const SECOND = 1_000_000;
const PINGS = 100;

/** A device that pings a hub once a second, after the connection stands: two packets a second. */
function pinging(transport: TransportName) {
  const { world, device } = pair({ transport, level: 'digest' });
  device.command((machine) => machine.sink.dial(1));
  world.simulator.run(SECOND);
  const atRest = world.simulator.queue.size;
  const before = world.simulator.events;
  let mostPending = 0;
  for (let ping = 1; ping <= PINGS; ping++) {
    device.command((machine) => machine.sink.send(1, PINGREQ));
    mostPending = Math.max(mostPending, world.simulator.queue.size);
    world.simulator.run((1 + ping) * SECOND);
    expect(world.simulator.queue.size).toBe(0);
  }
  return { atRest, mostPending, events: world.simulator.events - before };
}

describe('the cost of a packet', () => {
  test('ideal: one event, which is its arrival', () => {
    expect(pinging('ideal')).toEqual({ atRest: 0, mostPending: 1, events: 2 * PINGS });
  });

  test('tcp: one event more, the acknowledgement; the timer that nobody needed is gone before it is due', () => {
    expect(pinging('tcp')).toEqual({ atRest: 0, mostPending: 2, events: 4 * PINGS });
  });

  test('nothing that was not used is made: a node that never drew has no stream, and one that never wrote no disk', () => {
    const { world, hub } = pair({ transport: 'ideal' });
    const drawn: string[] = [];
    const { streams } = world;
    const stream = streams.stream.bind(streams);
    streams.stream = (...path) => {
      drawn.push(path.join('/'));
      return stream(...path);
    };
    world.simulator.run(SECOND);
    expect(drawn).toEqual([]);
    hub.machine!.chance();
    hub.machine!.chance();
    expect(drawn).toEqual(['node/hub/chance']);
  });

  test('a disk that comes with the first write is the one the next life finds', () => {
    const { world, hub } = pair({ transport: 'ideal' });
    hub.command((machine) => machine.sink.store([['key', Uint8Array.of(1)]]));
    world.simulator.run(SECOND);
    expect(hub.machine!.log).toContain('500 stored 1');
    hub.crash({ for: '1s' });
    world.simulator.run(3 * SECOND);
    expect(hub.machine!.snapshot).toEqual([['key', Uint8Array.of(1)]]);
    hub.command((machine) => machine.sink.store([['key', null]]));
    world.simulator.run(4 * SECOND);
    expect(hub.machine!.log).toContain('3000500 stored 1');
    hub.powerCut({ for: '1s' });
    world.simulator.run(6 * SECOND);
    expect(hub.machine!.snapshot).toEqual([]);
  });
});
