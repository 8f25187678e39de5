import { describe, expect, it } from 'vitest';
import type { ClientOptions, SubscribeRequest } from '../../../src/mqtt/client/application.ts';
import type { ConnackProperties, Subscription, UserProperties } from '../../../src/mqtt/codec/packet.ts';
import { Rig, SECOND } from './rig.ts';

function online(properties?: ConnackProperties, options: Partial<ClientOptions> = {}): Rig {
  const rig = new Rig({ protocolVersion: 5, cleanStart: false, sessionExpiry: 600, ...options });
  rig.comeOnline(false, properties);
  return rig;
}

function ask(rig: Rig, request: SubscribeRequest): number {
  return rig.input(() => rig.client.subscribe(rig.now, request));
}

function comeBack(rig: Rig, properties?: ConnackProperties): void {
  rig.cut();
  rig.advance(600 * SECOND);
  rig.opened();
  rig.accept(false, properties);
}

const pairs: UserProperties = [
  ['b', '1'],
  ['a', '2'],
  ['b', '1'],
];

describe('a server that says what it has not', () => {
  it.each([
    ['wildcards [5.0/3.2.2.3.11]', { wildcardSubscriptionAvailable: 0 }, { filter: 'a/#', qos: 0 }, 0xa2],
    [
      'wildcards in shared subscriptions',
      { wildcardSubscriptionAvailable: 0 },
      { filter: '$share/g/+', qos: 0 },
      0xa2,
    ],
    [
      'shared subscriptions [5.0/3.2.2.3.13]',
      { sharedSubscriptionAvailable: 0 },
      { filter: '$share/g/a', qos: 0 },
      0x9e,
    ],
  ] as const)(
    'is not asked for %s: the call fails at once',
    (_name, properties, subscription, reasonCode) => {
      const rig = online(properties);
      const call = ask(rig, { subscriptions: [{ filter: 'plain', qos: 1 }, subscription] });
      expect(rig.outcome(call)).toMatchObject({
        op: 'subscribe',
        ok: false,
        error: { kind: 'refused', reasonCode },
      });
      const error = (rig.outcome(call) as { error: { message: string } }).error;
      expect(error.message).toContain(subscription.filter);
      ask(rig, { subscriptions: [{ filter: 'plain', qos: 1 }] });
      expect(rig.said()).toEqual(['SUBSCRIBE 1 plain']);
    },
  );

  it('is asked for what it has', () => {
    const rig = online({
      wildcardSubscriptionAvailable: 1,
      sharedSubscriptionAvailable: 1,
      subscriptionIdentifiersAvailable: 1,
    });
    ask(rig, { subscriptions: [{ filter: '$share/g/#', qos: 1 }], subscriptionIdentifier: 4 });
    expect(rig.said()).toEqual(['SUBSCRIBE 1 $share/g/#']);
    const modest = online({ sharedSubscriptionAvailable: 0, subscriptionIdentifiersAvailable: 0 });
    ask(modest, { subscriptions: [{ filter: '#', qos: 1 }] });
    expect(modest.said()).toEqual(['SUBSCRIBE 1 #']);
  });

  it('gets no subscription identifier [5.0/3.2.2.3.12]', () => {
    const rig = online({ subscriptionIdentifiersAvailable: 0 });
    const call = ask(rig, { subscriptions: [{ filter: 'a', qos: 1 }], subscriptionIdentifier: 4 });
    expect(rig.outcome(call)).toMatchObject({ ok: false, error: { kind: 'refused', reasonCode: 0xa1 } });
    expect(rig.said()).toEqual([]);
  });

  it('gets no SUBSCRIBE or UNSUBSCRIBE larger than it takes [5.0/MQTT-3.2.2-15]', () => {
    const rig = online({ maximumPacketSize: 20 });
    const filter = 'x'.repeat(20);
    for (const call of [rig.subscribe(filter), rig.unsubscribe(filter)]) {
      expect(rig.outcome(call)).toMatchObject({ ok: false, error: { kind: 'packet-too-large' } });
    }
    rig.subscribe('x'.repeat(12));
    expect(rig.takeSent()).toHaveLength(1);
    expect(rig.client.status).toBe('online');
  });

  it('is asked on the next connection what the application asked while offline, or tells why not', () => {
    const rig = new Rig({ protocolVersion: 5 });
    rig.connect();
    const [first, second] = [rig.subscribe('a/#'), rig.subscribe('a')];
    rig.opened();
    rig.accept(false, { wildcardSubscriptionAvailable: 0 });
    expect(rig.said()).toEqual(['SUBSCRIBE 1 a']);
    expect(rig.outcome(first)).toMatchObject({ ok: false, error: { reasonCode: 0xa2 } });
    expect(rig.outcome(second)).toBeUndefined();
  });

  it('loses only those of the former subscriptions that it cannot have again', () => {
    const rig = online();
    const filters = ['a', 'b/#', 'c', 'd/+', 'e'];
    ask(rig, { subscriptions: filters.map((filter) => ({ filter, qos: 1 })) });
    rig.serve({ type: 'suback', packetId: 1, reasonCodes: [1, 1, 1, 1, 1] });
    rig.forget();
    comeBack(rig, { wildcardSubscriptionAvailable: 0 });
    const again = rig
      .takeSent()
      .flatMap((packet) => (packet.type === 'subscribe' ? packet.subscriptions : []));
    expect(again.map(({ filter }) => filter)).toEqual(['a', 'c', 'e']);
    expect(rig.notes.filter(({ step }) => step === 'refused').map(({ topic }) => topic)).toEqual([
      'b/#',
      'd/+',
    ]);
    expect([...rig.observed.keys()].filter((key) => key.startsWith('subscriptions/'))).toEqual([
      'subscriptions/a',
      'subscriptions/c',
      'subscriptions/e',
    ]);
    expect(rig.outcome(0)).toBeUndefined();
  });
});

