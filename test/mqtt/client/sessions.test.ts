import { describe, expect, it } from 'vitest';
import { lasting, publishFrom, Rig } from './rig.ts';

/** The next connection, with what is said on it after CONNACK. */
function again(rig: Rig, sessionPresent: boolean): string[] {
  rig.advance(600_000_000);
  rig.opened();
  rig.accept(sessionPresent);
  return rig.said();
}

describe('a session that goes on', () => {
  it('re-sends what is unacknowledged: same identifiers, same order, DUP on PUBLISH and none on PUBREL [3.1.1/MQTT-2.3.1-3] [3.1.1/MQTT-3.3.1-1] [3.1.1/MQTT-3.1.2-4] [3.1.1/MQTT-4.4.0-1] [3.1.1/MQTT-4.6.0-1] [trap 24]', () => {
    const rig = new Rig(lasting);
    rig.comeOnline();
    for (const topic of ['a', 'b', 'c']) rig.publish(topic, 2);
    rig.publish('d', 1);
    rig.publish('e', 0);
    rig.serve({ type: 'pubrec', packetId: 1 });
    rig.said();
    rig.cut();
    expect(again(rig, true)).toEqual(['PUBREL 1', 'PUBLISH DUP b 2', 'PUBLISH DUP c 3', 'PUBLISH DUP d 4']);
  });

  it('re-sends until it is acknowledged, over any number of connections [3.1.1/MQTT-2.3.1-3] [3.1.1/MQTT-4.3.2-1]', () => {
    const rig = new Rig(lasting);
    rig.comeOnline();
    const call = rig.publish('a', 1);
    for (let cut = 0; cut < 5; cut++) {
      rig.cut();
      expect(again(rig, true)).toEqual(['PUBLISH DUP a 1']);
    }
    rig.serve({ type: 'puback', packetId: 1 });
    expect(rig.outcome(call)).toMatchObject({ ok: true });
    rig.cut();
    expect(again(rig, true)).toEqual([]);
  });

  it('never re-sends QoS 0 [3.1.1/MQTT-4.3.1-1] [trap 23]', () => {
    const rig = new Rig(lasting);
    rig.comeOnline();
    rig.publish('a', 0);
    rig.cut();
    expect(again(rig, true)).toEqual([]);
  });

  it('re-sends nothing before CONNACK, and goes on with the queue after what it re-sends', () => {
    const rig = new Rig({ ...lasting, inflightLimit: 1 });
    rig.comeOnline();
    rig.publish('a', 1);
    rig.publish('b', 1);
    rig.cut();
    rig.publish('c', 1);
    rig.advance(600_000_000);
    expect(rig.opened().map(({ type }) => type)).toEqual(['connect']);
    rig.accept(true);
    expect(rig.said()).toEqual(['PUBLISH DUP a 1']);
    rig.serve({ type: 'puback', packetId: 1 }, { type: 'puback', packetId: 2 });
    expect(rig.said()).toEqual(['PUBLISH b 2', 'PUBLISH c 3']);
  });

  it('is taken up from the server by a client that knows nothing of it and was told to, and by no other', () => {
    const adopting = new Rig({ ...lasting, adoptSession: true });
    adopting.connect();
    adopting.opened();
    adopting.accept(true);
    expect(adopting.said()).toEqual([]);
    adopting.publish('a', 1);
    expect(adopting.said()).toEqual(['PUBLISH a 1']);
    const wary = new Rig(lasting);
    wary.connect();
    wary.opened();
    wary.accept(true);
    expect(wary.said()).toEqual(['DISCONNECT']);
  });

  it('asks for its session with Clean Session 0 every time', () => {
    const rig = new Rig(lasting);
    rig.connect();
    expect(rig.opened()).toMatchObject([{ cleanStart: false }]);
    rig.accept();
    rig.cut();
    rig.advance(600_000_000);
    expect(rig.opened()).toMatchObject([{ cleanStart: false }]);
  });
});

