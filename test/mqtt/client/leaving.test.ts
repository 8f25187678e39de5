import { describe, expect, it } from 'vitest';
import type { ClientOptions, DisconnectRequest } from '../../../src/mqtt/client/application.ts';
import type { ConnackProperties, UserProperties } from '../../../src/mqtt/codec/packet.ts';
import { Rig } from './rig.ts';

function online(options: Partial<ClientOptions> = {}, properties?: ConnackProperties): Rig {
  const rig = new Rig({ protocolVersion: 5, cleanStart: false, sessionExpiry: 600, ...options });
  rig.comeOnline(false, properties);
  return rig;
}

function leave(rig: Rig, request: DisconnectRequest): number {
  return rig.input(() => rig.client.disconnect(rig.now, request));
}

const pairs: UserProperties = [
  ['b', '1'],
  ['a', '2'],
  ['b', '1'],
];

describe('a 5.0 client that leaves', () => {
  it('says nothing but DISCONNECT unless it is told to', () => {
    const rig = online();
    const call = leave(rig, {});
    expect(rig.takeSent()).toEqual([{ type: 'disconnect', reasonCode: 0 }]);
    expect(rig.outcome(call)).toEqual({ op: 'disconnect', ok: true });
  });

  it('can have its will published, and say why, in order [5.0/MQTT-3.14.2-1]', () => {
    const rig = online();
    const call = leave(rig, { reasonCode: 0x04, reasonString: 'going home', userProperties: pairs });
    expect(rig.takeSent()).toEqual([
      {
        type: 'disconnect',
        reasonCode: 0x04,
        properties: { reasonString: 'going home', userProperties: pairs },
      },
    ]);
    expect(rig.isClosed(1)).toBe(true);
    expect(rig.client.status).toBe('idle');
    expect(rig.outcome(call)).toEqual({ op: 'disconnect', ok: true });
  });

  it('leaves out its words where they would be more than the server takes [5.0/MQTT-3.14.2-3] [5.0/MQTT-3.14.2-4]', () => {
    const rig = online({}, { maximumPacketSize: 15 });
    leave(rig, { reasonCode: 0x04, sessionExpiry: 60, reasonString: 'much too long', userProperties: pairs });
    expect(rig.takeSent()).toEqual([
      { type: 'disconnect', reasonCode: 0x04, properties: { sessionExpiryInterval: 60 } },
    ]);
    const brief = online({}, { maximumPacketSize: 15 });
    leave(brief, { reasonString: 'brief' });
    expect(brief.takeSent()).toMatchObject([{ properties: { reasonString: 'brief' } }]);
    const plain = online({}, { maximumPacketSize: 15 });
    leave(plain, { reasonString: 'much too long' });
    expect(plain.takeSent()).toEqual([{ type: 'disconnect', reasonCode: 0 }]);
  });

  it('ends its session with a Session Expiry of 0, and what was promised in it', () => {
    const rig = online();
    const call = rig.publish('a', 1);
    rig.forget();
    leave(rig, { sessionExpiry: 0 });
    expect(rig.takeSent()).toMatchObject([{ properties: { sessionExpiryInterval: 0 } }]);
    expect(rig.outcome(call)).toMatchObject({ ok: false, error: { kind: 'disconnected' } });
    expect(rig.observed.get('session')).toBe('none');
    expect(rig.disk.values().size).toBe(0);
  });

  it('keeps its session with any other, which can be for ever', () => {
    const rig = online();
    const call = rig.publish('a', 1);
    rig.forget();
    leave(rig, { sessionExpiry: Infinity });
    expect(rig.takeSent()).toMatchObject([{ properties: { sessionExpiryInterval: 0xffff_ffff } }]);
    expect(rig.outcome(call)).toBeUndefined();
    rig.connectAgain(true);
    expect(rig.said()).toEqual(['PUBLISH DUP a 1']);
  });

  it.each([
    ['because it asked for none', { sessionExpiry: 0, cleanStart: true }, undefined],
    ['because the server granted none', {}, { sessionExpiryInterval: 0 }],
  ] as const)('cannot prolong a session it has not, %s [5.0/3.14.2.2.2]', (_why, options, properties) => {
    const rig = online(options, properties);
    const call = leave(rig, { sessionExpiry: 60 });
    expect(rig.outcome(call)).toMatchObject({ op: 'disconnect', ok: false, error: { kind: 'invalid' } });
    expect(rig.said()).toEqual([]);
    expect(rig.client.status).toBe('online');
    expect(rig.outcome(leave(rig, { sessionExpiry: 0 }))).toEqual({ op: 'disconnect', ok: true });
  });

  it('cannot use a reason code of servers, nor one there is not', () => {
    const rig = online();
    for (const reasonCode of [0x8b, 0x8e, 0x9d, 0x01, 0x05]) {
      expect(rig.outcome(leave(rig, { reasonCode }))).toMatchObject({
        ok: false,
        error: { kind: 'invalid' },
      });
    }
    expect(rig.said()).toEqual([]);
    expect(rig.client.status).toBe('online');
  });
});

describe('a 3.1.1 client that leaves', () => {
  it('has nothing to say', () => {
    const rig = new Rig();
    rig.comeOnline();
    for (const request of [{ reasonCode: 4 }, { sessionExpiry: 0 }, { reasonString: 'x' }]) {
      expect(rig.outcome(leave(rig, request))).toMatchObject({ ok: false, error: { kind: 'invalid' } });
    }
    expect(rig.client.status).toBe('online');
    expect(rig.outcome(leave(rig, {}))).toEqual({ op: 'disconnect', ok: true });
  });
});
