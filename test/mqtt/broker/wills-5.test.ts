import { describe, expect, it } from 'vitest';
import { Hub, SECOND } from './hub.ts';

/** A client whose will waits `delay` seconds and whose session is kept for `expiry`, and somebody who sees the will. */
function scene(delay: number, expiry: number, properties: object = {}) {
  const hub = new Hub();
  const watcher = hub.dialIn().connect5('watcher');
  watcher.subscribe('will');
  const connect = (clean = false) =>
    hub
      .dialIn()
      .connect5(
        'a',
        { sessionExpiryInterval: expiry },
        { clean, will: { properties: { willDelayInterval: delay, ...properties } } },
      );
  return { hub, watcher, connect, peer: connect() };
}

describe('the will of a 5.0 client', () => {
  it('waits for its delay, or for the end of the session if that is sooner [5.0/MQTT-3.1.2-8] [trap 15]', () => {
    for (const [delay, expiry, due] of [
      [10, 60, 10],
      [60, 10, 10],
      [10, 10, 10],
      [10, 0, 0],
      [0, 60, 0],
    ] as const) {
      const { hub, watcher, peer } = scene(delay, expiry);
      peer.lose();
      if (due > 0) {
        hub.advance(due * SECOND - 1);
        expect(watcher.messages(), `${delay} ${expiry}`).toEqual([]);
        hub.advance(1);
      }
      expect(watcher.messages(), `${delay} ${expiry}`).toEqual(['will gone']);
      hub.advance(100 * SECOND);
      expect(watcher.messages()).toEqual([]);
    }
  });

  it('does not come if its client is back in time, and the new one counts then [5.0/MQTT-3.1.3-9] [trap 16]', () => {
    const { hub, watcher, connect, peer } = scene(10, 60);
    peer.lose();
    hub.advance(9 * SECOND);
    const again = connect();
    hub.advance(9 * SECOND);
    again.lose();
    hub.advance(9 * SECOND);
    expect(watcher.messages()).toEqual([]);
    hub.advance(1 * SECOND);
    expect(watcher.messages()).toEqual(['will gone']);
  });

  it('does not come by a takeover that goes on with the session, when it has a delay; without one it does [trap 13]', () => {
    for (const [delay, expected] of [
      [10, []],
      [0, ['will gone']],
    ] as const) {
      const { hub, watcher, connect } = scene(delay, 60);
      connect();
      hub.advance(100 * SECOND);
      expect(watcher.messages()).toEqual(expected);
    }
  });

  it('comes at once when a takeover or a return ends the session with Clean Start 1, whatever its delay [trap 14]', () => {
    for (const away of [true, false]) {
      const { watcher, connect, peer } = scene(10, 60);
      if (away) peer.lose();
      expect(watcher.messages()).toEqual([]);
      connect(true);
      expect(watcher.messages()).toEqual(['will gone']);
    }
  });

  it('counts its expiry from when it is published, and leaves its delay behind', () => {
    const { hub, watcher, peer } = scene(10, 60, { messageExpiryInterval: 5 });
    peer.lose();
    hub.advance(10 * SECOND);
    expect(watcher.publishes()).toMatchObject([{ properties: { messageExpiryInterval: 5 } }]);
  });
});
