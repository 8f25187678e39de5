import { describe, expect, it } from 'vitest';
import { Hub, SECOND } from './hub.ts';

describe('a CONNECT', () => {
  it('is accepted with return code 0 and no session [3.1.1/MQTT-3.1.4-4] [3.1.1/MQTT-3.2.2-1]', () => {
    const hub = new Hub();
    expect(hub.client('a').connack).toEqual({ type: 'connack', sessionPresent: false, reasonCode: 0 });
  });

  it('of 3.1 is accepted too', () => {
    const hub = new Hub();
    expect(hub.client('a', { version: 3 }).connack?.reasonCode).toBe(0);
  });

  it('of 3.1 that resumes a session does not say so, because 3.1 has no such flag', () => {
    const hub = new Hub();
    hub.client('a', { version: 3, clean: false }).lose();
    expect(hub.client('a', { version: 3, clean: false }).connack).toMatchObject({ sessionPresent: false });
  });

  it('of an unknown level gets return code 1 and an end [3.1.1/MQTT-3.1.2-2] [3.1.1/MQTT-3.2.2-5]', () => {
    for (const level of [2, 6, 0x84]) {
      const hub = new Hub();
      const peer = hub.dialIn();
      const body = [0, 4, 0x4d, 0x51, 0x54, 0x54, level, 2, 0, 0, 0, 1, 0x61];
      peer.sendBytes(0x10, body.length, ...body);
      expect(peer.take(), `level ${level}`).toEqual([
        { type: 'connack', sessionPresent: false, reasonCode: 1 },
      ]);
      expect(peer.closed).toBe(true);
      expect(hub.rules()).toContain('3.1.1/MQTT-3.1.2-2');
    }
  });

  it('of another protocol is closed without an answer [3.1.1/MQTT-3.1.2-1]', () => {
    const hub = new Hub();
    const peer = hub.dialIn();
    const body = [0, 4, 0x48, 0x54, 0x54, 0x50, 4, 2, 0, 0, 0, 1, 0x61];
    peer.sendBytes(0x10, body.length, ...body);
    expect(peer.take()).toEqual([]);
    expect(peer.closed).toBe(true);
  });

  it('that is malformed gets no CONNACK [3.1.1/MQTT-3.1.4-1] [3.1.1/MQTT-3.1.2-3] [trap 49]', () => {
    const hub = new Hub();
    const peer = hub.dialIn();
    const body = [0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 0b11, 0, 0, 0, 1, 0x61];
    peer.sendBytes(0x10, body.length, ...body);
    expect(peer.take()).toEqual([]);
    expect(peer.closed).toBe(true);
    expect(hub.rules()).toContain('3.1.1/MQTT-3.1.2-3');
  });

  it('without an identifier needs Clean Session 1, else it gets return code 2 [3.1.1/MQTT-3.1.3-8] [3.1.1/MQTT-3.1.3-9] [3.1.1/MQTT-3.2.2-5] [3.1.1/MQTT-3.2.2-4] [trap 11] [trap 39]', () => {
    const hub = new Hub();
    const peer = hub.client('', { clean: false });
    expect(peer.connack).toEqual({ type: 'connack', sessionPresent: false, reasonCode: 2 });
    expect(peer.closed).toBe(true);
    expect(hub.rules()).toContain('3.1.1/MQTT-3.1.3-8');
  });

  it('without an identifier gets one of its own, also when chance repeats itself [3.1.1/MQTT-3.1.3-6]', () => {
    const hub = new Hub();
    const one = hub.client('');
    const two = hub.client('');
    expect([one.closed, two.closed]).toEqual([false, false]);
    const names = [...hub.observed.keys()].filter((key) => key.startsWith('clients '));
    expect(names).toHaveLength(2);
  });

  it('may have any identifier of 1 to 23 letters and digits [3.1.1/MQTT-3.1.3-5]', () => {
    const letters = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
    const names = [...letters, letters.slice(0, 23), letters.slice(20, 43), letters.slice(-23)];
    const hub = new Hub();
    for (const name of names) {
      const peer = hub.client(name, { clean: false });
      expect(peer.connack, name).toMatchObject({ reasonCode: 0 });
      expect(peer.closed, name).toBe(false);
    }
    expect(hub.machine.sessions).toBe(names.length);
  });

  it('of 3.1 with an empty identifier gets return code 2', () => {
    const hub = new Hub();
    const peer = hub.dialIn();
    const body = [0, 6, 0x4d, 0x51, 0x49, 0x73, 0x64, 0x70, 3, 2, 0, 0, 0, 0];
    peer.sendBytes(0x10, body.length, ...body);
    expect(peer.take()).toEqual([{ type: 'connack', sessionPresent: false, reasonCode: 2 }]);
    expect(peer.closed).toBe(true);
  });

  it('has to be the first packet [3.1.1/MQTT-3.1.0-1]', () => {
    const hub = new Hub();
    const peer = hub.dialIn();
    peer.send({ type: 'pingreq' });
    expect(peer.take()).toEqual([]);
    expect(peer.closed).toBe(true);
    expect(hub.rules()).toEqual(['3.1.1/MQTT-3.1.0-1']);
  });

  it('may come only once [3.1.1/MQTT-3.1.0-2] [trap 48]', () => {
    const hub = new Hub();
    const peer = hub.client('a');
    peer.connect('a');
    expect(peer.closed).toBe(true);
    expect(hub.rules()).toContain('3.1.1/MQTT-3.1.0-2');
  });

  it('has to come in time, and a connection that says nothing costs one wake (3.1.1/3.1.4)', () => {
    const hub = new Hub({ connectTimeoutMicros: 5 * SECOND });
    const peer = hub.dialIn();
    expect([...hub.pendingWakes.values()]).toEqual([5 * SECOND]);
    hub.advance(5 * SECOND - 1);
    expect(peer.closed).toBe(false);
    hub.advance(1);
    expect(peer.closed).toBe(true);
    expect(hub.pendingWakes.size).toBe(0);
  });

  it('may be followed by packets at once, which count when it is accepted [3.1.1/MQTT-3.2.0-1]', () => {
    const hub = new Hub();
    const peer = hub.dialIn();
    peer.sendBytes(0x10, 13, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 0, 0, 1, 0x61, 0xc0, 0);
    expect(peer.take().map((packet) => packet.type)).toEqual(['connack', 'pingresp']);
  });

  it('that is refused makes what follows it mean nothing [3.1.1/MQTT-3.1.4-5]', () => {
    const hub = new Hub();
    const watcher = hub.client('watcher');
    watcher.subscribe('#');
    const peer = hub.dialIn();
    peer.sendBytes(0x10, 12, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 0, 0, 0, 0, 0, 0x30, 4, 0, 1, 0x78, 0x79);
    expect(peer.take()).toEqual([{ type: 'connack', sessionPresent: false, reasonCode: 2 }]);
    peer.sendBytes(0x30, 4, 0, 1, 0x78, 0x79);
    expect(watcher.messages()).toEqual([]);
  });

  it('may be cut into single bytes', () => {
    const hub = new Hub();
    const peer = hub.dialIn();
    for (const byte of [0x10, 13, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 0, 0, 1, 0x61]) peer.sendBytes(byte);
    expect(peer.take().map((packet) => packet.type)).toEqual(['connack']);
  });
});

