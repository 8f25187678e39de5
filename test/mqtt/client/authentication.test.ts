import { describe, expect, it } from 'vitest';
import type { AuthenticationMethod, ClientOptions } from '../../../src/mqtt/client/application.ts';
import type { Auth, Packet } from '../../../src/mqtt/codec/packet.ts';
import { Rig, SECOND, text, textOf } from './rig.ts';

/** A method that counts its exchanges, answers `x` with `re:x`, gives up at `bad`, and wants `ok` in the end. */
class Echo implements AuthenticationMethod {
  readonly name = 'ECHO';
  begun = 0;

  begin() {
    const number = ++this.begun;
    return {
      opening: number === 3 ? undefined : text(`hello ${number}`),
      answer(data: Uint8Array | undefined): { data?: Uint8Array } | 'refused' {
        if (data === undefined) return {};
        return textOf(data) === 'bad' ? 'refused' : { data: text(`re:${textOf(data)}`) };
      },
      accept: (data: Uint8Array | undefined) => data !== undefined && textOf(data) === 'ok',
    };
  }
}

function client(options: Partial<ClientOptions> = {}): Rig {
  return new Rig({ protocolVersion: 5, authentication: new Echo(), ...options });
}

function online(options: Partial<ClientOptions> = {}): Rig {
  const rig = client(options);
  rig.comeOnline(false, { authenticationMethod: 'ECHO', authenticationData: text('ok') });
  return rig;
}

function auth(reasonCode: number, data?: string, authenticationMethod = 'ECHO'): Auth {
  return {
    type: 'auth',
    reasonCode,
    properties: { authenticationMethod, ...(data === undefined ? {} : { authenticationData: text(data) }) },
  };
}

function connack(data: string | undefined, authenticationMethod?: string): Packet {
  return {
    type: 'connack',
    sessionPresent: false,
    reasonCode: 0,
    properties: {
      ...(authenticationMethod === undefined ? {} : { authenticationMethod }),
      ...(data === undefined ? {} : { authenticationData: text(data) }),
    },
  };
}

function again(rig: Rig): number {
  return rig.input(() => rig.client.authenticate(rig.now));
}

describe('a client with an authentication method', () => {
  it('opens with it in CONNECT, and answers AUTH with AUTH until CONNACK [5.0/MQTT-4.12.0-3] [5.0/MQTT-4.12.0-5]', () => {
    const rig = client();
    const call = rig.connect();
    expect(rig.opened()).toMatchObject([
      { type: 'connect', properties: { authenticationMethod: 'ECHO', authenticationData: text('hello 1') } },
    ]);
    rig.serve(auth(0x18, 'one'), auth(0x18));
    expect(rig.takeSent()).toEqual([auth(0x18, 're:one'), auth(0x18)]);
    rig.serve(connack('ok', 'ECHO'));
    expect(rig.outcome(call)).toMatchObject({ op: 'connect', ok: true });
  });

  it('sends nothing else before CONNACK [5.0/MQTT-3.1.2-30]', () => {
    const rig = client();
    rig.connect();
    rig.opened();
    rig.publish('a', 0);
    rig.publish('b', 1);
    rig.subscribe('c');
    rig.serve(auth(0x18, 'one'));
    expect(rig.said()).toEqual(['AUTH']);
    rig.serve(connack('ok', 'ECHO'));
    expect(rig.said()).toEqual(['SUBSCRIBE 1 c', 'PUBLISH a', 'PUBLISH b 2']);
  });

  it('begins a new exchange on every connection', () => {
    const rig = online();
    rig.cut();
    rig.advance(600 * SECOND);
    expect(rig.opened()).toMatchObject([{ properties: { authenticationData: text('hello 2') } }]);
  });

  it.each([
    ['in the middle', auth(0x18, 'bad')],
    ['in the end', connack('what?', 'ECHO')],
    ['without a last word', connack(undefined, 'ECHO')],
  ] as const)('gives up for good when the server does not satisfy it %s', (_when, packet) => {
    const rig = client();
    const call = rig.connect();
    rig.opened();
    rig.serve(packet);
    expect(rig.takeSent()).toEqual([{ type: 'disconnect', reasonCode: 0x80 }]);
    expect(rig.isClosed(1)).toBe(true);
    expect(rig.client.status).toBe('idle');
    expect(rig.outcome(call)).toMatchObject({ ok: false, error: { kind: 'refused' } });
    expect(rig.ofKind('online')).toEqual([]);
  });

  it('hears in CONNACK that the server does not know the method [5.0/4.12]', () => {
    const rig = client();
    const call = rig.connect();
    rig.opened();
    rig.refuse(0x8c);
    expect(rig.outcome(call)).toMatchObject({ ok: false, error: { kind: 'refused', reasonCode: 0x8c } });
    expect(rig.client.status).toBe('idle');
  });

  it.each([
    ['AUTH of another method', auth(0x18, 'one', 'OTHER'), '5.0/MQTT-4.12.0-5'],
    ['AUTH without a method', { type: 'auth', reasonCode: 0 }, '5.0/MQTT-4.12.0-5'],
    ['AUTH with Success', auth(0), '5.0/MQTT-4.12.0-2'],
    ['AUTH to authenticate again', auth(0x19), '5.0/MQTT-3.15.2-1'],
    ['CONNACK of another method', connack('ok', 'OTHER'), '5.0/MQTT-4.12.0-5'],
    ['CONNACK without a method', connack('ok'), '5.0/MQTT-4.12.0-5'],
  ] as [string, Packet, string][])(
    'ends the connection after %s instead of CONNACK',
    (_title, wrong, rule) => {
      const rig = client();
      rig.connect();
      rig.opened();
      rig.serve(wrong);
      expect(rig.takeSent()).toEqual([{ type: 'disconnect', reasonCode: 0x82 }]);
      expect(rig.rules()).toEqual([rule]);
      expect(rig.client.status).toBe('waiting');
    },
  );

  it('must not be told reasons in AUTH that it did not ask for, before CONNACK either [5.0/MQTT-3.1.2-29]', () => {
    for (const asked of [true, false]) {
      const rig = client({ requestProblemInformation: asked });
      rig.connect();
      rig.opened();
      const challenge = auth(0x18, 'x');
      rig.serve({ ...challenge, properties: { ...challenge.properties, reasonString: 'because' } });
      expect(rig.rules()).toEqual(asked ? [] : ['5.0/MQTT-3.1.2-29']);
      expect(rig.client.status).toBe(asked ? 'connecting' : 'waiting');
    }
  });

  it('is of 5.0', () => {
    expect(() => client({ protocolVersion: 4 })).toThrow('protocolVersion');
  });

  it('does not wait for CONNACK for ever because AUTH comes', () => {
    const rig = client({ connackTimeoutMicros: 10 * SECOND });
    rig.connect();
    rig.opened();
    for (let second = 0; second < 10; second++) {
      rig.serve(auth(0x18, 'more'));
      rig.advance(SECOND);
    }
    expect(rig.client.status).toBe('waiting');
  });
});

