import { describe, expect, it } from 'vitest';
import { Clock } from '../../../src/mqtt/broker/clock.ts';
import type { Context } from '../../../src/mqtt/broker/context.ts';
import { brokerDefaults } from '../../../src/mqtt/broker/defaults.ts';
import { Traffic } from '../../../src/mqtt/broker/traffic.ts';
import { WILL_WAKE, Wills } from '../../../src/mqtt/broker/wills.ts';
import { Journal } from '../../../src/mqtt/session/journal.ts';
import { bytes, diskWith, Hub, SECOND } from './hub.ts';

/** The wills of a server that speaks 5.0, which can be delayed. */
class Scene {
  readonly sink = new Hub();
  readonly clock = new Clock(1000 * SECOND);
  readonly journal = new Journal('sync', (batch) => this.sink.store(batch));
  readonly published: string[] = [];
  readonly wills: Wills;

  constructor() {
    const { sink, clock, journal } = this;
    const context: Context = {
      sink,
      clock,
      journal,
      options: brokerDefaults,
      traffic: new Traffic(),
      chance: () => 0.5,
      stalled: new Set(),
    };
    this.wills = new Wills(context, (message, clientId) => {
      expect(message.properties).toEqual({ contentType: 'text/plain' });
      this.published.push(`${clientId} ${message.topic}`);
    });
  }

  hold(delaySeconds: number): void {
    const properties = { willDelayInterval: delaySeconds, contentType: 'text/plain' };
    this.wills.hold('a', { topic: 'w', payload: bytes('gone'), qos: 1, retain: false, properties });
  }

  at(seconds: number): void {
    this.clock.now = seconds * SECOND;
    const due = this.sink.pendingWakes.get(`${WILL_WAKE}a`);
    if (due !== undefined && due <= this.clock.now) this.wills.woken('a');
  }
}

describe('a delayed will', () => {
  it('is due after its delay, and the delay itself is not forwarded [trap 45]', () => {
    const scene = new Scene();
    scene.hold(10);
    scene.at(1);
    scene.wills.release('a', Infinity);
    scene.at(10);
    expect(scene.published).toEqual([]);
    scene.at(11);
    expect(scene.published).toEqual(['a w']);
    expect(scene.sink.pendingWakes.size).toBe(0);
  });

  it('is due no later than the session ends: at once when that is now [5.0/MQTT-3.1.2-8]', () => {
    const scene = new Scene();
    scene.hold(10);
    scene.wills.release('a', 0);
    expect(scene.published).toEqual(['a w']);
    scene.hold(10);
    scene.wills.release('a', 4);
    scene.at(4);
    expect(scene.published).toHaveLength(2);
    scene.hold(10);
    scene.wills.release('a', Infinity);
    scene.wills.sessionEnded('a');
    expect(scene.published).toHaveLength(3);
  });

  it('is cancelled and replaced by a client that is back in time [5.0/MQTT-3.1.3-9]', () => {
    const scene = new Scene();
    scene.hold(10);
    scene.wills.release('a', Infinity);
    scene.at(9);
    scene.hold(20);
    expect(scene.sink.pendingWakes.size).toBe(0);
    scene.at(100);
    expect(scene.published).toEqual([]);
    scene.wills.sessionEnded('a');
    expect(scene.published).toEqual([]);
  });

  it('goes on over a restart by the wall clock, and one whose connection died with the server begins then', () => {
    for (const released of [true, false]) {
      const scene = new Scene();
      scene.hold(10);
      if (released) scene.wills.release('a', Infinity);
      scene.journal.commit();
      const again = new Scene();
      again.clock.now = 5 * SECOND;
      for (const [key, value] of diskWith(scene.sink.batches).values()) again.wills.recover(key, value);
      again.wills.restarted(() => Infinity);
      again.at(released ? 9 : 14);
      expect(again.published).toEqual([]);
      again.at(released ? 10 : 15);
      expect(again.published).toEqual(['a w']);
    }
  });

  it('that became due while the server was away is published by the restart', () => {
    const scene = new Scene();
    scene.hold(10);
    scene.wills.release('a', Infinity);
    scene.journal.commit();
    const again = new Scene();
    again.clock.now = 60 * SECOND;
    for (const [key, value] of diskWith(scene.sink.batches).values()) again.wills.recover(key, value);
    again.wills.restarted(() => Infinity);
    expect(again.published).toEqual(['a w']);
  });
});
