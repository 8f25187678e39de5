import { describe, expect, it } from 'vitest';
import { Rig, SECOND } from './rig.ts';

const options = { keepAlive: 10, pingTimeoutMicros: 4 * SECOND };

describe('keep-alive', () => {
  it('sends PINGREQ when nothing was sent for the interval, and not a microsecond earlier [3.1.1/MQTT-3.1.2-23]', () => {
    const rig = new Rig(options);
    rig.comeOnline();
    rig.advance(10 * SECOND - 1);
    expect(rig.said()).toEqual([]);
    rig.advance(1);
    expect(rig.said()).toEqual(['PINGREQ']);
  });

  it('puts PINGREQ off with every packet that is sent, and has one wake for it', () => {
    const rig = new Rig(options);
    rig.comeOnline();
    for (let second = 0; second < 60; second += 5) {
      rig.advance(5 * SECOND);
      rig.publish('a', 0);
      expect([...rig.pendingWakes.keys()]).toEqual(['keep-alive']);
    }
    expect(rig.said().filter((word) => word === 'PINGREQ')).toEqual([]);
    rig.advance(10 * SECOND);
    expect(rig.said()).toEqual(['PINGREQ']);
  });

  it('is not put off by what is received [3.1.1/MQTT-3.1.2-23]', () => {
    const rig = new Rig(options);
    rig.comeOnline();
    rig.advance(9 * SECOND);
    rig.serve({ type: 'publish', topic: 'a', payload: new Uint8Array(), qos: 0, retain: false, dup: false });
    rig.advance(SECOND);
    expect(rig.said()).toEqual(['PINGREQ']);
  });

  it('closes the connection when no PINGRESP comes in time, and tries again', () => {
    const rig = new Rig(options);
    rig.comeOnline();
    rig.advance(14 * SECOND - 1);
    expect(rig.client.status).toBe('online');
    rig.advance(1);
    expect(rig.client.status).toBe('waiting');
    expect(rig.ofKind('close')).toEqual([{ kind: 'close', connection: 1, manner: 'abort' }]);
    expect(rig.pendingWakes.has('keep-alive')).toBe(false);
  });

  it('goes on for hours when every PINGREQ is answered', () => {
    const rig = new Rig(options);
    rig.comeOnline();
    for (let ping = 0; ping < 400; ping++) {
      rig.advance(ping === 0 ? 10 * SECOND : 7 * SECOND);
      expect(rig.said()).toEqual(['PINGREQ']);
      rig.advance(3 * SECOND);
      rig.serve({ type: 'pingresp' });
    }
    expect(rig.client.status).toBe('online');
  });

  it('keeps the interval also while a PINGRESP is late', () => {
    const rig = new Rig({ keepAlive: 2, pingTimeoutMicros: 5 * SECOND });
    rig.comeOnline();
    rig.advance(6 * SECOND);
    expect(rig.said()).toEqual(['PINGREQ', 'PINGREQ', 'PINGREQ']);
    rig.advance(SECOND);
    expect(rig.client.status).toBe('waiting');
  });

  it('is off at 0', () => {
    const rig = new Rig({ keepAlive: 0 });
    rig.comeOnline();
    rig.advance(100_000 * SECOND);
    expect(rig.said()).toEqual([]);
    expect(rig.pendingWakes.size).toBe(0);
  });

  it('uses what a 5.0 server says instead, and its own value when it says nothing [5.0/MQTT-3.1.2-20] [5.0/MQTT-3.1.2-21] [5.0/MQTT-3.2.2-21] [trap 40]', () => {
    const rig = new Rig({ ...options, protocolVersion: 5 });
    rig.comeOnline(false, { serverKeepAlive: 3 });
    rig.advance(3 * SECOND);
    expect(rig.said()).toEqual(['PINGREQ']);
    const off = new Rig({ ...options, protocolVersion: 5 });
    off.comeOnline(false, { serverKeepAlive: 0 });
    off.advance(1000 * SECOND);
    expect(off.said()).toEqual([]);
    const own = new Rig({ ...options, protocolVersion: 5 });
    own.comeOnline();
    own.advance(10 * SECOND - 1);
    expect(own.said()).toEqual([]);
    own.advance(1);
    expect(own.said()).toEqual(['PINGREQ']);
  });

  it('does not wait for the disk', () => {
    const rig = new Rig({ ...options, cleanStart: false }, { sync: 'by-hand' });
    rig.connect();
    rig.opened();
    rig.accept();
    rig.publish('a', 2);
    rig.said();
    rig.advance(10 * SECOND);
    expect(rig.said()).toEqual(['PINGREQ']);
  });

  it('ends with the connection', () => {
    const rig = new Rig({ ...options, reconnect: 'off' });
    rig.comeOnline();
    rig.cut();
    expect(rig.pendingWakes.size).toBe(0);
    rig.advance(100 * SECOND);
    expect(rig.said()).toEqual([]);
  });
});
