import { describe, expect, it } from 'vitest';
import { bytes, Hub, type Peer, SECOND } from './hub.ts';

/** A subscriber of 5.0 whose hub waits for its disk, and a publisher of messages that live for ten seconds. */
function waiting(properties = {}): { hub: Hub; subscriber: Peer; publish: (payload: string) => void } {
  const hub = new Hub({}, { sync: 'by-hand' });
  const subscriber = hub.dialIn();
  subscriber.connect('s', {
    version: 5,
    clean: true,
    properties: { sessionExpiryInterval: 60, ...properties },
  });
  hub.sync();
  subscriber.send({ type: 'subscribe', packetId: 1, subscriptions: [{ filter: '#', qos: 2 }] });
  hub.sync();
  const publisher = hub.dialIn().connect5('p');
  hub.sync();
  subscriber.take();
  const publish = (payload: string): void =>
    publisher.publish('a/topic/of/some/length', payload, 2, { properties: { messageExpiryInterval: 10 } });
  return { hub, subscriber, publish };
}

describe('a message that waits for the disk', () => {
  it('has lived for as long when it is sent [5.0/MQTT-3.3.2-6]', () => {
    const { hub, subscriber, publish } = waiting();
    publish('a');
    hub.advance(7 * SECOND);
    expect(subscriber.take()).toEqual([]);
    hub.sync();
    expect(subscriber.publishes()).toMatchObject([
      { payload: bytes('a'), properties: { messageExpiryInterval: 3 } },
    ]);
  });

  it('is not sent when it expired meanwhile, and what comes after it is [5.0/MQTT-3.3.2-5]', () => {
    const { hub, subscriber, publish } = waiting({ receiveMaximum: 1 });
    publish('too late');
    hub.advance(6 * SECOND);
    publish('in time');
    hub.advance(5 * SECOND);
    hub.sync();
    hub.sync();
    const [sent, ...more] = subscriber.publishes();
    expect(more).toEqual([]);
    expect(sent).toMatchObject({ payload: bytes('in time'), properties: { messageExpiryInterval: 5 } });
    const { packetId } = sent!;
    subscriber.send({ type: 'pubrec', packetId: packetId! });
    subscriber.send({ type: 'pubcomp', packetId: packetId! });
    hub.sync();
    expect(hub.machine.debts()).toEqual([]);
  });

  it('leaves nothing on the disk when it expired', () => {
    const { hub, subscriber, publish } = waiting();
    const before = [...hub.disk.values().keys()];
    publish('too late');
    hub.advance(11 * SECOND);
    hub.sync();
    hub.sync();
    expect(subscriber.publishes()).toEqual([]);
    expect([...hub.disk.values().keys()]).toEqual(before);
  });

  it('gives its alias in the order in which it is sent [5.0/MQTT-3.3.2-7]', () => {
    const { hub, subscriber, publish } = waiting({ topicAliasMaximum: 1 });
    publish('too late');
    hub.advance(6 * SECOND);
    publish('first');
    publish('second');
    hub.advance(5 * SECOND);
    hub.sync();
    hub.sync();
    expect(subscriber.publishes().map(({ topic, properties }) => [topic, properties?.topicAlias])).toEqual([
      ['a/topic/of/some/length', 1],
      ['', 1],
    ]);
  });
});
