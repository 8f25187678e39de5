import { describe, expect, it } from 'vitest';
import type { ClientOptions, SubscribeRequest } from '../../../src/mqtt/client/application.ts';
import type { ConnackProperties, UserProperties } from '../../../src/mqtt/codec/packet.ts';
import { publishFrom, Rig, text } from './rig.ts';

function online(properties?: ConnackProperties, options: Partial<ClientOptions> = {}): Rig {
  const rig = new Rig({ protocolVersion: 5, ...options });
  rig.comeOnline(false, properties);
  return rig;
}

describe('a 5.0 client', () => {
  it('asks for what its options say', () => {
    const rig = new Rig({ protocolVersion: 5, sessionExpiry: Infinity, maximumPacketSize: 1000 });
    rig.connect();
    expect(rig.opened()).toMatchObject([
      {
        type: 'connect',
        protocolVersion: 5,
        properties: { sessionExpiryInterval: 0xffffffff, maximumPacketSize: 1000 },
      },
    ]);
  });

  it('keeps to the Receive Maximum of the server, anew on every connection [trap 30]', () => {
    const rig = online({ receiveMaximum: 1 }, { cleanStart: false, sessionExpiry: 60 });
    rig.publish('a', 2);
    rig.publish('b', 1);
    rig.publish('c', 0);
    expect(rig.said()).toEqual(['PUBLISH a 1', 'PUBLISH c']);
    rig.serve({ type: 'pubrec', packetId: 1, reasonCode: 0 });
    expect(rig.said()).toEqual(['PUBREL 1']);
    rig.cut();
    rig.advance(600_000_000);
    rig.opened();
    rig.accept(true, { receiveMaximum: 3 });
    expect(rig.said()).toEqual(['PUBREL 1', 'PUBLISH b 2']);
  });

  it('fails a message the server refuses, and sends no PUBREL for it [trap 32]', () => {
    const rig = online();
    const [one, two] = [rig.publish('a', 1), rig.publish('b', 2)];
    rig.said();
    rig.serve({ type: 'puback', packetId: 1, reasonCode: 0x97 });
    rig.serve({ type: 'pubrec', packetId: 2, reasonCode: 0x87 });
    expect(rig.said()).toEqual([]);
    expect(rig.outcome(one)).toMatchObject({ ok: false, error: { kind: 'refused', reasonCode: 0x97 } });
    expect(rig.outcome(two)).toMatchObject({ ok: false, error: { kind: 'refused', reasonCode: 0x87 } });
    expect(rig.client.inflightCount).toBe(0);
  });

  it('takes PUBCOMP with 0x92 for the end of what PUBREC took over: its server has had the PUBREL before [5.0/3.7.2.1]', () => {
    const rig = online(undefined, { cleanStart: false, sessionExpiry: 60 });
    const call = rig.publish('a', 2);
    rig.serve({ type: 'pubrec', packetId: 1, reasonCode: 0 });
    rig.cut();
    rig.comeOnline(true);
    rig.serve({ type: 'pubcomp', packetId: 1, reasonCode: 0x92 });
    expect(rig.outcome(call)).toEqual({ op: 'publish', ok: true, reasonCode: 0 });
    expect(rig.client.inflightCount).toBe(0);
  });

  it('takes "no matching subscribers" for success, and tells it', () => {
    const rig = online();
    const [one, two] = [rig.publish('a', 1), rig.publish('b', 2)];
    rig.serve(
      { type: 'puback', packetId: 1, reasonCode: 0x10 },
      { type: 'pubrec', packetId: 2, reasonCode: 0x10 },
      { type: 'pubcomp', packetId: 2, reasonCode: 0 },
    );
    for (const call of [one, two]) {
      expect(rig.outcome(call)).toEqual({ op: 'publish', ok: true, reasonCode: 0x10 });
    }
  });

  it('never sends what is larger than the server takes, and stays connected [trap 33]', () => {
    const rig = online({ maximumPacketSize: 50 });
    const large = rig.publish('a', 1, 'x'.repeat(60));
    const small = rig.publish('b', 1);
    expect(rig.outcome(large)).toMatchObject({ ok: false, error: { kind: 'packet-too-large' } });
    expect(rig.said()).toEqual(['PUBLISH b 1']);
    expect(rig.outcome(small)).toBeUndefined();
    expect(rig.client.inflightCount).toBe(1);
  });

  it('never sends more QoS than the server takes, nor a retained message to one that keeps none [5.0/MQTT-3.2.2-11] [5.0/MQTT-3.2.2-14]', () => {
    const rig = online({ maximumQoS: 1, retainAvailable: 0 });
    expect(rig.outcome(rig.publish('a', 2))).toMatchObject({ ok: false, error: { kind: 'refused' } });
    const retained = rig.input(() =>
      rig.client.publish(0, { topic: 'a', payload: text('a'), qos: 1, retain: true }),
    );
    expect(rig.outcome(retained)).toMatchObject({ ok: false, error: { kind: 'refused' } });
    expect(rig.said()).toEqual([]);
  });

  it('goes by the name the server gave it', () => {
    const rig = online({ assignedClientIdentifier: 'auto-1' }, { clientId: '', sessionExpiry: 60 });
    rig.cut();
    rig.advance(600_000_000);
    expect(rig.opened()).toMatchObject([{ clientId: 'auto-1', cleanStart: false }]);
    rig.accept(true);
    const next = rig.reborn('crash');
    next.connect();
    expect(next.opened()).toMatchObject([{ clientId: 'auto-1' }]);
  });

  it('answers PUBREL and PUBREC of unknown identifiers with 0x92 [trap 29]', () => {
    const rig = online();
    rig.serve({ type: 'pubrel', packetId: 5, reasonCode: 0 }, { type: 'pubrec', packetId: 6, reasonCode: 0 });
    expect(rig.takeSent()).toMatchObject([
      { type: 'pubcomp', packetId: 5, reasonCode: 0x92 },
      { type: 'pubrel', packetId: 6, reasonCode: 0x92 },
    ]);
  });

  it('hands on the properties of a message, and keeps those of the connection to itself', () => {
    const rig = online();
    rig.serve({
      ...publishFrom('a', 0),
      properties: { contentType: 'text/plain', subscriptionIdentifiers: [3, 4] },
    });
    expect(rig.ofKind('deliver')[0]!.delivery).toMatchObject({
      message: { properties: { contentType: 'text/plain' } },
      subscriptionIdentifiers: [3, 4],
    });
    expect(rig.ofKind('deliver')[0]!.delivery.message.properties).not.toHaveProperty(
      'subscriptionIdentifiers',
    );
  });

  it('takes no topic alias, for it allows none', () => {
    const rig = online();
    rig.serve({ ...publishFrom('a', 0), properties: { topicAlias: 1 } });
    expect(rig.deliveries()).toEqual([]);
    expect(rig.takeSent()).toMatchObject([{ type: 'disconnect', reasonCode: 0x94 }]);
    expect(rig.rules()).toEqual(['5.0/MQTT-3.3.2-11']);
  });

  it('comes back after a DISCONNECT that time can heal, and not after one that says somebody took its place', () => {
    const busy = online();
    busy.serve({ type: 'disconnect', reasonCode: 0x8b });
    expect(busy.client.status).toBe('waiting');
    const taken = online();
    taken.serve({ type: 'disconnect', reasonCode: 0x8e });
    expect(taken.client.status).toBe('idle');
    expect(taken.ofKind('offline')).toHaveLength(1);
    expect(taken.isClosed(1)).toBe(true);
  });

  it('forgets its session with the connection when the server grants no expiry', () => {
    const rig = online({ sessionExpiryInterval: 0 }, { cleanStart: false, sessionExpiry: 60 });
    rig.publish('a', 1);
    rig.said();
    rig.cut();
    rig.advance(600_000_000);
    expect(rig.opened()).toMatchObject([{ cleanStart: true }]);
    rig.accept(false);
    expect(rig.said()).toEqual(['PUBLISH a 2']);
  });

  it('makes subscriptions again with their identifiers and options', () => {
    const rig = online();
    const request = {
      subscriptions: [{ filter: 'a', qos: 1 as const, noLocal: true }],
      subscriptionIdentifier: 7,
    };
    rig.input(() => rig.client.subscribe(0, request));
    rig.subscribe('b');
    rig.serve(
      { type: 'suback', packetId: 1, reasonCodes: [1] },
      { type: 'suback', packetId: 2, reasonCodes: [2] },
    );
    rig.cut();
    rig.advance(600_000_000);
    rig.opened();
    rig.accept(false);
    expect(rig.takeSent()).toMatchObject([
      { subscriptions: [{ filter: 'a', noLocal: true }], properties: { subscriptionIdentifier: 7 } },
      { subscriptions: [{ filter: 'b' }] },
    ]);
  });

  it.each(['a lost session', 'a crash'])(
    'makes subscriptions again with their user properties over %s',
    (end) => {
      const before = online(undefined, { cleanStart: false, sessionExpiry: 100 });
      const [blue, red]: UserProperties[] = [[['colour', 'blue']], [['colour', 'red']]];
      const ask = (filter: string, userProperties?: UserProperties) => {
        const request: SubscribeRequest = { subscriptions: [{ filter, qos: 1 }] };
        if (userProperties !== undefined) request.userProperties = userProperties;
        before.input(() => before.client.subscribe(before.now, request));
      };
      ask('a', blue);
      ask('b', [['colour', 'blue']]);
      ask('c', red);
      ask('d');
      for (let packetId = 1; packetId <= 4; packetId++) {
        before.serve({ type: 'suback', packetId, reasonCodes: [1] });
      }
      const rig = end === 'a crash' ? before.reborn('power-cut') : before;
      if (end === 'a crash') rig.connect();
      else {
        rig.cut();
        rig.advance(600_000_000);
      }
      rig.opened();
      rig.accept(false);
      expect(rig.takeSent()).toMatchObject([
        { subscriptions: [{ filter: 'a' }, { filter: 'b' }], properties: { userProperties: blue } },
        { subscriptions: [{ filter: 'c' }], properties: { userProperties: red } },
        { subscriptions: [{ filter: 'd' }] },
      ]);
    },
  );

  it('keeps a subscription whose UNSUBSCRIBE was refused', () => {
    const rig = online();
    rig.subscribe('a');
    rig.serve({ type: 'suback', packetId: 1, reasonCodes: [1] });
    const call = rig.unsubscribe('a');
    rig.serve({ type: 'unsuback', packetId: 2, reasonCodes: [0x87] });
    expect(rig.outcome(call)).toMatchObject({ op: 'unsubscribe', reasonCodes: [0x87] });
    expect(rig.observed.get('subscriptions/a')).toBe(1);
  });
});
