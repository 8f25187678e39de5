import { describe, expect, it } from 'vitest';
import type { Publish, Subscription } from '../../../src/mqtt/codec/packet.ts';
import { Hub, type HubOptions, type Peer } from './hub.ts';

function subscribe(peer: Peer, subscription: Subscription, subscriptionIdentifier?: number): void {
  const properties = subscriptionIdentifier === undefined ? {} : { subscriptionIdentifier };
  peer.send({ type: 'subscribe', packetId: 99, subscriptions: [subscription], properties });
}

function identifiersOf(publishes: readonly Publish[]): (readonly number[] | undefined)[] {
  return publishes.map((publish) => publish.properties?.subscriptionIdentifiers);
}

describe('No Local', () => {
  it('keeps from a client what it published itself, by its identifier: after a reconnection too [5.0/MQTT-3.8.3-3] [trap 9]', () => {
    const hub = new Hub();
    const connect = () => hub.dialIn().connect5('a', { sessionExpiryInterval: 60 }, { clean: false });
    const first = connect();
    subscribe(first, { filter: 't', qos: 1, noLocal: true });
    first.take();
    first.publish('t', 'own', 0);
    hub.client('b').publish('t', 'other');
    expect(first.messages()).toEqual(['t other']);
    const second = connect();
    second.publish('t', 'own again', 0);
    expect(second.messages()).toEqual([]);
  });

  it('says no matching subscribers when nobody else is there', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a');
    subscribe(peer, { filter: 't', qos: 1, noLocal: true });
    peer.take();
    peer.publish('t', '', 1);
    expect(peer.takeOne('puback').reasonCode).toBe(0x10);
  });

  it('keeps from a client its own will too', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a', { sessionExpiryInterval: 60 }, { will: { qos: 1 } });
    subscribe(peer, { filter: 'will', qos: 1, noLocal: true });
    peer.lose();
    expect(hub.dialIn().connect5('a', {}, { clean: false }).messages()).toEqual([]);
  });
});

describe('Retain As Published', () => {
  it('keeps the flag of what comes by it, and else it is 0 [5.0/MQTT-3.3.1-12] [5.0/MQTT-3.3.1-13] [trap 3] [trap 5]', () => {
    for (const retainAsPublished of [false, true]) {
      const hub = new Hub();
      const peer = hub.dialIn().connect5('a');
      subscribe(peer, { filter: 't', qos: 0, retainAsPublished });
      peer.take();
      const publisher = hub.client('p');
      publisher.publish('t', '', 0, { retain: true });
      publisher.publish('t', 'x', 0);
      publisher.publish('t', 'y', 0, { retain: true });
      expect(peer.publishes().map(({ retain }) => retain)).toEqual([
        retainAsPublished,
        false,
        retainAsPublished,
      ]);
    }
  });

  it('of 0 leaves the flag of what comes because of the subscription [trap 4]', () => {
    const hub = new Hub();
    hub.client('p').publish('t', 'x', 0, { retain: true });
    const peer = hub.dialIn().connect5('a');
    subscribe(peer, { filter: 't', qos: 0, retainAsPublished: false });
    expect(peer.publishes()).toMatchObject([{ retain: true }]);
  });
});

describe('Retain Handling', () => {
  /** How many retained messages come with each of: the first SUBSCRIBE, another, one after a reconnection, one after UNSUBSCRIBE. */
  function sent(retainHandling: 0 | 1 | 2): number[] {
    const hub = new Hub();
    hub.client('p').publish('t', 'x', 0, { retain: true });
    const connect = () => hub.dialIn().connect5('a', { sessionExpiryInterval: 60 }, { clean: false });
    let peer = connect();
    const ask = (): number => {
      subscribe(peer, { filter: 't', qos: 0, retainHandling });
      return peer.publishes().length;
    };
    const counts = [ask(), ask()];
    peer = connect();
    counts.push(ask());
    peer.send({ type: 'unsubscribe', packetId: 1, filters: ['t'] });
    counts.push(ask());
    return counts;
  }

  it('0 sends retained messages with every SUBSCRIBE [5.0/MQTT-3.3.1-9] [5.0/MQTT-3.8.4-4]', () => {
    expect(sent(0)).toEqual([1, 1, 1, 1]);
  });

  it('1 sends them when the subscription did not exist [5.0/MQTT-3.3.1-10] [trap 6]', () => {
    expect(sent(1)).toEqual([1, 0, 0, 1]);
  });

  it('2 sends none [5.0/MQTT-3.3.1-11]', () => {
    expect(sent(2)).toEqual([0, 0, 0, 0]);
  });
});

describe('a Subscription Identifier', () => {
  const two = (options: HubOptions) => {
    const hub = new Hub(options);
    const peer = hub.dialIn().connect5('a', { sessionExpiryInterval: 60 }, { clean: false });
    subscribe(peer, { filter: 't/#', qos: 0 }, 268_435_455);
    subscribe(peer, { filter: 't/+', qos: 1 }, 7);
    subscribe(peer, { filter: '+/x', qos: 0 });
    peer.take();
    return { hub, peer };
  };

  it('comes with every other that matches in the one copy [5.0/MQTT-3.3.4-2] [5.0/MQTT-3.3.4-3] [5.0/MQTT-3.3.4-4] [trap 1] [trap 38]', () => {
    const { hub, peer } = two({ overlap: 'once' });
    hub.client('p').publish('t/x', '', 2);
    const publishes = peer.publishes();
    expect(identifiersOf(publishes)).toEqual([[268_435_455, 7]]);
    expect(publishes[0]!.qos).toBe(1);
  });

  it('comes alone in the copy of its own subscription [5.0/MQTT-3.3.4-5] [trap 1] [trap 38]', () => {
    const { hub, peer } = two({ overlap: 'each' });
    hub.client('p').publish('t/x', '', 2);
    const publishes = peer.publishes();
    expect(identifiersOf(publishes)).toEqual([[268_435_455], [7], undefined]);
    expect(publishes.map(({ qos }) => qos)).toEqual([0, 1, 0]);
  });

  it('is put on what is retained, and on what waits, as it was when that came; replaced and removed by SUBSCRIBE [trap 38]', () => {
    const hub = new Hub();
    hub.client('p').publish('t', 'old', 1, { retain: true });
    const peer = hub.dialIn().connect5('a', { sessionExpiryInterval: 60 }, { clean: false });
    subscribe(peer, { filter: 't', qos: 1 }, 1);
    expect(identifiersOf(peer.publishes())).toEqual([[1]]);
    subscribe(peer, { filter: 't', qos: 1, retainHandling: 2 }, 2);
    peer.lose();
    peer.take();
    hub.client('p').publish('t', 'new', 1);
    hub.disk.die('crash');
    const again = new Hub({}, { disk: hub.disk });
    const back = again.dialIn().connect5('a', { sessionExpiryInterval: 60 }, { clean: false });
    expect(identifiersOf(back.publishes())).toEqual([[1], [2]]);
    again.client('p').publish('t', 'newer', 0);
    expect(identifiersOf(back.publishes())).toEqual([[2]]);
    subscribe(back, { filter: 't', qos: 0, retainHandling: 2 });
    again.client('p').publish('t', 'newest', 0);
    expect(identifiersOf(back.publishes())).toEqual([undefined]);
  });
});
