import { describe, expect, it } from 'vitest';
import type { AuthenticationMethod } from '../../../src/mqtt/broker/authentication.ts';
import type { Auth } from '../../../src/mqtt/codec/packet.ts';
import { bytes, Hub, type HubOptions, type Peer, SECOND, text } from './hub.ts';

/** Asks who is there until it hears the name in the CONNECT; 'go' needs no question. */
const knock: AuthenticationMethod = (connect) => (data) => {
  const said = data === undefined ? '' : text(data);
  if (said === 'go') return { outcome: 'success' };
  if (said === connect.username) return { outcome: 'success', data: bytes('welcome') };
  if (said === 'long') return { outcome: 'continue', data: new Uint8Array(500) };
  if (said !== '') return { outcome: 'failure', text: `${said} is not known` };
  return { outcome: 'continue', data: bytes('who is there?') };
};
const methods: HubOptions = { authenticationMethods: new Map([['knock', knock]]) };

function enter(hub: Hub, data?: string, more: object = {}): Peer {
  const peer = hub.dialIn();
  const properties = { authenticationMethod: 'knock', ...more };
  peer.send({
    type: 'connect',
    protocolVersion: 5,
    clientId: 'a',
    cleanStart: true,
    keepAlive: 0,
    username: 'ann',
    properties: data === undefined ? properties : { ...properties, authenticationData: bytes(data) },
  });
  return peer;
}

function auth(reasonCode: number, data?: string, authenticationMethod = 'knock'): Auth {
  const properties =
    data === undefined ? { authenticationMethod } : { authenticationMethod, authenticationData: bytes(data) };
  return { type: 'auth', reasonCode, properties };
}

describe('enhanced authentication', () => {
  it('goes on with AUTH 0x18 until CONNACK, all with the method [5.0/MQTT-4.12.0-2] [5.0/MQTT-4.12.0-3] [5.0/MQTT-4.12.0-5]', () => {
    const hub = new Hub(methods);
    const peer = enter(hub);
    expect(peer.takeOne('auth')).toEqual(auth(0x18, 'who is there?'));
    expect(hub.machine.sessions).toBe(0);
    peer.send(auth(0x18, 'ann'));
    expect(peer.takeOne('connack')).toMatchObject({
      reasonCode: 0,
      properties: { authenticationMethod: 'knock', authenticationData: bytes('welcome') },
    });
    peer.send({ type: 'pingreq' });
    peer.takeOne('pingresp');
  });

  it('is not for a client whose CONNECT names no method [5.0/MQTT-4.12.0-6]', () => {
    const peer = new Hub(methods).dialIn().connect5('a');
    expect(peer.connack).toMatchObject({ reasonCode: 0 });
    expect(peer.connack!.properties).not.toHaveProperty('authenticationMethod');
    peer.send({ type: 'pingreq' });
    expect(peer.take()).toEqual([{ type: 'pingresp' }]);
  });

  it('may be over with CONNECT', () => {
    const connack = enter(new Hub(methods), 'go').takeOne('connack');
    expect(connack.properties).toMatchObject({ authenticationMethod: 'knock' });
    expect(connack.properties).not.toHaveProperty('authenticationData');
  });

  it('that fails ends with the reason in CONNACK [5.0/MQTT-4.12.0-4] [5.0/MQTT-3.1.4-2]', () => {
    const hub = new Hub(methods);
    const peer = enter(hub);
    peer.take();
    peer.send(auth(0x18, 'bob'));
    expect(peer.takeOne('connack')).toMatchObject({
      reasonCode: 0x87,
      properties: { reasonString: 'bob is not known' },
    });
    expect(peer.closed).toBe(true);
    expect(hub.machine.sessions).toBe(0);
  });

  it('does not take a method nobody plugged in, whatever its name is [5.0/MQTT-4.12.0-1]', () => {
    for (const authenticationMethod of ['guess', 'constructor', '']) {
      const peer = enter(new Hub(methods), undefined, { authenticationMethod });
      expect(peer.takeOne('connack').reasonCode).toBe(0x8c);
      expect(peer.closed).toBe(true);
    }
  });

  it('takes nothing but AUTH and DISCONNECT in between [5.0/MQTT-3.1.2-30]', () => {
    for (const [packet, rule] of [
      [{ type: 'pingreq' }, '5.0/MQTT-3.1.2-30'],
      [auth(0x19, 'ann'), '5.0/MQTT-4.12.0-3'],
      [auth(0x18, 'ann', 'other'), '5.0/MQTT-4.12.0-5'],
    ] as const) {
      const hub = new Hub(methods);
      const peer = enter(hub);
      peer.take();
      peer.send(packet);
      expect(peer.takeOne('connack').reasonCode).toBe(0x82);
      expect(peer.closed).toBe(true);
      expect(hub.rules()).toContain(rule);
    }
    const hub = new Hub(methods);
    const leaving = enter(hub);
    leaving.take();
    leaving.send({ type: 'disconnect' });
    expect([leaving.take(), leaving.closed]).toEqual([[], true]);
    const malformed = enter(hub);
    malformed.take();
    malformed.sendBytes(0xf1, 0);
    expect(malformed.takeOne('connack').reasonCode).toBe(0x81);
  });

  it('has to be over in the time a CONNECT may take, however much is said', () => {
    const hub = new Hub({ ...methods, connectTimeoutMicros: 5 * SECOND });
    const peer = enter(hub);
    for (let second = 0; second < 5; second++) {
      expect(peer.closed).toBe(false);
      peer.send(auth(0x18));
      hub.advance(SECOND);
    }
    expect(peer.closed).toBe(true);
    expect(hub.pendingWakes.size).toBe(0);
  });

  it('says nothing that is too large for the client', () => {
    const peer = enter(new Hub(methods), 'long', { maximumPacketSize: 100 });
    expect(peer.takeOne('connack').reasonCode).toBe(0x95);
    expect(peer.closed).toBe(true);
  });
});

describe('re-authentication', () => {
  function inside(): { hub: Hub; peer: Peer } {
    const hub = new Hub(methods);
    const peer = enter(hub, 'go');
    peer.take();
    return { hub, peer };
  }

  it('goes the same way to AUTH 0x00, while other packets go on', () => {
    const { peer } = inside();
    peer.send(auth(0x19));
    expect(peer.takeOne('auth')).toEqual(auth(0x18, 'who is there?'));
    peer.send({ type: 'pingreq' });
    peer.takeOne('pingresp');
    peer.send(auth(0x18, 'ann'));
    expect(peer.takeOne('auth')).toEqual(auth(0x00, 'welcome'));
    expect(peer.closed).toBe(false);
  });

  it('that fails ends the connection with 0x87 [5.0/MQTT-4.12.1-2]', () => {
    const { hub, peer } = inside();
    peer.send(auth(0x19, 'bob'));
    expect(peer.takeOne('disconnect').reasonCode).toBe(0x87);
    expect(peer.closed).toBe(true);
    expect(hub.rules()).toContain('5.0/MQTT-4.12.1-2');
  });

  it('keeps to the method [5.0/MQTT-4.12.1-1], and goes on only when it has begun', () => {
    for (const [packet, rule] of [
      [auth(0x19, 'go', 'other'), '5.0/MQTT-4.12.1-1'],
      [auth(0x18, 'ann'), '5.0/4.12.1'],
      [auth(0x00, 'ann'), '5.0/4.12.1'],
    ] as const) {
      const { hub, peer } = inside();
      peer.send(packet);
      expect(peer.takeOne('disconnect').reasonCode).toBe(0x82);
      expect(hub.rules()).toContain(rule);
    }
  });
});
