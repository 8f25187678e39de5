/** What a CONNECT of 3.1.1 has to hold, byte by byte. */
import { describe, expect, it } from 'vitest';
import { decode, encode, type Packet } from '../../../src/mqtt/codec/index.ts';
import { codecErrorOf, hexOf, plain } from './bytes.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const withLength = (text: string) => [0, utf8(text).length, ...utf8(text)];

/** Every way to have a will, a user name and a password. */
function* connects(): Generator<Packet & { type: 'connect' }> {
  const wills = [
    undefined,
    ...([0, 1, 2] as const).flatMap((qos) => [
      { qos, retain: false },
      { qos, retain: true },
    ]),
  ];
  for (const will of wills) {
    for (const [username, password] of [[], ['user'], ['user', 'word']]) {
      const connect: Packet & { type: 'connect' } = {
        type: 'connect',
        protocolVersion: 4,
        clientId: 'me',
        cleanStart: true,
        keepAlive: 258,
      };
      if (will !== undefined) connect.will = { topic: 'w/t', payload: utf8('gone'), ...will };
      if (username !== undefined) connect.username = username;
      if (password !== undefined) connect.password = utf8(password);
      yield connect;
    }
  }
}

/** Those bytes, put together from section 3.1 and from nothing of ours. */
function bytesOfConnect({ will, username, password }: Packet & { type: 'connect' }): Uint8Array {
  const flags =
    (username === undefined ? 0 : 0x80) |
    (password === undefined ? 0 : 0x40) |
    (will === undefined ? 0 : 0x04 | (will.qos << 3) | (will.retain ? 0x20 : 0)) |
    0x02;
  const body = [0, 4, ...utf8('MQTT'), 4, flags, 1, 2, ...withLength('me')];
  if (will !== undefined) body.push(...withLength('w/t'), ...withLength('gone'));
  if (username !== undefined) body.push(...withLength('user'));
  if (password !== undefined) body.push(...withLength('word'));
  return Uint8Array.of(0x10, body.length, ...body);
}

describe('a CONNECT', () => {
  it('has the fields its flags announce and no others: a will [3.1.1/MQTT-3.1.2-9] [3.1.1/MQTT-3.1.2-11], a user name [3.1.1/MQTT-3.1.2-18] [3.1.1/MQTT-3.1.2-19], a password [3.1.1/MQTT-3.1.2-20] [3.1.1/MQTT-3.1.2-21], all in their order [3.1.1/MQTT-3.1.3-1] behind the Client Identifier [3.1.1/MQTT-3.1.3-3]', () => {
    const all = [...connects()];
    expect(all).toHaveLength(21);
    for (const connect of all) {
      const bytes = bytesOfConnect(connect);
      expect(hexOf(encode(connect, 4))).toBe(hexOf(bytes));
      expect(plain(decode(bytes, 4))).toEqual(plain(connect));
    }
  });
});

describe('a string that is not UTF-8', () => {
  const connect = {
    type: 'connect',
    protocolVersion: 4,
    clientId: 'a',
    cleanStart: true,
    keepAlive: 0,
  } as const;
  const payload = new Uint8Array();
  const fields: [field: string, id: string, packet: (text: string) => Packet][] = [
    ['Client Identifier', '3.1.1/MQTT-3.1.3-4', (text) => ({ ...connect, clientId: text })],
    [
      'Will Topic',
      '3.1.1/MQTT-3.1.3-10',
      (text) => ({ ...connect, will: { topic: text, payload, qos: 0, retain: false } }),
    ],
    ['User Name', '3.1.1/MQTT-3.1.3-11', (text) => ({ ...connect, username: text })],
    [
      'Topic Name',
      '3.1.1/MQTT-3.3.2-1',
      (text) => ({ type: 'publish', topic: text, payload, qos: 0, retain: false, dup: false }),
    ],
    [
      'filter of SUBSCRIBE',
      '3.1.1/MQTT-3.8.3-1',
      (text) => ({ type: 'subscribe', packetId: 1, subscriptions: [{ filter: text, qos: 0 }] }),
    ],
    [
      'filter of UNSUBSCRIBE',
      '3.1.1/MQTT-3.10.3-1',
      (text) => ({ type: 'unsubscribe', packetId: 1, filters: [text] }),
    ],
  ];
  for (const [field, id, packet] of fields) {
    it(`is refused as ${field}, by who sends and by who receives [${id}]`, () => {
      expect(codecErrorOf(() => encode(packet('x\uD800'), 4)).rule).toBe('3.1.1/MQTT-1.5.3-1');
      // A placeholder of the same length makes room for what no string can hold.
      const bytes = encode(packet('x???'), 4).slice();
      const at = hexOf(bytes).indexOf('783f3f3f') / 2;
      bytes.set([0xed, 0xa0, 0x80], at + 1);
      expect(codecErrorOf(() => decode(bytes, 4))).toMatchObject({
        rule: '3.1.1/MQTT-1.5.3-1',
        offset: at + 1,
      });
    });
  }
});
