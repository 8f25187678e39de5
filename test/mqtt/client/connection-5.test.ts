import { describe, expect, it } from 'vitest';
import type { ClientOptions } from '../../../src/mqtt/client/application.ts';
import { encode } from '../../../src/mqtt/codec/index.ts';
import { publishFrom, Rig, text } from './rig.ts';

const KEPT: Partial<ClientOptions> = { protocolVersion: 5, cleanStart: false, sessionExpiry: 60 };

describe('the connection of a 5.0 client', () => {
  it('begins with CONNECT, whatever waits to be said, and says nothing more before CONNACK [5.0/MQTT-3.1.0-1]', () => {
    const rig = new Rig({ ...KEPT, keepAlive: 5 });
    rig.publish('a', 1);
    rig.subscribe('b');
    rig.connect();
    expect(rig.opened().map(({ type }) => type)).toEqual(['connect']);
    rig.advance(20_000_000);
    expect(rig.said()).toEqual([]);
    rig.accept();
    expect(rig.said()).toEqual(['SUBSCRIBE 1 b', 'PUBLISH a 2']);
  });

  it('ends with DISCONNECT, after which it says nothing, answers nothing and closes [5.0/MQTT-3.14.4-1] [5.0/MQTT-3.14.4-2]', () => {
    const rig = new Rig({ ...KEPT, keepAlive: 5 });
    rig.comeOnline();
    rig.disconnect();
    rig.publish('a', 1);
    rig.subscribe('b');
    rig.receiveBytes(1, encode(publishFrom('c', 1, 9), 5));
    rig.advance(60_000_000);
    expect(rig.said()).toEqual(['DISCONNECT']);
    expect(rig.ofKind('close')).toEqual([{ kind: 'close', connection: 1, manner: 'finish' }]);
    expect(rig.deliveries()).toEqual([]);
  });

  it('is closed on every refusal, in CONNACK and in DISCONNECT [5.0/MQTT-4.13.2-1]', () => {
    const refused = new Rig(KEPT);
    refused.connect();
    refused.opened();
    refused.refuse(0x87);
    const dismissed = new Rig(KEPT);
    dismissed.comeOnline();
    dismissed.serve({ type: 'disconnect', reasonCode: 0x98 });
    for (const rig of [refused, dismissed]) {
      expect([rig.takeSent(), rig.isClosed(1)]).toEqual([[], true]);
    }
  });
});

describe('the session of a 5.0 client', () => {
  it('is kept after its connection and its life, if its interval is more than zero [5.0/MQTT-3.1.2-23]', () => {
    const rig = new Rig(KEPT);
    rig.comeOnline();
    rig.publish('a', 2);
    rig.serve(publishFrom('b', 2, 9));
    rig.cut();
    const next = rig.reborn('power-cut');
    next.connectAgain(true);
    expect(next.said()).toEqual(['PUBLISH DUP a 1']);
    next.serve(publishFrom('b', 2, 9, true));
    expect([next.said(), next.deliveries()]).toEqual([['PUBREC 9'], []]);
  });

  it('is kept as long as its connection stands, at an interval of zero too [5.0/MQTT-4.1.0-1]', () => {
    const rig = new Rig({ protocolVersion: 5 });
    rig.comeOnline();
    rig.publish('a', 2);
    rig.serve(publishFrom('b', 2, 9));
    rig.said();
    rig.advance(1_000_000_000_000);
    rig.serve({ type: 'pubrec', packetId: 1, reasonCode: 0 }, publishFrom('b', 2, 9, true));
    expect(rig.said()).toEqual(['PUBREL 1', 'PUBREC 9']);
    expect(rig.deliveries()).toEqual(['b']);
  });

  it('is discarded by Clean Start 1, also what was received in it [5.0/MQTT-3.1.2-4]', () => {
    const rig = new Rig({ ...KEPT, cleanStart: true });
    rig.comeOnline();
    rig.publish('a', 2);
    rig.serve(publishFrom('b', 2, 9));
    rig.disconnect();
    rig.connect();
    expect(rig.opened()).toMatchObject([{ type: 'connect', cleanStart: true }]);
    rig.accept(false);
    rig.forget();
    rig.serve(publishFrom('c', 2, 9));
    expect(rig.deliveries()).toEqual(['c']);
  });

  it('goes by the Client Identifier of every CONNECT, its own or the assigned one [5.0/MQTT-3.1.3-2]', () => {
    for (const clientId of ['own', '']) {
      const rig = new Rig({ ...KEPT, clientId });
      rig.connect();
      expect(rig.opened()).toMatchObject([{ clientId }]);
      const assigned = clientId === '' ? { assignedClientIdentifier: 'given' } : {};
      rig.accept(false, assigned);
      rig.publish('a', 1);
      rig.said();
      rig.cut();
      rig.advance(600_000_000);
      expect(rig.opened()).toMatchObject([{ clientId: clientId === '' ? 'given' : 'own' }]);
      rig.accept(true);
      expect(rig.said()).toEqual(['PUBLISH DUP a 1']);
    }
  });
});

