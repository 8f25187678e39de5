import { describe, expect, it } from 'vitest';
import { Hub, SECOND } from './hub.ts';

/** Whether a client that comes back finds its session. */
function isKept(hub: Hub, clientId: string): boolean {
  return hub.dialIn().connect5(clientId, {}, { clean: false }).connack!.sessionPresent;
}

describe('the session of a 5.0 client', () => {
  it('ends with its connection when CONNECT did not say, whatever Clean Start is [5.0/3.1.2.11.2] [trap 19]', () => {
    for (const clean of [true, false]) {
      const hub = new Hub();
      hub.dialIn().connect5('a', {}, { clean }).lose();
      expect(hub.machine.sessions).toBe(0);
    }
  });

  it('is kept for its interval from the end of its connection, with Clean Start 1 too [5.0/MQTT-3.1.2-23] [trap 20]', () => {
    for (const [after, kept] of [
      [10 * SECOND - 1, true],
      [10 * SECOND, false],
    ] as const) {
      const hub = new Hub();
      const peer = hub.dialIn().connect5('a', { sessionExpiryInterval: 10 });
      hub.advance(60 * SECOND);
      peer.lose();
      hub.advance(after);
      expect(isKept(hub, 'a')).toBe(kept);
    }
  });

  it('is kept for ever at 0xFFFFFFFF [trap 20]', () => {
    const hub = new Hub();
    hub.dialIn().connect5('a', { sessionExpiryInterval: 0xffffffff }).lose();
    hub.advance(0xffffffff * SECOND);
    expect(isKept(hub, 'a')).toBe(true);
  });

  it('has no longer than the server allows, which CONNACK says [5.0/3.2.2.3.2]', () => {
    const hub = new Hub({ sessionExpiryMaximum: 5 });
    for (const sessionExpiryInterval of [6, 0xffffffff]) {
      const peer = hub.dialIn().connect5('a', { sessionExpiryInterval });
      expect(peer.connack?.properties?.sessionExpiryInterval).toBe(5);
    }
    const modest = hub.dialIn().connect5('a', { sessionExpiryInterval: 5 });
    expect(modest.connack?.properties).not.toHaveProperty('sessionExpiryInterval');
    modest.send({ type: 'disconnect', properties: { sessionExpiryInterval: 600 } });
    hub.advance(5 * SECOND);
    expect(hub.machine.sessions).toBe(0);
  });

  it('takes the interval of the latest CONNECT', () => {
    const hub = new Hub();
    hub.dialIn().connect5('a', { sessionExpiryInterval: 100 }).lose();
    hub.dialIn().connect5('a', { sessionExpiryInterval: 2 }, { clean: false }).lose();
    hub.advance(2 * SECOND);
    expect(isKept(hub, 'a')).toBe(false);
  });

  it('takes the interval of DISCONNECT, down to nothing [trap 18]', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a', { sessionExpiryInterval: 100 });
    peer.send({ type: 'disconnect', properties: { sessionExpiryInterval: 3 } });
    hub.advance(3 * SECOND - 1);
    expect(hub.machine.sessions).toBe(1);
    hub.advance(1);
    expect(hub.machine.sessions).toBe(0);
    hub
      .dialIn()
      .connect5('a', { sessionExpiryInterval: 100 })
      .send({
        type: 'disconnect',
        properties: { sessionExpiryInterval: 0 },
      });
    expect(hub.machine.sessions).toBe(0);
    expect(hub.disk.values().size).toBe(0);
  });

  it('cannot come to last by DISCONNECT: that is a protocol error, and its will stays [5.0/3.14.2.2.2] [trap 18]', () => {
    const hub = new Hub();
    const watcher = hub.client('watcher');
    watcher.subscribe('will');
    const peer = hub.dialIn().connect5('a', {}, { will: {} });
    peer.send({ type: 'disconnect', properties: { sessionExpiryInterval: 1 } });
    expect(peer.takeOne('disconnect').reasonCode).toBe(0x82);
    expect(peer.closed).toBe(true);
    expect(watcher.messages()).toEqual(['will gone']);
    expect(hub.observed.has('clients a')).toBe(false);
  });

  it('cannot come to last by DISCONNECT where the server keeps none either [5.0/3.14.2.2.2] [trap 18]', () => {
    const hub = new Hub({ sessionExpiryMaximum: 0 });
    const peer = hub.dialIn().connect5('a');
    peer.send({ type: 'disconnect', properties: { sessionExpiryInterval: 1 } });
    expect([peer.takeOne('disconnect').reasonCode, peer.closed]).toEqual([0x82, true]);
  });

  it('asked to last longer by the DISCONNECT of a client whose server keeps none ends as it would have', () => {
    const hub = new Hub({ sessionExpiryMaximum: 0 });
    const watcher = hub.client('watcher');
    watcher.subscribe('will');
    const peer = hub.dialIn().connect5('a', { sessionExpiryInterval: 60 }, { will: {} });
    peer.send({ type: 'disconnect', properties: { sessionExpiryInterval: 60 } });
    expect([peer.take(), peer.closed, watcher.messages()]).toEqual([[], true, []]);
    expect(isKept(hub, 'a')).toBe(false);
  });

  it('that was to end with a connection the server did not survive is gone after the restart', () => {
    const hub = new Hub();
    hub.dialIn().connect5('a', { sessionExpiryInterval: 100 }).lose();
    hub.dialIn().connect5('a', {}, { clean: false });
    hub.disk.die('crash');
    const again = new Hub({}, { disk: hub.disk });
    expect(again.machine.sessions).toBe(0);
    expect(hub.disk.values().size).toBe(0);
  });

  it('goes over between versions, each by its own rules [trap 12]', () => {
    const hub = new Hub();
    hub.client('a', { clean: false }).subscribe('t');
    const newer = hub.dialIn().connect5('a', { sessionExpiryInterval: 5 }, { clean: false });
    expect(newer.connack?.sessionPresent).toBe(true);
    hub.client('p').publish('t', 'x');
    expect(newer.messages()).toEqual(['t x']);
    const older = hub.client('a', { clean: false });
    expect(older.connack).toEqual({ type: 'connack', sessionPresent: true, reasonCode: 0 });
    expect(newer.takeOne('disconnect').reasonCode).toBe(0x8e);
    older.lose();
    hub.advance(3600 * SECOND);
    expect(isKept(hub, 'a')).toBe(true);
  });

  it('with an interval of 0 does not survive a takeover', () => {
    const hub = new Hub();
    hub.dialIn().connect5('a').subscribe('t');
    expect(isKept(hub, 'a')).toBe(false);
  });
});
