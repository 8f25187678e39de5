import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BROKER_VERSION, SYS_TOPICS } from '../../../src/mqtt/broker/sys.ts';
import { Hub, type Peer, SECOND, text } from './hub.ts';

function values(peer: Peer): Record<string, string> {
  return Object.fromEntries(
    peer.publishes().map((publish) => [publish.topic.slice('$SYS/broker/'.length), text(publish.payload)]),
  );
}

describe('$SYS', () => {
  it('sends every value with RETAIN 1 and QoS 0 to a new subscription', () => {
    const hub = new Hub();
    const peer = hub.client('a');
    peer.subscribe('$SYS/#');
    const publishes = peer.publishes();
    expect(publishes.map((publish) => publish.topic)).toEqual(SYS_TOPICS);
    for (const publish of publishes) expect(publish).toMatchObject({ retain: true, qos: 0 });
    peer.subscribe('$SYS/broker/version', '$SYS/broker/uptime');
    expect(values(peer)).toEqual({ version: BROKER_VERSION, uptime: '0 seconds' });
  });

  it('says the version of the package', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
    expect(BROKER_VERSION).toBe(`amber ${version}`);
  });

  it('counts what happens', () => {
    // The second message to a client that is away does not fit in its queue; the third, of QoS 0, is not owed to it.
    const hub = new Hub({ limits: { queue: 1 } });
    const kept = hub.client('kept', { clean: false });
    kept.subscribe('x');
    kept.disconnect();
    const publisher = hub.client('publisher');
    publisher.publish('x', 'hello', 1, { retain: true });
    publisher.publish('x', 'hello', 2);
    publisher.publish('x', 'hello', 0);
    const peer = hub.client('a');
    peer.subscribe('$SYS/#');
    expect(values(peer)).toMatchObject({
      'clients/connected': '2',
      'clients/total': '3',
      'clients/disconnected': '1',
      'clients/maximum': '2',
      'subscriptions/count': '2',
      'retained messages/count': '1',
      'publish/messages/received': '3',
      'publish/messages/dropped': '1',
      'metrics/packets/received': '9',
      'metrics/packets/connect/received': '3',
      'metrics/packets/subscribe/received': '2',
      'metrics/packets/publish/received': '3',
      'metrics/packets/disconnect/received': '1',
      'metrics/packets/connack/sent': '3',
      'metrics/packets/suback/sent': '2',
      'metrics/packets/puback/sent': '1',
      'metrics/packets/pubrec/sent': '1',
      'metrics/messages/qos0/received': '1',
      'metrics/messages/qos1/received': '1',
      'metrics/messages/qos2/received': '1',
      // kept: CONNECT 18, SUBSCRIBE 8, DISCONNECT 2; publisher: CONNECT 23, PUBLISH 12, 12 and 10; a: 15 and 13.
      'bytes/received': '113',
    });
  });

  it('publishes what has changed at its interval, with RETAIN 0, while somebody is subscribed and no longer', () => {
    const hub = new Hub({ sysIntervalMicros: 10 * SECOND });
    expect(hub.pendingWakes.size).toBe(0);
    const peer = hub.client('a');
    peer.subscribe('$SYS/broker/uptime', '$SYS/broker/clients/+');
    peer.take();
    hub.advance(10 * SECOND);
    const first = peer.publishes();
    expect(first).toMatchObject([{ topic: '$SYS/broker/uptime', retain: false, qos: 0 }]);
    expect(text(first[0]!.payload)).toBe('10 seconds');
    hub.client('b');
    hub.advance(10 * SECOND);
    expect(values(peer)).toEqual({
      uptime: '20 seconds',
      'clients/total': '2',
      'clients/connected': '2',
      'clients/maximum': '2',
    });
    peer.send({ type: 'unsubscribe', packetId: 3, filters: ['$SYS/broker/uptime'] });
    expect(hub.pendingWakes.size).toBe(1);
    peer.send({ type: 'unsubscribe', packetId: 4, filters: ['$SYS/broker/clients/+'] });
    expect(hub.pendingWakes.size).toBe(0);
  });

  it('sleeps while its only subscriber is away, keeps nothing for it, and wakes with it', () => {
    const hub = new Hub();
    const first = hub.client('a', { clean: false });
    first.subscribe('$SYS/#');
    expect(hub.pendingWakes.size).toBe(1);
    first.lose();
    expect(hub.pendingWakes.size).toBe(0);
    const second = hub.client('a', { clean: false });
    expect(second.take()).toEqual([]);
    expect(hub.pendingWakes.size).toBe(1);
    hub.client('a', { clean: true });
    expect(hub.pendingWakes.size).toBe(0);
  });

  it('wakes for a subscription that came back from the disk', () => {
    const hub = new Hub();
    hub.client('a', { clean: false }).subscribe('$SYS/broker/uptime');
    hub.disk.die('crash');
    const again = new Hub({}, { disk: hub.disk });
    expect(again.pendingWakes.size).toBe(0);
    const peer = again.client('a', { clean: false });
    again.advance(10 * SECOND);
    expect(values(peer)).toEqual({ uptime: '10 seconds' });
  });
});
