import { describe, expect, it } from 'vitest';
import type { ClientOptions } from '../../../src/mqtt/client/application.ts';
import type { ConnackProperties, MessageProperties, Publish } from '../../../src/mqtt/codec/packet.ts';
import { publishFrom, Rig, SECOND, text } from './rig.ts';

function online(options: Partial<ClientOptions>, properties?: ConnackProperties): Rig {
  const rig = new Rig({ protocolVersion: 5, cleanStart: false, sessionExpiry: 600, ...options });
  rig.comeOnline(false, properties);
  return rig;
}

function aliased(topic: string, topicAlias: number, qos: 0 | 1 | 2 = 0, packetId?: number): Publish {
  return { ...publishFrom(topic, qos, packetId), properties: { topicAlias } };
}

/** `plant/a 1`: topic and alias of every PUBLISH that was sent since the last look. */
function published(rig: Rig): string[] {
  return rig.takeSent().map((packet) => {
    const { topic, properties } = packet as Publish;
    return `${topic} ${properties?.topicAlias ?? '-'}`;
  });
}

describe('the aliases a server gives', () => {
  it('are allowed by CONNECT, up to the maximum it says', () => {
    const rig = new Rig({ protocolVersion: 5, topicAliasMaximum: 7 });
    rig.connect();
    expect(rig.opened()).toMatchObject([{ properties: { topicAliasMaximum: 7 } }]);
  });

  it('stand for their topics, every one up to the maximum, and can be given anew [5.0/MQTT-3.3.2-10]', () => {
    const rig = online({ topicAliasMaximum: 2 });
    rig.serve(aliased('one', 1), aliased('two', 2), aliased('', 1), aliased('', 2));
    rig.serve(aliased('three', 1), aliased('', 1), aliased('', 2));
    expect(rig.deliveries()).toEqual(['one', 'two', 'one', 'two', 'three', 'three', 'two']);
    for (const { delivery } of rig.ofKind('deliver')) {
      expect(delivery.message.properties ?? {}).not.toHaveProperty('topicAlias');
    }
  });

  it('are learned from a QoS 2 PUBLISH that only repeats itself', () => {
    const rig = online({ topicAliasMaximum: 2 });
    rig.serve(publishFrom('one', 2, 1));
    rig.cut();
    rig.comeOnline(true);
    rig.serve({ ...aliased('one', 1, 2, 1), dup: true }, aliased('', 1));
    expect(rig.deliveries()).toEqual(['one']);
  });

  it('above the maximum end the connection with 0x94 [5.0/MQTT-3.3.2-11] [5.0/MQTT-3.1.2-26] [trap 34]', () => {
    const rig = online({ topicAliasMaximum: 2 });
    rig.serve(aliased('three', 3));
    expect(rig.deliveries()).toEqual([]);
    expect(rig.takeSent()).toMatchObject([{ type: 'disconnect', reasonCode: 0x94 }]);
    expect(rig.rules()).toEqual(['5.0/MQTT-3.3.2-11']);
  });

  it('must not be 0: that ends it with 0x94 too [5.0/MQTT-3.3.2-8] [trap 34]', () => {
    const rig = online({ topicAliasMaximum: 2 });
    // PUBLISH a with Topic Alias 0.
    rig.receiveBytes(1, new Uint8Array([0x30, 7, 0, 1, 0x61, 3, 0x23, 0, 0]));
    expect(rig.deliveries()).toEqual([]);
    expect(rig.takeSent()).toMatchObject([{ type: 'disconnect', reasonCode: 0x94 }]);
    expect(rig.rules()).toEqual(['5.0/MQTT-3.3.2-8']);
  });

  it('that stand for nothing end it with 0x82 [5.0/3.3.4] [trap 34]', () => {
    const rig = online({ topicAliasMaximum: 2 });
    rig.serve(aliased('one', 1), aliased('', 2));
    expect(rig.deliveries()).toEqual(['one']);
    expect(rig.takeSent()).toMatchObject([{ type: 'disconnect', reasonCode: 0x82 }]);
    expect(rig.rules()).toEqual(['5.0/3.3.4']);
  });

  it('are forgotten with the connection, although the session goes on [5.0/MQTT-3.3.2-7] [trap 34]', () => {
    const rig = online({ topicAliasMaximum: 2 });
    rig.serve(aliased('one', 1));
    rig.cut();
    rig.comeOnline(true);
    rig.serve(aliased('', 1));
    expect(rig.deliveries()).toEqual([]);
    expect(rig.takeSent()).toMatchObject([{ type: 'disconnect', reasonCode: 0x82 }]);
  });
});

