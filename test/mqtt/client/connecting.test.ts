import { describe, expect, it } from 'vitest';
import { ClientMachine } from '../../../src/mqtt/client/client.ts';
import { clientDefaults } from '../../../src/mqtt/client/defaults.ts';
import { Pump } from '../pump.ts';
import { lasting, Rig, SECOND, text } from './rig.ts';

const steady = { initialMicros: SECOND, maximumMicros: 8 * SECOND, factor: 2, jitter: 0 };

describe('connecting', () => {
  it('dials, sends CONNECT first and settles the call with CONNACK [3.1.1/MQTT-3.1.0-1]', () => {
    const will = { topic: 'w', payload: text('gone'), qos: 1, retain: true } as const;
    const rig = new Rig({ keepAlive: 30, username: 'u', password: text('p'), will });
    const call = rig.connect();
    expect(rig.client.status).toBe('dialling');
    const [connect] = rig.opened();
    expect(connect).toEqual({
      type: 'connect',
      protocolVersion: 4,
      clientId: 'sensor',
      cleanStart: true,
      keepAlive: 30,
      username: 'u',
      password: text('p'),
      will,
    });
    expect(rig.outcome(call)).toBeUndefined();
    rig.accept();
    expect(rig.outcome(call)).toEqual({ op: 'connect', ok: true, sessionPresent: false });
    expect(rig.ofKind('online')).toHaveLength(1);
    expect(rig.client.status).toBe('online');
    expect(rig.observed.get('status')).toBe('online');
  });

  it('refuses options of which no CONNECT can be made [3.1.1/MQTT-3.1.3-7]', () => {
    const options = { ...clientDefaults, clientId: '', cleanStart: false };
    expect(() => new Pump((surroundings) => new ClientMachine(options, surroundings))).toThrow(
      '3.1.1/MQTT-3.1.3-7',
    );
    const nameless = new Rig({ clientId: '', cleanStart: true });
    nameless.connect();
    expect(nameless.opened()).toMatchObject([{ type: 'connect', clientId: '', cleanStart: true }]);
  });

  it('tries again with growing delays until a connection is accepted, then begins with the first delay', () => {
    const rig = new Rig({ reconnect: steady });
    const call = rig.connect();
    const delays: number[] = [];
    for (let attempt = 0; attempt < 6; attempt++) {
      rig.end(rig.dialled, 'refused');
      const due = rig.pendingWakes.get('reconnect')!;
      delays.push((due - rig.now) / SECOND);
      rig.advance(due - rig.now);
      expect(rig.client.status).toBe('dialling');
    }
    expect(delays).toEqual([1, 2, 4, 8, 8, 8]);
    rig.opened();
    rig.accept();
    expect(rig.outcome(call)).toMatchObject({ ok: true });
    rig.cut();
    expect(rig.pendingWakes.get('reconnect')).toBe(rig.now + SECOND);
    expect(rig.ofKind('offline')).toEqual([{ kind: 'offline', reason: 'connection reset' }]);
  });

  it('draws the jitter of each delay', () => {
    const draws = [0, 0.5, 0.999];
    const rig = new Rig(
      { reconnect: { initialMicros: SECOND, maximumMicros: SECOND, factor: 1, jitter: 0.5 } },
      { chance: () => draws.shift()! },
    );
    rig.connect();
    const delays = [1, 2, 3].map(() => {
      rig.end(rig.dialled, 'refused');
      const delay = rig.pendingWakes.get('reconnect')! - rig.now;
      rig.advance(delay);
      return delay;
    });
    expect(delays).toEqual([1_000_000, 750_000, 500_500]);
  });

  it('gives up at the first failure when reconnecting is off', () => {
    const rig = new Rig({ reconnect: 'off' });
    const call = rig.connect();
    rig.end(rig.dialled, 'refused');
    expect(rig.outcome(call)).toMatchObject({ ok: false, error: { kind: 'connection-lost' } });
    expect(rig.client.status).toBe('idle');
    expect(rig.pendingWakes.size).toBe(0);
  });

  it('tries again after return code 3 only: what else a 3.1.1 server refuses does not heal', () => {
    for (const code of [1, 2, 4, 5]) {
      const rig = new Rig();
      const call = rig.connect();
      rig.opened();
      rig.refuse(code);
      expect(rig.outcome(call)).toMatchObject({ ok: false, error: { kind: 'refused', reasonCode: code } });
      expect(rig.client.status).toBe('idle');
      expect(rig.isClosed(1)).toBe(true);
      expect(rig.pendingWakes.size).toBe(0);
    }
    const rig = new Rig();
    const call = rig.connect();
    rig.opened();
    rig.refuse(3);
    expect(rig.outcome(call)).toBeUndefined();
    expect(rig.client.status).toBe('waiting');
  });

  it('sorts the reason codes of 5.0 likewise', () => {
    for (const [code, status] of [
      [0x88, 'waiting'],
      [0x9f, 'waiting'],
      [0x87, 'idle'],
      [0x8a, 'idle'],
      [0x9d, 'idle'],
    ] as const) {
      const rig = new Rig({ protocolVersion: 5 });
      rig.connect();
      rig.opened();
      rig.refuse(code);
      expect(rig.client.status).toBe(status);
    }
  });

  it('closes a connection on which CONNACK does not come in time', () => {
    const rig = new Rig({ connackTimeoutMicros: 5 * SECOND });
    rig.connect();
    rig.opened();
    rig.advance(5 * SECOND - 1);
    expect(rig.client.status).toBe('connecting');
    rig.advance(1);
    expect(rig.client.status).toBe('waiting');
    expect(rig.ofKind('close')).toEqual([{ kind: 'close', connection: 1, manner: 'abort' }]);
  });

  it('ignores what comes late from a connection it has given up', () => {
    const rig = new Rig({ connackTimeoutMicros: SECOND, reconnect: steady });
    rig.connect();
    rig.opened();
    rig.advance(SECOND);
    rig.receive(1, { type: 'connack', sessionPresent: false, reasonCode: 0 });
    rig.end(1, 'closed');
    expect(rig.client.status).toBe('waiting');
    rig.advance(SECOND);
    expect(rig.dialled).toBe(2);
    rig.open(1);
    expect(rig.client.status).toBe('dialling');
  });

  it('sends DISCONNECT, then closes, then nothing [3.1.1/MQTT-3.14.4-1] [3.1.1/MQTT-3.14.4-2]', () => {
    const rig = new Rig();
    rig.comeOnline();
    const call = rig.disconnect();
    expect(rig.take().filter(({ kind }) => kind !== 'dial')).toMatchObject([
      { kind: 'send', packet: { type: 'disconnect' } },
      { kind: 'close', manner: 'finish' },
      { kind: 'offline' },
      { kind: 'settled', call, outcome: { op: 'disconnect', ok: true } },
    ]);
    rig.end(1, 'closed');
    rig.advance(3600 * SECOND);
    expect(rig.take()).toEqual([]);
    expect(rig.client.status).toBe('idle');
  });

  it('stops trying when told to disconnect, wherever it stands', () => {
    for (const reach of [() => {}, (rig: Rig) => rig.end(1, 'refused'), (rig: Rig) => rig.opened()] as ((
      rig: Rig,
    ) => void)[]) {
      const rig = new Rig();
      const connect = rig.connect();
      reach(rig);
      const disconnect = rig.disconnect();
      expect(rig.outcome(connect)).toMatchObject({ ok: false, error: { kind: 'disconnected' } });
      expect(rig.outcome(disconnect)).toEqual({ op: 'disconnect', ok: true });
      expect(rig.client.status).toBe('idle');
      expect(rig.pendingWakes.size).toBe(0);
      expect(rig.client.debts()).toEqual([]);
    }
  });

  it('settles a second call to connect with the connection it already has', () => {
    const rig = new Rig();
    rig.comeOnline();
    const call = rig.connect();
    expect(rig.outcome(call)).toMatchObject({ ok: true });
    expect(rig.ofKind('dial')).toHaveLength(1);
  });

  it('holds DISCONNECT back behind an acknowledgement that waits for the disk', () => {
    const rig = new Rig(lasting, { sync: 'by-hand' });
    rig.connect();
    rig.opened();
    rig.accept();
    rig.sync();
    rig.forget();
    rig.serve({
      type: 'publish',
      topic: 'a',
      payload: text('a'),
      qos: 2,
      retain: false,
      dup: false,
      packetId: 9,
    });
    const call = rig.disconnect();
    expect(rig.client.status).toBe('closing');
    expect(rig.client.debts()[0]).toEqual({ entity: '', awaits: 'its disk, before it sends DISCONNECT' });
    expect(rig.said()).toEqual([]);
    rig.sync();
    expect(rig.said()).toEqual(['PUBREC 9', 'DISCONNECT']);
    expect(rig.outcome(call)).toMatchObject({ ok: true });
  });

  it('connects again at once when told to while it was closing', () => {
    const rig = new Rig(lasting, { sync: 'by-hand' });
    rig.connect();
    rig.opened();
    rig.accept();
    rig.publish('a', 2);
    rig.disconnect();
    rig.connect();
    expect(rig.ofKind('dial')).toHaveLength(1);
    rig.sync();
    expect(rig.ofKind('dial')).toHaveLength(2);
    expect(rig.client.status).toBe('dialling');
  });

  it('told to connect while it is online, says what CONNACK said', () => {
    const rig = new Rig(lasting);
    for (const present of [false, true]) {
      rig.connectAgain(present);
      const call = rig.connect();
      expect(rig.outcome(call)).toEqual({ op: 'connect', ok: true, sessionPresent: present });
      rig.disconnect();
    }
  });

  it('says what it waits for', () => {
    const rig = new Rig({ inflightLimit: 2 });
    rig.connect();
    expect(rig.client.debts().map(({ awaits }) => awaits)).toEqual(['its connection to come back']);
    rig.opened();
    expect(rig.client.debts().map(({ awaits }) => awaits)).toEqual(['CONNACK']);
    rig.accept();
    expect(rig.client.debts()).toEqual([]);
    rig.publish('a', 1);
    rig.publish('b', 2);
    rig.publish('c', 1);
    rig.subscribe('x');
    rig.serve({
      type: 'publish',
      topic: 'y',
      payload: text('y'),
      qos: 2,
      retain: false,
      dup: false,
      packetId: 5,
    });
    expect(rig.client.debts().map(({ awaits }) => awaits)).toEqual([
      'PUBACK of identifier 1',
      'PUBREC of identifier 2',
      'room to send 1 queued message',
      'SUBACK of identifier 3',
    ]);
  });
});
