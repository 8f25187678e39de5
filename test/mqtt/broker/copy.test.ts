import { describe, expect, it } from 'vitest';
import { Copy, copyFormat, expiryOf } from '../../../src/mqtt/broker/copy.ts';
import { decode } from '../../../src/mqtt/codec/index.ts';
import type { Message } from '../../../src/mqtt/session/message.ts';
import { MessageRecords } from '../../../src/mqtt/session/session-records.ts';
import { bytes, SECOND } from './hub.ts';

const message: Message = {
  topic: 'a',
  payload: bytes('x'),
  qos: 2,
  retain: true,
  properties: {
    messageExpiryInterval: 10,
    contentType: 'text/plain',
    userProperties: [
      ['b', '1'],
      ['a', '2'],
      ['b', '1'],
    ],
  },
};

describe('a copy of a message', () => {
  it('says in 5.0 what is left of its expiry, and forwards everything else untouched', () => {
    const expiresAt = expiryOf(message, 100 * SECOND);
    expect(expiresAt).toBe(110 * SECOND);
    const copy = new Copy(message, 1, false, [7, 9], expiresAt);
    const packet = decode(copy.encode(5, 3, true, 103 * SECOND), 5);
    expect(packet).toEqual({
      type: 'publish',
      topic: 'a',
      payload: bytes('x'),
      qos: 1,
      retain: false,
      dup: true,
      packetId: 3,
      properties: { ...message.properties, messageExpiryInterval: 7, subscriptionIdentifiers: [7, 9] },
    });
    expect(message.properties?.messageExpiryInterval).toBe(10);
  });

  it('of QoS 0 is encoded once for all sessions of 5.0, unless it has an alias or an expiry', () => {
    const { messageExpiryInterval: _expiry, ...properties } = message.properties!;
    const copy = new Copy({ ...message, properties }, 0, false, undefined, Infinity);
    const first = copy.encode(5, 0, false, 1);
    expect(copy.encode(5, 0, false, 2)).toBe(first);
    expect(decode(copy.encode(5, 0, false, 2, 1, ''), 5)).toMatchObject({
      topic: '',
      properties: { topicAlias: 1 },
    });
    expect(decode(copy.encode(5, 0, false, 2), 5)).toMatchObject({ topic: 'a', properties });
    expect(copy.encode(4, 0, false, 2)).not.toEqual(first);
    const expiring = new Copy(message, 0, false, undefined, 10 * SECOND);
    const left = (wall: number) => decode(expiring.encode(5, 0, false, wall), 5);
    expect(left(0)).toMatchObject({ properties: { messageExpiryInterval: 10 } });
    expect(left(4 * SECOND)).toMatchObject({ properties: { messageExpiryInterval: 6 } });
  });

  it('has no properties before 5.0', () => {
    const copy = new Copy(message, 0, true, [7], Infinity);
    expect(decode(copy.encode(4, 0, false, 0), 4)).toEqual({
      type: 'publish',
      topic: 'a',
      payload: bytes('x'),
      qos: 0,
      retain: true,
      dup: false,
    });
  });

  it('comes back from the disk as it was', () => {
    const records = new MessageRecords(copyFormat);
    for (const copy of [
      new Copy(message, 1, false, [7, 9], 110 * SECOND),
      new Copy({ ...message, topic: 'ü' }, 2, true, undefined, Infinity),
    ]) {
      const back = records.decode('key', records.encode(copy));
      expect(back).toBeInstanceOf(Copy);
      expect({ ...back }).toEqual({ ...copy });
    }
  });
});