describe('the aliases a client gives', () => {
  const topics = ['plant/a', 'plant/b', 'plant/a', 'plant/b'];

  it('shorten every PUBLISH after the first', () => {
    const rig = online({ topicAliases: 10 }, { topicAliasMaximum: 10 });
    for (const topic of topics) rig.publish(topic, 1);
    expect(published(rig)).toEqual(['plant/a 1', 'plant/b 2', ' 1', ' 2']);
  });

  it('are none unless the server allows them [5.0/MQTT-3.2.2-18]', () => {
    const rig = online({ topicAliases: 10 });
    for (const topic of topics) rig.publish(topic, 0);
    expect(published(rig)).toEqual(['plant/a -', 'plant/b -', 'plant/a -', 'plant/b -']);
  });

  it('are none unless the application wants them', () => {
    const rig = online({}, { topicAliasMaximum: 10 });
    for (const topic of topics) rig.publish(topic, 0);
    expect(published(rig)).toEqual(['plant/a -', 'plant/b -', 'plant/a -', 'plant/b -']);
  });

  it('never exceed what the server allows; who was used longest ago gives way [5.0/MQTT-3.3.2-9] [5.0/MQTT-3.2.2-17]', () => {
    const rig = online({ topicAliases: 10 }, { topicAliasMaximum: 2 });
    for (const topic of ['plant/a', 'plant/b', 'plant/a', 'plant/c', 'plant/a', 'plant/b'])
      rig.publish(topic, 0);
    expect(published(rig)).toEqual(['plant/a 1', 'plant/b 2', ' 1', 'plant/c 2', ' 1', 'plant/b 2']);
  });

  it('are not spent on topics as short as an alias', () => {
    const rig = online({ topicAliases: 10 }, { topicAliasMaximum: 1 });
    for (const topic of ['a/b', 'plant/a', 'a/b']) rig.publish(topic, 0);
    expect(published(rig)).toEqual(['a/b -', 'plant/a 1', 'a/b -']);
  });

  it('begin anew on every connection, also for what is delivered again', () => {
    const rig = online({ topicAliases: 10 }, { topicAliasMaximum: 10 });
    rig.publish('plant/a', 1);
    rig.publish('plant/a', 1);
    expect(published(rig)).toEqual(['plant/a 1', ' 1']);
    rig.cut();
    rig.advance(600 * SECOND);
    rig.opened();
    rig.accept(true, { topicAliasMaximum: 10 });
    expect(rig.ofKind('send').map(({ packet }) => packet)).toMatchObject([
      { topic: 'plant/a', dup: true, packetId: 1, properties: { topicAlias: 1 } },
      { topic: '', dup: true, packetId: 2, properties: { topicAlias: 1 } },
    ]);
  });

  it('are not given where topic and alias together are more than the server takes [5.0/MQTT-3.2.2-15]', () => {
    // 2 fixed header, 2 + 7 topic, 1 property length, 8 payload: 20 bytes, and 3 more with an alias.
    const rig = online({ topicAliases: 10 }, { topicAliasMaximum: 10, maximumPacketSize: 22 });
    rig.publish('plant/a', 0, '12345678');
    rig.publish('plant/a', 0, '1234567');
    rig.publish('plant/a', 0, '12345678');
    expect(published(rig)).toEqual(['plant/a -', 'plant/a 1', ' 1']);
  });

  it('are no business of the application, nor are subscription identifiers [5.0/MQTT-3.3.4-6]', () => {
    const rig = online({ topicAliases: 10 }, { topicAliasMaximum: 10 });
    const forbidden: object[] = [{ topicAlias: 1 }, { subscriptionIdentifiers: [1] }];
    for (const properties of forbidden as MessageProperties[]) {
      const request = { topic: 'plant/a', payload: text('x'), properties };
      const call = rig.input(() => rig.client.publish(rig.now, request));
      expect(rig.outcome(call)).toMatchObject({ ok: false, error: { kind: 'invalid' } });
    }
    expect(published(rig)).toEqual([]);
  });
});
