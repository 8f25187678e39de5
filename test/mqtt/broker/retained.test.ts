import { describe, expect, it } from 'vitest';
import { diskWith, Hub, type Peer, SECOND } from './hub.ts';

/** Payload and flags of what came. */
function seen(peer: Peer): [string, boolean][] {
  return peer.publishes().map((publish) => [new TextDecoder().decode(publish.payload), publish.retain]);
}

describe('a retained message', () => {
  it('is sent with RETAIN 1 to who subscribes later, and with RETAIN 0 to who was subscribed [3.1.1/MQTT-3.3.1-6] [3.1.1/MQTT-3.3.1-8] [3.1.1/MQTT-3.3.1-9] [trap 3]', () => {
    const hub = new Hub();
    const early = hub.client('early');
    early.subscribe('a');
    hub.client('publisher').publish('a', 'x', 1, { retain: true });
    const late = hub.client('late');
    late.subscribe('a');
    expect(seen(early)).toEqual([['x', false]]);
    expect(seen(late)).toEqual([['x', true]]);
  });

  it('is the last one of its topic only', () => {
    const hub = new Hub();
    const publisher = hub.client('publisher');
    publisher.publish('a', '1', 1, { retain: true });
    publisher.publish('a', '2', 0, { retain: true });
    publisher.publish('b', '3', 0, { retain: true });
    const late = hub.client('late');
    late.subscribe('#');
    expect(late.messages()).toEqual(['a 2', 'b 3']);
  });

  it('of QoS 0 replaces one of QoS 1 [3.1.1/MQTT-3.3.1-7]', () => {
    const hub = new Hub();
    const publisher = hub.client('publisher');
    publisher.publish('a', '1', 2, { retain: true });
    publisher.publish('a', '0', 0, { retain: true });
    const late = hub.client('late');
    late.subscribe('a');
    expect(late.publishes()).toMatchObject([{ qos: 0, retain: true }]);
  });

  it('is cleared by an empty one, which is itself delivered with RETAIN 0 and never kept [3.1.1/MQTT-3.3.1-10] [3.1.1/MQTT-3.3.1-11] [trap 5]', () => {
    const hub = new Hub();
    const early = hub.client('early');
    early.subscribe('a');
    const publisher = hub.client('publisher');
    publisher.publish('a', 'x', 1, { retain: true });
    publisher.publish('a', '', 1, { retain: true });
    expect(seen(early)).toEqual([
      ['x', false],
      ['', false],
    ]);
    expect(hub.machine.retained).toBe(0);
    const late = hub.client('late');
    late.subscribe('a');
    expect(late.take()).toEqual([]);
  });

  it('is neither replaced nor removed by a message with RETAIN 0 [3.1.1/MQTT-3.3.1-12]', () => {
    const hub = new Hub();
    const publisher = hub.client('publisher');
    publisher.publish('a', 'kept', 0, { retain: true });
    publisher.publish('a', 'other', 0);
    publisher.publish('a', '', 0);
    const late = hub.client('late');
    late.subscribe('a');
    expect(late.messages()).toEqual(['a kept']);
  });

  it('is sent again for the same filter, whose queued messages are not lost [3.1.1/MQTT-3.8.4-3] [trap 7]', () => {
    const hub = new Hub({ limits: { inflight: 1 } });
    const publisher = hub.client('publisher');
    publisher.publish('a', 'kept', 1, { retain: true });
    const peer = hub.client('a');
    peer.subscribe({ filter: 'a', qos: 1 });
    publisher.publish('a', 'live', 1);
    peer.subscribe({ filter: 'a', qos: 1 });
    const got: [string, boolean][] = [];
    for (let next = peer.publishes(); next.length > 0; next = peer.publishes()) {
      for (const publish of next) {
        got.push([new TextDecoder().decode(publish.payload), publish.retain]);
        peer.send({ type: 'puback', packetId: publish.packetId! });
      }
    }
    expect(got).toEqual([
      ['kept', true],
      ['live', false],
      ['kept', true],
    ]);
  });

  it('is sent once for each filter of a SUBSCRIBE it matches [3.1.1/MQTT-3.8.4-4]', () => {
    const hub = new Hub();
    hub.client('publisher').publish('a/b', 'x', 0, { retain: true });
    const peer = hub.client('a');
    peer.subscribe('a/#', 'a/+', 'c');
    expect(peer.messages()).toEqual(['a/b x', 'a/b x']);
  });

  it('survives its publisher, every session, and a power cut [3.1.1/MQTT-3.1.2-7] [trap 8]', () => {
    const hub = new Hub();
    const publisher = hub.client('publisher');
    publisher.publish('a', 'x', 1, { retain: true });
    publisher.publish('b', 'y', 1, { retain: true });
    publisher.publish('b', '', 1, { retain: true });
    publisher.disconnect();
    const again = new Hub({}, { disk: diskWith(hub.batches) });
    const late = again.client('late');
    late.subscribe('#');
    expect(late.messages()).toEqual(['a x']);
  });

  it('is forgotten after its time, without a wake when there is none', () => {
    const hub = new Hub({ retainedExpiry: 10 });
    const publisher = hub.client('publisher');
    publisher.publish('a', 'x', 0, { retain: true });
    hub.advance(9 * SECOND);
    publisher.publish('b', 'y', 0, { retain: true });
    publisher.publish('a', 'again', 0, { retain: true });
    hub.advance(9 * SECOND);
    const late = hub.client('late');
    late.subscribe('#');
    expect(late.messages()).toEqual(['a again', 'b y']);
    hub.advance(SECOND);
    expect(hub.machine.retained).toBe(0);
    expect(hub.pendingWakes.size).toBe(0);
    expect(hub.notes.filter((note) => note.step === 'expired')).toHaveLength(2);

    const forever = new Hub();
    forever.client('publisher').publish('a', 'x', 0, { retain: true });
    expect(forever.pendingWakes.size).toBe(0);
  });

  it('that is cleared leaves no wake behind', () => {
    const hub = new Hub({ retainedExpiry: 10 });
    const publisher = hub.client('publisher');
    publisher.publish('a', 'x', 0, { retain: true });
    expect(hub.pendingWakes.size).toBe(1);
    publisher.publish('a', '', 0, { retain: true });
    expect(hub.pendingWakes.size).toBe(0);
  });

  it('expires by the wall clock, also over a restart', () => {
    const hub = new Hub({ retainedExpiry: 10 });
    hub.client('publisher').publish('a', 'x', 0, { retain: true });
    const disk = () => diskWith(hub.batches);
    for (const [now, left] of [
      [9, 1],
      [10, 0],
      [11, 0],
    ] as const) {
      const again = new Hub({ retainedExpiry: 10 }, { disk: disk(), now: now * SECOND });
      again.advance(0);
      expect(again.machine.retained, `${now} s`).toBe(left);
    }
    hub.setWall(10 * SECOND);
    hub.advance(0);
    expect(hub.machine.retained).toBe(0);
  });

  it('beyond the limit is routed and not retained, which is told; a topic that has one may replace it', () => {
    const hub = new Hub({ limits: { retained: 1 } });
    const early = hub.client('early');
    early.subscribe('#');
    const publisher = hub.client('publisher');
    publisher.publish('a', '1', 0, { retain: true });
    publisher.publish('b', '2', 0, { retain: true });
    publisher.publish('a', '3', 0, { retain: true });
    expect(early.messages()).toEqual(['a 1', 'b 2', 'a 3']);
    const late = hub.client('late');
    late.subscribe('#');
    expect(late.messages()).toEqual(['a 3']);
    expect(hub.rules()).toEqual(['limit.retained']);
  });
});
