import { describe, expect, it } from 'vitest';
import { lasting, Rig } from './rig.ts';

function online(options = {}): Rig {
  const rig = new Rig(options);
  rig.comeOnline();
  return rig;
}

describe('subscribing', () => {
  it('settles with the granted QoS of every filter, in their order [3.1.1/MQTT-3.9.3-1]', () => {
    const rig = online();
    const subscriptions = [
      { filter: 'a', qos: 2 as const },
      { filter: 'b', qos: 1 as const },
      { filter: 'c', qos: 0 as const },
    ];
    const call = rig.input(() => rig.client.subscribe(0, { subscriptions }));
    expect(rig.said()).toEqual(['SUBSCRIBE 1 a b c']);
    rig.serve({ type: 'suback', packetId: 1, reasonCodes: [1, 0x80, 0] });
    expect(rig.outcome(call)).toEqual({ op: 'subscribe', ok: false, reasonCodes: [1, 0x80, 0] });
    expect(rig.observed.get('subscriptions/a')).toBe(1);
    expect(rig.observed.has('subscriptions/b')).toBe(false);
  });

  it('takes messages that come before SUBACK [trap 41]', () => {
    for (const protocolVersion of [4, 5] as const) {
      const rig = online({ protocolVersion });
      const call = rig.subscribe('a');
      rig.serve({ type: 'publish', topic: 'a', payload: new Uint8Array(), qos: 0, retain: true, dup: false });
      expect(rig.deliveries()).toEqual(['a']);
      rig.serve({ type: 'suback', packetId: 1, reasonCodes: [2] });
      expect(rig.outcome(call)).toMatchObject({ ok: true });
    }
  });

  it('settles unsubscribing with UNSUBACK', () => {
    const rig = online();
    rig.subscribe('a');
    rig.serve({ type: 'suback', packetId: 1, reasonCodes: [2] });
    const call = rig.unsubscribe('a');
    expect(rig.said()).toEqual(['SUBSCRIBE 1 a', 'UNSUBSCRIBE 2 a']);
    rig.serve({ type: 'unsuback', packetId: 2 });
    expect(rig.outcome(call)).toEqual({ op: 'unsubscribe', ok: true, reasonCodes: [0] });
    expect(rig.observed.has('subscriptions/a')).toBe(false);
  });

  it('waits for a connection', () => {
    const rig = new Rig();
    rig.subscribe('a');
    rig.unsubscribe('b');
    rig.connect();
    rig.opened();
    rig.accept();
    expect(rig.said()).toEqual(['SUBSCRIBE 1 a', 'UNSUBSCRIBE 2 b']);
  });

  it('asks again, with a new identifier, what had no answer when the connection went', () => {
    const rig = online(lasting);
    const [subscribe, unsubscribe] = [rig.subscribe('a'), rig.unsubscribe('b')];
    rig.cut();
    rig.advance(600_000_000);
    rig.opened();
    rig.accept(true);
    expect(rig.said()).toEqual(['SUBSCRIBE 3 a', 'UNSUBSCRIBE 4 b']);
    rig.serve({ type: 'suback', packetId: 3, reasonCodes: [2] }, { type: 'unsuback', packetId: 4 });
    expect(rig.outcome(subscribe)).toMatchObject({ ok: true });
    expect(rig.outcome(unsubscribe)).toMatchObject({ ok: true });
  });

  it('makes granted subscriptions again, before all else, when the server has lost the session', () => {
    for (const options of [lasting, {}]) {
      const rig = online(options);
      rig.subscribe('a');
      rig.subscribe('b', 1);
      rig.serve({ type: 'suback', packetId: 1, reasonCodes: [2] });
      rig.serve({ type: 'suback', packetId: 2, reasonCodes: [1] });
      rig.cut();
      rig.publish('x', 1);
      rig.subscribe('c');
      rig.advance(600_000_000);
      rig.opened();
      rig.accept(false);
      expect(rig.takeSent()).toMatchObject([
        {
          type: 'subscribe',
          subscriptions: [
            { filter: 'a', qos: 2 },
            { filter: 'b', qos: 1 },
          ],
        },
        { type: 'subscribe', subscriptions: [{ filter: 'c' }] },
        { type: 'publish', topic: 'x' },
      ]);
    }
  });

  it('does not make them again when the server still has the session', () => {
    const rig = online(lasting);
    rig.subscribe('a');
    rig.serve({ type: 'suback', packetId: 1, reasonCodes: [2] });
    rig.cut();
    rig.advance(600_000_000);
    rig.opened();
    rig.accept(true);
    expect(rig.said()).toEqual([]);
  });

  it('makes them again once, however often the connection breaks in between', () => {
    const rig = online(lasting);
    rig.subscribe('a');
    rig.serve({ type: 'suback', packetId: 1, reasonCodes: [2] });
    for (const present of [false, false, true]) {
      rig.cut();
      rig.advance(600_000_000);
      rig.opened();
      rig.accept(present);
      expect(rig.said()).toHaveLength(1);
    }
    rig.serve({ type: 'suback', packetId: 4, reasonCodes: [2] });
    expect(rig.client.debts()).toEqual([]);
  });

  it('goes on making them again after the application disconnected in between', () => {
    const rig = online(lasting);
    rig.subscribe('a');
    rig.serve({ type: 'suback', packetId: 1, reasonCodes: [2] });
    rig.cut();
    rig.comeOnline(false);
    rig.disconnect();
    rig.connect();
    rig.opened();
    rig.accept(true);
    expect(rig.said()).toEqual(['SUBSCRIBE 3 a']);
    rig.serve({ type: 'suback', packetId: 3, reasonCodes: [2] });
    expect(rig.client.debts()).toEqual([]);
  });

  it('forgets a subscription that is refused when it is made again, and says so', () => {
    const rig = online(lasting);
    rig.subscribe('a');
    rig.serve({ type: 'suback', packetId: 1, reasonCodes: [2] });
    rig.cut();
    rig.comeOnline(false);
    rig.serve({ type: 'suback', packetId: 2, reasonCodes: [0x80] });
    expect(rig.notes.at(-1)).toMatchObject({ step: 'refused', topic: 'a' });
    rig.cut();
    rig.advance(600_000_000);
    rig.opened();
    rig.accept(false);
    expect(rig.said()).toEqual([]);
  });

  it('does not make them again when the application ended the session', () => {
    for (const options of [{}, { protocolVersion: 5 as const, cleanStart: true, sessionExpiry: 60 }]) {
      const rig = online(options);
      rig.subscribe('a');
      rig.serve({ type: 'suback', packetId: 1, reasonCodes: [2] });
      rig.disconnect();
      rig.connect();
      rig.opened();
      rig.accept(false);
      expect(rig.said()).toEqual([]);
      expect(rig.observed.has('subscriptions/a')).toBe(false);
    }
  });

  it('makes them again in a session that lasts, also after the application disconnected', () => {
    const rig = online(lasting);
    rig.subscribe('a');
    rig.serve({ type: 'suback', packetId: 1, reasonCodes: [2] });
    rig.disconnect();
    rig.connect();
    rig.opened();
    rig.accept(false);
    expect(rig.said()).toEqual(['SUBSCRIBE 2 a']);
  });

  it('splits many subscriptions into several packets', () => {
    const rig = online();
    for (let n = 0; n < 120; n++) {
      rig.subscribe(`f/${n}`);
      rig.serve({ type: 'suback', packetId: n + 1, reasonCodes: [0] });
    }
    rig.cut();
    rig.advance(600_000_000);
    rig.opened();
    rig.accept(false);
    const sizes = rig.takeSent().map((packet) => packet.type === 'subscribe' && packet.subscriptions.length);
    expect(sizes).toEqual([50, 50, 20]);
  });

  it('fails requests without an answer when told to disconnect', () => {
    const rig = online();
    const [subscribe, unsubscribe] = [rig.subscribe('a'), rig.unsubscribe('b')];
    rig.disconnect();
    for (const call of [subscribe, unsubscribe]) {
      expect(rig.outcome(call)).toMatchObject({ ok: false, error: { kind: 'disconnected' } });
    }
  });

  it('refuses filters that are none, and more requests than its limit', () => {
    const rig = new Rig({ queueLimit: 1 });
    expect(rig.outcome(rig.subscribe('a/#/b'))).toMatchObject({ ok: false, error: { kind: 'invalid' } });
    expect(rig.outcome(rig.unsubscribe(''))).toMatchObject({ ok: false, error: { kind: 'invalid' } });
    rig.subscribe('a');
    expect(rig.outcome(rig.subscribe('b'))).toMatchObject({ ok: false, error: { kind: 'queue-full' } });
    expect(rig.outcome(rig.unsubscribe('b'))).toMatchObject({ ok: false, error: { kind: 'queue-full' } });
  });
});