describe('a client whose only subscription cannot be made again', () => {
  it('does not go on trying in its next life', () => {
    const rig = online();
    rig.subscribe('a/#');
    rig.serve({ type: 'suback', packetId: 1, reasonCodes: [1] });
    comeBack(rig, { wildcardSubscriptionAvailable: 0 });
    expect([...rig.disk.values().keys()]).toEqual(['session']);
  });
});

describe('what a subscription asks for', () => {
  const subscriptions: Subscription[] = [
    { filter: 'a', qos: 1, noLocal: true },
    { filter: 'b', qos: 2, retainAsPublished: true, retainHandling: 1 },
    { filter: 'c', qos: 0, noLocal: true, retainAsPublished: true, retainHandling: 2 },
  ];

  it.each(['connection', 'life of the client'])(
    'is asked for again, option by option, in the next %s',
    (next) => {
      let rig = online();
      ask(rig, { subscriptions, subscriptionIdentifier: 9 });
      rig.serve({ type: 'suback', packetId: 1, reasonCodes: [1, 2, 0] });
      rig.forget();
      if (next === 'connection') comeBack(rig);
      else {
        rig = rig.reborn('crash');
        rig.connect();
        rig.opened();
        rig.accept(false);
      }
      const again = rig.takeSent()[0]!;
      expect(again).toMatchObject({ type: 'subscribe', properties: { subscriptionIdentifier: 9 } });
      const options = again.type === 'subscribe' ? again.subscriptions : [];
      expect(options).toMatchObject(subscriptions);
      expect(options.map(({ noLocal = false }) => noLocal)).toEqual([true, false, true]);
      expect(options.map(({ retainHandling = 0 }) => retainHandling)).toEqual([0, 1, 2]);
    },
  );

  it('cannot be No Local when it is shared [5.0/MQTT-3.8.3-4]', () => {
    const rig = online();
    const call = ask(rig, { subscriptions: [{ filter: '$share/g/a', qos: 1, noLocal: true }] });
    expect(rig.outcome(call)).toMatchObject({ ok: false, error: { kind: 'invalid' } });
    expect(rig.said()).toEqual([]);
  });

  it('is said with user properties in their order, and so is UNSUBSCRIBE [5.0/3.8.2.1.3] [5.0/3.10.2.1.2]', () => {
    const rig = online();
    ask(rig, { subscriptions: [{ filter: 'a', qos: 1 }], userProperties: pairs });
    rig.input(() => rig.client.unsubscribe(rig.now, ['a'], pairs));
    expect(rig.takeSent()).toMatchObject([
      { type: 'subscribe', properties: { userProperties: pairs } },
      { type: 'unsubscribe', properties: { userProperties: pairs } },
    ]);
  });

  it('has an UNSUBSCRIBE whose user properties survive the wait for a connection', () => {
    const rig = new Rig({ protocolVersion: 5 });
    rig.connect();
    rig.input(() => rig.client.unsubscribe(rig.now, ['a'], pairs));
    rig.opened();
    rig.accept();
    expect(rig.takeSent()).toMatchObject([{ type: 'unsubscribe', properties: { userProperties: pairs } }]);
  });

  it('is answered with the words of the server', () => {
    const rig = online();
    const call = ask(rig, { subscriptions: [{ filter: 'a', qos: 1 }] });
    const away = rig.unsubscribe('b');
    const properties = { reasonString: 'not for you', userProperties: pairs };
    rig.serve({ type: 'suback', packetId: 1, reasonCodes: [0x87], properties });
    rig.serve({ type: 'unsuback', packetId: 2, reasonCodes: [0x11], properties });
    expect(rig.outcome(call)).toEqual({
      op: 'subscribe',
      ok: false,
      reasonCodes: [0x87],
      reason: properties,
    });
    expect(rig.outcome(away)).toEqual({
      op: 'unsubscribe',
      ok: true,
      reasonCodes: [0x11],
      reason: properties,
    });
  });
});
