import { describe, expect, it } from 'vitest';
import type { ClientOptions } from '../../../src/mqtt/client/application.ts';
import type { Publish } from '../../../src/mqtt/codec/packet.ts';
import { publishFrom, Rig } from './rig.ts';

function online(options: Partial<ClientOptions> = {}): Rig {
  const rig = new Rig({ protocolVersion: 5, cleanStart: false, sessionExpiry: 600, ...options });
  rig.comeOnline();
  return rig;
}

describe('what a 5.0 client publishes', () => {
  it('at QoS 0 has no identifier and DUP 0, and has to be acknowledged by nobody [5.0/MQTT-2.2.1-2] [5.0/MQTT-3.3.1-2] [5.0/MQTT-4.3.1-1]', () => {
    const rig = online();
    rig.publish('a', 0);
    const [packet] = rig.takeSent() as Publish[];
    expect(packet).toMatchObject({ qos: 0, dup: false });
    expect(packet).not.toHaveProperty('packetId');
    rig.cut();
    rig.connectAgain(true);
    expect(rig.said()).toEqual([]);
  });

  it('has an identifier that nothing else of it has, and DUP 0 [5.0/MQTT-2.2.1-3] [5.0/MQTT-4.3.2-1] [5.0/MQTT-4.3.2-2] [5.0/MQTT-4.3.3-1] [5.0/MQTT-4.3.3-2]', () => {
    const rig = online();
    rig.publish('a', 1);
    rig.subscribe('b');
    rig.publish('c', 2);
    rig.unsubscribe('d');
    expect(rig.said()).toEqual(['PUBLISH a 1', 'SUBSCRIBE 2 b', 'PUBLISH c 3', 'UNSUBSCRIBE 4 d']);
  });

  it('is sent again until PUBACK or PUBREC, with DUP 1, its identifier and its order, and only over a new connection [5.0/MQTT-3.3.1-1] [5.0/MQTT-4.3.2-3] [5.0/MQTT-4.3.3-3] [5.0/MQTT-4.4.0-1] [5.0/MQTT-4.6.0-1]', () => {
    const rig = online();
    for (const [topic, qos] of [
      ['a', 1],
      ['b', 2],
      ['c', 1],
      ['d', 2],
    ] as const)
      rig.publish(topic, qos);
    rig.said();
    rig.serve({ type: 'puback', packetId: 3, reasonCode: 0 });
    rig.advance(60_000_000);
    expect(rig.said()).toEqual([]);
    rig.cut();
    rig.advance(600_000_000);
    rig.opened();
    rig.accept(true);
    expect(rig.said()).toEqual(['PUBLISH DUP a 1', 'PUBLISH DUP b 2', 'PUBLISH DUP d 4']);
  });

  it('at QoS 2 has PUBREL for PUBREC, in their order, which is sent again until PUBCOMP and never the PUBLISH [5.0/MQTT-4.3.3-4] [5.0/MQTT-4.3.3-5] [5.0/MQTT-4.3.3-6] [5.0/MQTT-4.6.0-4]', () => {
    const rig = online();
    for (const topic of ['a', 'b', 'c']) rig.publish(topic, 2);
    rig.said();
    for (const packetId of [3, 1, 2]) rig.serve({ type: 'pubrec', packetId, reasonCode: 0 });
    expect(rig.said()).toEqual(['PUBREL 3', 'PUBREL 1', 'PUBREL 2']);
    rig.serve({ type: 'pubcomp', packetId: 1, reasonCode: 0 });
    rig.cut();
    rig.advance(600_000_000);
    rig.opened();
    rig.accept(true);
    expect(rig.said()).toEqual(['PUBREL 3', 'PUBREL 2']);
  });

  it('and is refused is over: no PUBREL, and never again [5.0/MQTT-4.3.3-4] [5.0/MQTT-4.4.0-2]', () => {
    const rig = online();
    rig.publish('a', 1);
    rig.publish('b', 2);
    rig.said();
    rig.serve({ type: 'puback', packetId: 1, reasonCode: 0x97 });
    rig.serve({ type: 'pubrec', packetId: 2, reasonCode: 0x97 });
    expect(rig.said()).toEqual([]);
    rig.cut();
    rig.advance(600_000_000);
    rig.opened();
    rig.accept(true);
    expect(rig.said()).toEqual([]);
  });

  it('beyond the Receive Maximum of the server waits; nothing else does [5.0/MQTT-3.3.4-7] [5.0/MQTT-3.3.4-8] [5.0/MQTT-4.9.0-1] [5.0/MQTT-4.9.0-2] [5.0/MQTT-4.9.0-3]', () => {
    const rig = new Rig({ protocolVersion: 5, cleanStart: false, sessionExpiry: 600, keepAlive: 10 });
    rig.comeOnline(false, { receiveMaximum: 2 });
    for (const [topic, qos] of [
      ['a', 2],
      ['b', 1],
      ['c', 1],
      ['d', 0],
    ] as const)
      rig.publish(topic, qos);
    rig.subscribe('e');
    rig.unsubscribe('f');
    rig.serve(publishFrom('g', 1, 7), publishFrom('h', 2, 8), { type: 'pubrel', packetId: 8, reasonCode: 0 });
    rig.serve({ type: 'pubrec', packetId: 1, reasonCode: 0 });
    rig.advance(10_000_000);
    expect(rig.said()).toEqual([
      'PUBLISH a 1',
      'PUBLISH b 2',
      'PUBLISH d',
      'SUBSCRIBE 3 e',
      'UNSUBSCRIBE 4 f',
      'PUBACK 7',
      'PUBREC 8',
      'PUBCOMP 8',
      'PUBREL 1',
      'PINGREQ',
    ]);
    rig.serve({ type: 'pubcomp', packetId: 1, reasonCode: 0 });
    expect(rig.said()).toEqual(['PUBLISH c 5']);
  });
});

