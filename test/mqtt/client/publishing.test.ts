import { describe, expect, it } from 'vitest';
import { lasting, Rig, SECOND, text } from './rig.ts';

const MEGABYTE = 1_048_576;

describe('publishing', () => {
  it('settles QoS 0 when it is written, QoS 1 with PUBACK and QoS 2 with PUBCOMP', () => {
    const rig = new Rig();
    rig.comeOnline();
    const [zero, one, two] = [rig.publish('a', 0), rig.publish('b', 1), rig.publish('c', 2)];
    expect(rig.said()).toEqual(['PUBLISH a', 'PUBLISH b 1', 'PUBLISH c 2']);
    expect(rig.outcome(zero)).toEqual({ op: 'publish', ok: true, reasonCode: 0 });
    expect([rig.outcome(one), rig.outcome(two)]).toEqual([undefined, undefined]);
    rig.serve({ type: 'puback', packetId: 1 }, { type: 'pubrec', packetId: 2 });
    expect(rig.outcome(one)).toEqual({ op: 'publish', ok: true, reasonCode: 0 });
    expect(rig.outcome(two)).toBeUndefined();
    rig.serve({ type: 'pubcomp', packetId: 2 });
    expect(rig.outcome(two)).toEqual({ op: 'publish', ok: true, reasonCode: 0 });
    expect(rig.client.debts()).toEqual([]);
  });

  it('carries payload, retain and QoS', () => {
    const rig = new Rig();
    rig.comeOnline();
    rig.input(() => rig.client.publish(0, { topic: 'a', payload: text('42'), qos: 1, retain: true }));
    expect(rig.takeSent()).toMatchObject([
      { type: 'publish', topic: 'a', payload: text('42'), qos: 1, retain: true, dup: false, packetId: 1 },
    ]);
  });

  it('queues while offline, and sends in the order of the calls once connected', () => {
    const rig = new Rig();
    rig.publish('a', 1);
    rig.publish('b', 0);
    rig.publish('c', 2);
    expect(rig.client.queuedCount).toBe(3);
    expect(rig.observed.get('queue/length')).toBe(3);
    rig.connect();
    rig.opened();
    expect(rig.said()).toEqual([]);
    rig.accept();
    expect(rig.said()).toEqual(['PUBLISH a 1', 'PUBLISH b', 'PUBLISH c 2']);
    expect(rig.observed.get('queue/length')).toBe(0);
  });

  it('drops QoS 0 while offline when told to', () => {
    const rig = new Rig({ queueQoS0: false });
    const call = rig.publish('a', 0);
    expect(rig.outcome(call)).toMatchObject({ ok: false, error: { kind: 'not-connected' } });
    rig.publish('b', 1);
    expect(rig.client.queuedCount).toBe(1);
  });

  it('refuses one message more than the queue holds, and says so', () => {
    const rig = new Rig({ queueLimit: 2 });
    const calls = [rig.publish('a', 1), rig.publish('b', 1), rig.publish('c', 1)];
    expect(rig.outcome(calls[2]!)).toMatchObject({ ok: false, error: { kind: 'queue-full' } });
    expect(rig.outcome(calls[1]!)).toBeUndefined();
    expect(rig.notes).toMatchObject([{ step: 'dropped', topic: 'c', rule: 'limit.queue' }]);
  });

  it('refuses what is no message', () => {
    const rig = new Rig();
    for (const topic of ['', 'a/+', 'a/#', 'a\u0000', '\ud800']) {
      expect(rig.outcome(rig.publish(topic, 1))).toMatchObject({ ok: false, error: { kind: 'invalid' } });
    }
    expect(rig.client.queuedCount).toBe(0);
  });

  it('keeps within its own window', () => {
    const rig = new Rig({ inflightLimit: 2 });
    rig.comeOnline();
    for (const topic of ['a', 'b', 'c']) rig.publish(topic, 1);
    expect(rig.client.inflightCount).toBe(2);
    expect(rig.said()).toEqual(['PUBLISH a 1', 'PUBLISH b 2']);
    rig.serve({ type: 'puback', packetId: 2 });
    expect(rig.said()).toEqual(['PUBLISH c 3']);
  });

  it('shares identifiers between messages and requests, and with nothing the server sends [3.1.1/MQTT-2.3.1-2] [trap 26]', () => {
    const rig = new Rig();
    rig.comeOnline();
    rig.publish('a', 1);
    rig.subscribe('x');
    rig.publish('b', 1);
    expect(rig.said()).toEqual(['PUBLISH a 1', 'SUBSCRIBE 2 x', 'PUBLISH b 3']);
    rig.serve({
      type: 'publish',
      topic: 'y',
      payload: text(''),
      qos: 2,
      retain: false,
      dup: false,
      packetId: 1,
    });
    expect(rig.said()).toEqual(['PUBREC 1']);
    rig.serve({ type: 'puback', packetId: 1 });
    rig.serve({ type: 'pubrel', packetId: 1 });
    expect(rig.said()).toEqual(['PUBCOMP 1']);
  });

  it('sends PUBRELs in the order of the PUBRECs [3.1.1/MQTT-4.6.0-4] [5.0/MQTT-4.6.0-4]', () => {
    for (const protocolVersion of [4, 5] as const) {
      const rig = new Rig({ protocolVersion });
      rig.comeOnline();
      for (const topic of ['a', 'b', 'c']) rig.publish(topic, 2);
      rig.said();
      for (const packetId of [3, 1, 2]) rig.serve({ type: 'pubrec', packetId });
      expect(rig.said()).toEqual(['PUBREL 3', 'PUBREL 1', 'PUBREL 2']);
    }
  });

  it('keeps messages back while the connection has a megabyte unsent', () => {
    const rig = new Rig();
    rig.comeOnline();
    rig.backlogs.set(1, MEGABYTE + 1);
    const call = rig.publish('a', 0);
    rig.publish('b', 1);
    expect(rig.said()).toEqual([]);
    expect(rig.outcome(call)).toBeUndefined();
    rig.drain(1);
    expect(rig.said()).toEqual(['PUBLISH a', 'PUBLISH b 1']);
    expect(rig.outcome(call)).toMatchObject({ ok: true });
  });

  it('sends nothing again on a live connection, however long it waits [trap 25]', () => {
    const rig = new Rig();
    rig.comeOnline();
    rig.publish('a', 1);
    rig.publish('b', 2);
    rig.said();
    rig.advance(100_000 * SECOND);
    expect(rig.said()).toEqual([]);
  });

  it('fails what a session that ends with DISCONNECT had not finished, and knows what the server took', () => {
    const rig = new Rig({ inflightLimit: 2 });
    rig.comeOnline();
    const [took, open, queued] = [rig.publish('a', 2), rig.publish('b', 1), rig.publish('c', 1)];
    rig.serve({ type: 'pubrec', packetId: 1 });
    rig.disconnect();
    expect(rig.outcome(took)).toEqual({ op: 'publish', ok: true, reasonCode: 0 });
    expect(rig.outcome(open)).toMatchObject({ ok: false, error: { kind: 'disconnected' } });
    expect(rig.outcome(queued)).toMatchObject({ ok: false, error: { kind: 'disconnected' } });
    expect([rig.client.inflightCount, rig.client.queuedCount]).toEqual([0, 0]);
  });

  it('keeps what a lasting session had not finished over DISCONNECT', () => {
    const rig = new Rig(lasting);
    rig.comeOnline();
    const call = rig.publish('a', 1);
    rig.disconnect();
    expect(rig.outcome(call)).toBeUndefined();
    expect(rig.client.debts()).toEqual([]);
    rig.comeOnline(true);
    rig.connect();
    rig.serve({ type: 'puback', packetId: 1 });
    expect(rig.outcome(call)).toMatchObject({ ok: true });
  });

  it('says that QoS 0 was lost which waited behind something when the connection went', () => {
    const rig = new Rig(lasting, { sync: 'by-hand' });
    rig.connect();
    rig.opened();
    rig.accept();
    rig.publish('a', 2);
    const call = rig.publish('b', 0);
    expect(rig.outcome(call)).toBeUndefined();
    rig.cut();
    expect(rig.outcome(call)).toMatchObject({ ok: false, error: { kind: 'connection-lost' } });
  });
});