describe('a session that is lost', () => {
  it('gives its unacknowledged messages to the next one as new messages, in order, without DUP [trap 11]', () => {
    const rig = new Rig(lasting);
    rig.comeOnline();
    const calls = ['a', 'b', 'c'].map((topic) => rig.publish(topic, 2));
    rig.serve({ type: 'pubrec', packetId: 1 });
    rig.said();
    rig.cut();
    rig.publish('d', 1);
    expect(again(rig, false)).toEqual(['PUBLISH b 4', 'PUBLISH c 5', 'PUBLISH d 6']);
    expect(rig.outcome(calls[0]!)).toEqual({ op: 'publish', ok: true, reasonCode: 0 });
    expect(rig.outcome(calls[1]!)).toBeUndefined();
    expect(rig.rules()).toContain('5.0/MQTT-3.2.2-5');
    rig.serve({ type: 'pubrec', packetId: 4 }, { type: 'pubcomp', packetId: 4 });
    expect(rig.outcome(calls[1]!)).toMatchObject({ ok: true });
  });

  it('is lost with its connection when it is clean [3.1.1/MQTT-3.1.2-6]', () => {
    const rig = new Rig();
    rig.comeOnline();
    rig.publish('a', 1);
    rig.serve(publishFrom('x', 2, 9));
    rig.said();
    rig.cut();
    rig.advance(600_000_000);
    expect(rig.opened()).toMatchObject([{ cleanStart: true }]);
    rig.accept(false);
    expect(rig.said()).toEqual(['PUBLISH a 2']);
    rig.serve(publishFrom('y', 2, 9));
    expect(rig.deliveries()).toEqual(['x', 'y']);
  });
});

describe('a session that is not ours', () => {
  it('makes the client leave in order, and clean up with a session that ends at once, before it begins its own [trap 11]', () => {
    const rig = new Rig(lasting);
    const call = rig.connect();
    rig.opened();
    rig.accept(true);
    expect(rig.rules()).toEqual(['5.0/MQTT-3.2.2-4']);
    expect(rig.said()).toEqual(['DISCONNECT']);
    expect(rig.isClosed(1)).toBe(true);
    expect(rig.dialled).toBe(2);
    expect(rig.opened()).toMatchObject([{ type: 'connect', cleanStart: true }]);
    rig.accept(false);
    expect(rig.said()).toEqual(['DISCONNECT']);
    expect(rig.outcome(call)).toBeUndefined();
    expect(rig.dialled).toBe(3);
    expect(rig.opened()).toMatchObject([{ type: 'connect', cleanStart: false }]);
    rig.accept(false);
    expect(rig.outcome(call)).toEqual({ op: 'connect', ok: true, sessionPresent: false });
    expect(rig.ofKind('online')).toHaveLength(1);
  });

  it('is left, and needs one clean CONNECT in 5.0, whose session lasts [5.0/MQTT-3.2.2-4] [trap 11]', () => {
    const rig = new Rig({ protocolVersion: 5, cleanStart: false, sessionExpiry: 60 });
    const call = rig.connect();
    rig.opened();
    rig.accept(true);
    expect([rig.isClosed(1), rig.rules()]).toEqual([true, ['5.0/MQTT-3.2.2-4']]);
    expect(rig.opened()).toMatchObject([{ type: 'connect', cleanStart: true }]);
    rig.accept(false);
    expect(rig.outcome(call)).toMatchObject({ ok: true });
    rig.cut();
    rig.advance(600_000_000);
    expect(rig.opened()).toMatchObject([{ cleanStart: false }]);
    rig.accept(true);
    expect(rig.client.status).toBe('online');
  });

  it('keeps what is queued for the session that is', () => {
    const rig = new Rig(lasting);
    rig.publish('a', 2);
    rig.connect();
    rig.opened();
    rig.accept(true);
    rig.opened();
    rig.accept(false);
    rig.opened();
    rig.said();
    rig.accept(false);
    expect(rig.said()).toEqual(['PUBLISH a 1']);
  });

  it('cannot be told in 3.1, where the client goes by its own state', () => {
    const rig = new Rig({ protocolVersion: 3, cleanStart: false });
    rig.comeOnline();
    rig.publish('a', 1);
    rig.said();
    rig.cut();
    expect(again(rig, false)).toEqual(['PUBLISH DUP a 1']);
  });
});

describe('Clean Start of 5.0 with a session that lasts', () => {
  it('is asked for by the first CONNECT after each call to connect, not when the client comes back by itself', () => {
    const rig = new Rig({ protocolVersion: 5, cleanStart: true, sessionExpiry: 3600 });
    rig.connect();
    expect(rig.opened()).toMatchObject([{ cleanStart: true, properties: { sessionExpiryInterval: 3600 } }]);
    rig.cut();
    rig.advance(600_000_000);
    expect(rig.opened()).toMatchObject([{ cleanStart: true }]);
    rig.accept(false);
    const call = rig.publish('a', 1);
    rig.cut();
    rig.advance(600_000_000);
    expect(rig.opened()).toMatchObject([{ cleanStart: false }]);
    rig.accept(true);
    expect(rig.said()).toEqual(['PUBLISH DUP a 1']);
    rig.disconnect();
    rig.connect();
    expect(rig.opened()).toMatchObject([{ cleanStart: true }]);
    rig.accept(false);
    expect(rig.said()).toEqual(['PUBLISH a 2']);
    rig.serve({ type: 'puback', packetId: 2, reasonCode: 0 });
    expect(rig.outcome(call)).toMatchObject({ ok: true });
  });
});
