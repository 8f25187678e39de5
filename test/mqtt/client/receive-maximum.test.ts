import { describe, expect, it } from 'vitest';
import type { Connect } from '../../../src/mqtt/codec/packet.ts';
import type { PumpOptions } from '../pump.ts';
import { publishFrom, Rig } from './rig.ts';

function online(receiveMaximum: number, pump: PumpOptions = {}): Rig {
  const rig = new Rig({ protocolVersion: 5, cleanStart: false, sessionExpiry: 600, receiveMaximum }, pump);
  rig.comeOnline();
  return rig;
}

function expectExceeded(rig: Rig): void {
  expect(rig.takeSent().at(-1)).toMatchObject({ type: 'disconnect', reasonCode: 0x93 });
  expect(rig.rules()).toEqual(['5.0/MQTT-3.3.4-9']);
  expect(rig.client.status).toBe('waiting');
}

describe('the Receive Maximum of a client', () => {
  it('is said in CONNECT, unless it is what is meant anyhow', () => {
    for (const [receiveMaximum, properties] of [
      [3, { receiveMaximum: 3 }],
      [65_535, undefined],
    ] as const) {
      const rig = new Rig({ protocolVersion: 5, receiveMaximum });
      rig.connect();
      expect((rig.opened()[0] as Connect).properties).toEqual(properties);
    }
  });

  it('is exceeded by one QoS 2 PUBLISH more than it says, which is not handed on [5.0/MQTT-3.3.4-9]', () => {
    const rig = online(2);
    rig.serve(publishFrom('a', 2, 1), publishFrom('b', 2, 2), publishFrom('c', 0));
    expect(rig.client.status).toBe('online');
    rig.serve(publishFrom('d', 2, 3));
    expect(rig.deliveries()).toEqual(['a', 'b', 'c']);
    expectExceeded(rig);
  });

  it('is given back by PUBCOMP, not by PUBREC', () => {
    const rig = online(1);
    rig.serve(publishFrom('a', 2, 1), { type: 'pubrel', packetId: 1, reasonCode: 0 });
    rig.serve(publishFrom('b', 2, 1));
    expect(rig.client.status).toBe('online');
    rig.serve(publishFrom('c', 1, 2));
    expectExceeded(rig);
  });

  it('is given back by PUBACK', () => {
    const rig = online(1);
    for (let id = 1; id <= 5; id++) rig.serve(publishFrom('a', 1, id));
    expect(rig.client.status).toBe('online');
    expect(rig.deliveries()).toHaveLength(5);
  });

  it('is not given back by a PUBACK that still waits for the disk behind a PUBREC', () => {
    const rig = online(2, { sync: 'by-hand' });
    rig.sync();
    rig.serve(publishFrom('a', 2, 1), publishFrom('b', 1, 2));
    expect(rig.takeSent()).toEqual([]);
    rig.sync();
    expect(rig.said()).toEqual(['PUBREC 1', 'PUBACK 2']);
    rig.serve(publishFrom('c', 1, 3));
    rig.serve(publishFrom('d', 2, 4));
    expect(rig.client.status).toBe('online');
    rig.serve(publishFrom('e', 1, 5));
    expectExceeded(rig);
  });

  it('counts no repetition on the same connection twice', () => {
    const rig = online(1);
    rig.serve(publishFrom('a', 2, 1), publishFrom('a', 2, 1, true));
    expect(rig.client.status).toBe('online');
    expect(rig.said()).toEqual(['PUBREC 1', 'PUBREC 1']);
  });

  it('begins anew on every connection, and a PUBCOMP for an earlier one does not raise it [5.0/4.9]', () => {
    const rig = online(1);
    rig.serve(publishFrom('a', 2, 1));
    rig.cut();
    rig.comeOnline(true);
    rig.serve({ type: 'pubrel', packetId: 1, reasonCode: 0 }, publishFrom('b', 2, 2));
    expect(rig.client.status).toBe('online');
    rig.serve(publishFrom('c', 2, 3));
    expectExceeded(rig);
  });
});