describe('a 5.0 client whose server takes only small packets', () => {
  it('answers with codes and no word of explanation, and leaves without one [5.0/MQTT-3.2.2-15] [5.0/MQTT-3.4.2-2] [5.0/MQTT-3.4.2-3] [5.0/MQTT-3.5.2-2] [5.0/MQTT-3.5.2-3] [5.0/MQTT-3.6.2-2] [5.0/MQTT-3.6.2-3] [5.0/MQTT-3.7.2-2] [5.0/MQTT-3.7.2-3] [5.0/MQTT-3.14.2-3] [5.0/MQTT-3.14.2-4]', () => {
    const maximumPacketSize = 8;
    const rig = new Rig(KEPT);
    rig.comeOnline(false, { maximumPacketSize });
    rig.serve(publishFrom('a', 1, 1), publishFrom('b', 2, 2));
    rig.serve({ type: 'pubrec', packetId: 3, reasonCode: 0 }, { type: 'pubrel', packetId: 4, reasonCode: 0 });
    const words = { reasonString: 'too long to say', userProperties: [['k', 'v']] as const };
    rig.input(() => rig.client.disconnect(rig.now, { reasonCode: 0x04, ...words }));
    const sent = rig.ofKind('send');
    expect(sent.map(({ packet }) => packet)).toEqual([
      { type: 'puback', packetId: 1, reasonCode: 0 },
      { type: 'pubrec', packetId: 2, reasonCode: 0 },
      { type: 'pubrel', packetId: 3, reasonCode: 0x92 },
      { type: 'pubcomp', packetId: 4, reasonCode: 0x92 },
      { type: 'disconnect', reasonCode: 0x04 },
    ]);
    for (const { bytes } of sent) expect(bytes.length).toBeLessThanOrEqual(maximumPacketSize);
  });

  it('gives up where not even an acknowledgement would fit, without a word [5.0/MQTT-3.2.2-15]', () => {
    for (const maximumPacketSize of [1, 4]) {
      const rig = new Rig(KEPT);
      const call = rig.connect();
      rig.opened();
      rig.accept(false, { maximumPacketSize });
      expect(rig.outcome(call)).toMatchObject({ ok: false, error: { kind: 'packet-too-large' } });
      expect([rig.takeSent(), rig.isClosed(1), rig.client.status]).toEqual([[], true, 'idle']);
    }
  });

  it('authenticates without a word of explanation [5.0/MQTT-3.15.2-2] [5.0/MQTT-3.15.2-3]', () => {
    const exchange = { opening: undefined, answer: () => ({}), accept: () => true };
    const rig = new Rig({ ...KEPT, authentication: { name: 'm', begin: () => exchange } });
    rig.comeOnline(false, { authenticationMethod: 'm', maximumPacketSize: 8 });
    rig.input(() => rig.client.authenticate(rig.now));
    const [sent] = rig.ofKind('send');
    expect(sent!.bytes.length).toBe(8);
    expect(sent!.packet).toEqual({
      type: 'auth',
      reasonCode: 0x19,
      properties: { authenticationMethod: 'm' },
    });
  });
});

describe('the CONNECT of a 5.0 client', () => {
  it('has the fields its flags promise, in their order, and no other [5.0/MQTT-3.1.3-1] [5.0/MQTT-3.1.3-3] [5.0/MQTT-3.1.2-9] [5.0/MQTT-3.1.2-11] [5.0/MQTT-3.1.2-13] [5.0/MQTT-3.1.2-16] [5.0/MQTT-3.1.2-17] [5.0/MQTT-3.1.2-18] [5.0/MQTT-3.1.2-19]', () => {
    const payload = (options: Partial<ClientOptions>): [flags: number, rest: string] => {
      const rig = new Rig({ ...KEPT, clientId: 'id', ...options });
      rig.connect();
      rig.open(rig.dialled, 5);
      const { bytes } = rig.ofKind('send')[0]!;
      return [bytes[9]!, Buffer.from(bytes.subarray(18)).toString('latin1')];
    };
    const will = {
      topic: 'wt',
      payload: text('wp'),
      qos: 1,
      retain: true,
      properties: { willDelayInterval: 1 },
    } as const;
    const id = '\0\x02id';
    const willFields = '\x05\x18\0\0\0\x01\0\x02wt\0\x02wp';
    expect(payload({})).toEqual([0x00, id]);
    expect(payload({ username: 'un' })).toEqual([0x80, `${id}\0\x02un`]);
    expect(payload({ password: text('pw') })).toEqual([0x40, `${id}\0\x02pw`]);
    expect(payload({ will })).toEqual([0x2c, id + willFields]);
    expect(payload({ will, username: 'un', password: text('pw') })).toEqual([
      0xec,
      `${id}${willFields}\0\x02un\0\x02pw`,
    ]);
  });
});