describe('a connection', () => {
  it('answers PINGREQ with a PINGRESP of exactly two bytes [3.1.1/MQTT-3.12.4-1]', () => {
    const hub = new Hub();
    const peer = hub.client('a');
    peer.send({ type: 'pingreq' });
    expect(hub.ofKind('send').map((output) => [...output.bytes])).toEqual([[0xd0, 0x00]]);
  });

  it('is closed by a PINGREQ with a payload [trap 48]', () => {
    const hub = new Hub();
    const peer = hub.client('a');
    peer.sendBytes(0xc0, 1, 0);
    expect(peer.closed).toBe(true);
    expect(peer.take()).toEqual([]);
  });

  it('is closed by packets only a server sends [3.1.1/MQTT-4.8.0-1] [trap 48]', () => {
    const packets = [
      [0x20, 2, 0, 0],
      [0x90, 3, 0, 1, 0],
      [0xb0, 2, 0, 1],
      [0xd0, 0],
    ];
    for (const packet of packets) {
      const hub = new Hub();
      const peer = hub.client('a');
      peer.sendBytes(...packet);
      expect(peer.closed).toBe(true);
      expect(hub.rules()).toContain('3.1.1/MQTT-4.8.0-1');
    }
  });

  it('is closed on reserved flags, a QoS of 3, and types that do not exist, each with its rule', () => {
    const cases: [number[], string][] = [
      [[0x36, 5, 0, 1, 0x61, 0, 1], '3.1.1/MQTT-3.3.1-4'],
      [[0x80, 6, 0, 1, 0, 1, 0x61, 0], '3.1.1/MQTT-3.8.1-1'],
      [[0x82, 6, 0, 1, 0, 1, 0x61, 3], '3.1.1/MQTT-3-8.3-4'],
      [[0x82, 2, 0, 1], '3.1.1/MQTT-3.8.3-3'],
      [[0xe1, 0], '3.1.1/MQTT-3.14.1-1'],
      [[0x60, 2, 0, 1], '3.1.1/MQTT-3.6.1-1'],
      [[0x30, 3, 0, 1, 0x23], '3.1.1/MQTT-3.3.2-2'],
      [[0x32, 5, 0, 1, 0x61, 0, 0], '3.1.1/MQTT-2.3.1-1'],
    ];
    for (const [packet, rule] of cases) {
      const hub = new Hub();
      const other = hub.client('other');
      const peer = hub.client('a');
      peer.sendBytes(...packet);
      expect(peer.closed, rule).toBe(true);
      expect(hub.rules(), rule).toContain(rule);
      expect(other.closed).toBe(false);
    }
  });

  it('is closed by this end after DISCONNECT, and answers nothing (3.1.1/3.14.4)', () => {
    const hub = new Hub();
    const peer = hub.client('a');
    peer.disconnect();
    expect(peer.take()).toEqual([]);
    expect(hub.ofKind('close')).toEqual([{ kind: 'close', connection: peer.connection, manner: 'finish' }]);
    // The transport may still have something to say about it.
    peer.sendBytes(0xc0, 0);
    hub.end(peer.connection, 'closed');
    hub.drain(peer.connection);
    expect(hub.takeSent()).toEqual([]);
  });
});