describe('what a 5.0 client passes on', () => {
  it('has DUP 0 although it came with 1 [5.0/MQTT-3.3.1-3]', () => {
    const rig = online();
    rig.serve(publishFrom('a', 1, 5, true));
    rig.publish('b', 1);
    expect(rig.said()).toEqual(['PUBACK 5', 'PUBLISH b 1']);
  });
});

describe('what a 5.0 client receives', () => {
  it('has the answer its QoS asks for, with its identifier, whether or not anybody wants it [5.0/MQTT-3.3.4-1] [5.0/MQTT-2.2.1-5] [5.0/MQTT-4.3.2-4] [5.0/MQTT-4.3.3-8] [5.0/MQTT-4.3.3-11] [5.0/MQTT-4.5.0-2]', () => {
    const rig = online();
    rig.serve(publishFrom('a', 0), publishFrom('b', 1, 5), publishFrom('c', 2, 6));
    expect(rig.said()).toEqual(['PUBACK 5', 'PUBREC 6']);
    rig.serve({ type: 'pubrel', packetId: 6, reasonCode: 0 });
    expect(rig.said()).toEqual(['PUBCOMP 6']);
    expect(rig.deliveries()).toEqual(['a', 'b', 'c']);
  });

  it('is acknowledged in its order, PUBACKs and PUBRECs [5.0/MQTT-4.6.0-2] [5.0/MQTT-4.6.0-3]', () => {
    const rig = online();
    rig.serve(
      ...[9, 3, 7].map((id) => publishFrom('a', 1, id)),
      ...[4, 8, 2].map((id) => publishFrom('b', 2, id)),
    );
    expect(rig.said()).toEqual(['PUBACK 9', 'PUBACK 3', 'PUBACK 7', 'PUBREC 4', 'PUBREC 8', 'PUBREC 2']);
  });

  it('at QoS 1 is new after PUBACK, whatever its identifier and DUP say [5.0/MQTT-4.3.2-5]', () => {
    const rig = online();
    rig.serve(publishFrom('a', 1, 5), publishFrom('b', 1, 5, true));
    expect(rig.deliveries()).toEqual(['a', 'b']);
    expect(rig.said()).toEqual(['PUBACK 5', 'PUBACK 5']);
  });

  it('at QoS 2 is handed on once until PUBREL, over connections too, and its identifier is new after PUBCOMP [5.0/MQTT-4.3.3-10] [5.0/MQTT-4.3.3-12]', () => {
    const rig = online();
    rig.serve(publishFrom('a', 2, 5), publishFrom('a', 2, 5, true));
    expect(rig.said()).toEqual(['PUBREC 5', 'PUBREC 5']);
    expect(rig.deliveries()).toEqual(['a']);
    rig.cut();
    rig.comeOnline(true);
    rig.serve(publishFrom('a', 2, 5, true));
    expect(rig.said()).toEqual(['PUBREC 5']);
    expect(rig.deliveries()).toEqual([]);
    rig.serve({ type: 'pubrel', packetId: 5, reasonCode: 0 }, publishFrom('b', 2, 5));
    expect(rig.deliveries()).toEqual(['b']);
  });

  it('is forgotten when the server has no session any more, and then the identifier is new [5.0/MQTT-3.2.2-5]', () => {
    const rig = online();
    rig.serve(publishFrom('a', 2, 5));
    rig.cut();
    rig.comeOnline(false);
    rig.serve(publishFrom('b', 2, 5));
    expect(rig.deliveries()).toEqual(['b']);
  });
});