describe('a client that authenticates again [5.0/4.12.1]', () => {
  it('says so with the same method, and goes on with everything else meanwhile [5.0/MQTT-4.12.1-1]', () => {
    const rig = online();
    const call = again(rig);
    expect(rig.takeSent()).toEqual([auth(0x19, 'hello 2')]);
    rig.publish('a', 1);
    rig.serve(auth(0x18, 'one'), { type: 'puback', packetId: 1, reasonCode: 0 });
    expect(rig.takeSent()).toMatchObject([{ type: 'publish' }, auth(0x18, 're:one')]);
    expect(rig.client.debts()).toEqual([{ entity: '', awaits: 'AUTH of its re-authentication' }]);
    rig.serve(auth(0, 'ok'));
    expect(rig.outcome(call)).toEqual({ op: 'authenticate', ok: true });
    expect(rig.client.debts()).toEqual([]);
    again(rig);
    expect(rig.takeSent()).toEqual([auth(0x19)]);
  });

  it('does so once at a time, online, and only with a method [5.0/MQTT-4.12.0-7]', () => {
    const rig = online();
    again(rig);
    expect(rig.outcome(again(rig))).toMatchObject({ ok: false, error: { kind: 'invalid' } });
    rig.disconnect();
    expect(rig.outcome(again(rig))).toMatchObject({ ok: false, error: { kind: 'not-connected' } });
    const plain = new Rig({ protocolVersion: 5 });
    plain.comeOnline();
    expect(plain.outcome(again(plain))).toMatchObject({ ok: false, error: { kind: 'invalid' } });
    expect(plain.said()).toEqual([]);
  });

  it.each([
    ['the server refuses', 'refused', (rig: Rig) => rig.serve({ type: 'disconnect', reasonCode: 0x87 })],
    ['the method refuses', 'refused', (rig: Rig) => rig.serve(auth(0x18, 'bad'))],
    ['the server does not prove itself', 'refused', (rig: Rig) => rig.serve(auth(0, 'what?'))],
    ['the connection breaks', 'connection-lost', (rig: Rig) => rig.cut()],
    ['the application leaves', 'disconnected', (rig: Rig) => rig.disconnect()],
  ] as const)('fails when %s, and the connection is over [5.0/MQTT-4.12.1-2]', (_title, kind, happen) => {
    const rig = online();
    const call = again(rig);
    rig.takeSent();
    happen(rig);
    expect(rig.outcome(call)).toMatchObject({ op: 'authenticate', ok: false, error: { kind } });
    expect(rig.client.status).not.toBe('online');
  });

  it('is not asked to, and not told of a success, out of the blue', () => {
    for (const wrong of [auth(0x18, 'one'), auth(0, 'ok')]) {
      const rig = online();
      rig.serve(wrong);
      expect(rig.takeSent()).toEqual([{ type: 'disconnect', reasonCode: 0x82 }]);
      expect(rig.rules()).toEqual(['5.0/4.12.1']);
    }
  });

  it('never sends an AUTH larger than the server takes [5.0/MQTT-3.2.2-15]', () => {
    const rig = client();
    rig.comeOnline(false, {
      authenticationMethod: 'ECHO',
      authenticationData: text('ok'),
      maximumPacketSize: 15,
    });
    const call = again(rig);
    expect(rig.outcome(call)).toMatchObject({ ok: false, error: { kind: 'packet-too-large' } });
    expect(rig.takeSent()).toEqual([{ type: 'disconnect', reasonCode: 0x80 }]);
  });
});

describe('a client without an authentication method', () => {
  it.each([
    ['AUTH', auth(0x18, 'one')],
    ['CONNACK with a method', connack(undefined, 'ECHO')],
  ] as const)('ends the connection after %s [5.0/MQTT-4.12.0-6]', (_title, wrong) => {
    const rig = new Rig({ protocolVersion: 5 });
    rig.connect();
    rig.opened();
    rig.serve(wrong);
    expect(rig.takeSent()).toEqual([{ type: 'disconnect', reasonCode: 0x82 }]);
    expect(rig.rules()).toEqual(['5.0/MQTT-4.12.0-6']);
  });
});
