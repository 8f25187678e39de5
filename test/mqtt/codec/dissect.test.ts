import { describe, expect, it } from 'vitest';
import { type Dissection, decode, dissect, encode, formatDissection } from '../../../src/mqtt/codec/index.ts';
import { bytesOf } from './bytes.ts';

/** The field at a path of names. */
function field(tree: Dissection, ...path: string[]): Dissection {
  let found = tree;
  for (const name of path) {
    const inner = found.children?.find((child) => child.name === name);
    if (inner === undefined) throw new Error(`no ${name} in ${found.children?.map((child) => child.name)}`);
    found = inner;
  }
  return found;
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
}

describe('a dissection', () => {
  it('reads as an outline beside the bytes', () => {
    const bytes = encode(
      {
        type: 'publish',
        topic: 'a/b',
        payload: bytesOf('"hello"'),
        qos: 1,
        retain: true,
        dup: true,
        packetId: 10,
        properties: { messageExpiryInterval: 60, userProperties: [['k', 'v']] },
      },
      5,
    );
    expect(lines(formatDissection(dissect(bytes, 5), bytes))).toEqual(
      lines(`
 0-26                            PUBLISH: 27 bytes
 0-1                               Fixed Header
 0    3b                             Type and flags: 0x3b
                                       0011 .... MQTT Control Packet type: 3 (PUBLISH)
                                       .... 1... DUP: 1
                                       .... .01. QoS: 1 (At least once delivery)
                                       .... ...1 RETAIN: 1
 1    19                             Remaining Length: 25
 2-21                              Variable Header
 2-6                                 Topic Name: "a/b"
 2-3  00 03                            Length: 3
 4-6  61 2f 62                         Characters: "a/b"
 7-8  00 0a                          Packet Identifier: 10
 9-21                                Properties: 2
 9    0c                               Property Length: 12
10-14                                  Message Expiry Interval: 60
10    02                                 Identifier: 0x02 (Message Expiry Interval)
11-14 00 00 00 3c                        Value: 60
15-21                                  User Property: "k": "v"
15    26                                 Identifier: 0x26 (User Property)
16-18                                    Name: "k"
16-17 00 01                                Length: 1
18    6b                                   Characters: "k"
19-21                                    Value: "v"
19-20 00 01                                Length: 1
21    76                                   Characters: "v"
22-26 68 65 6c 6c 6f               Payload: "hello"`),
    );
  });

  it('takes the version of a CONNECT from the CONNECT', () => {
    const bytes = encode(
      {
        type: 'connect',
        protocolVersion: 5,
        clientId: 'c',
        cleanStart: true,
        keepAlive: 0,
        will: {
          topic: 'w',
          payload: bytesOf('00 ff'),
          qos: 2,
          retain: false,
          properties: { willDelayInterval: 5 },
        },
        password: bytesOf('"p"'),
      },
      5,
    );
    const tree = dissect(bytes, 4);
    expect(field(tree, 'Variable Header', 'Protocol Version').text).toBe('5 (5.0)');
    expect(field(tree, 'Variable Header', 'Keep Alive').text).toBe('0 (off)');
    expect(field(tree, 'Variable Header', 'Connect Flags', 'Will QoS')).toMatchObject({
      value: 2,
      text: '2 (Exactly once delivery)',
      mask: 0x18,
      length: 1,
    });
    expect(field(tree, 'Payload', 'Will Properties', 'Will Delay Interval').value).toBe(5);
    expect(field(tree, 'Payload', 'Will Payload').text).toBe('00 ff');
    expect(field(tree, 'Payload', 'Password').text).toBe('"p"');
  });

  it('names Reason Codes by packet and version', () => {
    expect(field(dissect(bytesOf('20 03 00 87 00'), 5), 'Variable Header', 'Connect Reason Code').text).toBe(
      '0x87 (Not authorized)',
    );
    expect(field(dissect(bytesOf('20 02 00 05'), 4), 'Variable Header', 'Connect Return code').text).toBe(
      '0x05 (Connection Refused, not authorized)',
    );
    const suback = dissect(bytesOf('90 06 00 01 00 00 02 80'), 5);
    expect(field(suback, 'Payload').children?.map((child) => child.text)).toEqual([
      '0x00 (Granted QoS 0)',
      '0x02 (Granted QoS 2)',
      '0x80 (Unspecified error)',
    ]);
  });

  it('shows Subscription Options bit by bit', () => {
    const tree = dissect(bytesOf('82 07 00 01 00 00 01 "a" 2e'), 5);
    const broken = dissect(bytesOf('82 07 00 01 00 00 01 "a" 2e'), 4);
    expect(
      tree.children
        ?.at(-1)
        ?.children?.at(-1)
        ?.children?.map((bit) => `${bit.name} ${bit.text}`),
    ).toContain('Retain Handling 2 (do not send retained)');
    expect(broken.name).toBe('SUBSCRIBE');
  });

  it('cuts what is long', () => {
    const bytes = encode(
      {
        type: 'publish',
        topic: 'a',
        payload: new Uint8Array(5000).fill(0x61),
        qos: 0,
        retain: false,
        dup: false,
      },
      4,
    );
    const payload = field(dissect(bytes, 4), 'Payload');
    expect(payload.text.length).toBeLessThan(120);
    expect(payload.text).toContain('5000 characters');
    expect(payload.length).toBe(5000);
  });
});

describe('a broken packet', () => {
  it('is shown as far as it goes, with the error in the field it is about', () => {
    const bytes = bytesOf('30 05 00 03 "a/+"');
    const tree = dissect(bytes, 4);
    const topic = field(tree, 'Variable Header', 'Topic Name');
    expect(topic.text).toBe('"a/+"');
    expect(field(topic, 'Length', 'error')).toMatchObject({
      offset: 2,
      length: 0,
      rule: '3.1.1/MQTT-3.3.2-2',
    });
    expect(formatDissection(tree, bytes)).toContain(
      "!! PUBLISH: Topic Name contains a wildcard ('+' or '#')",
    );
  });

  it('shows a field that is cut short and stops there', () => {
    const tree = dissect(bytesOf('32 06 00 09 "a/b" 00'), 4);
    expect(field(tree, 'Variable Header', 'Topic Name', 'Characters').text).toBe(
      'cut short after 4 of 9 bytes: 61 2f 62 00',
    );
    expect(tree.children).toHaveLength(2);
  });

  it('shows an unknown property and what it cannot tell apart', () => {
    const tree = dissect(bytesOf('30 07 00 01 "a" 03 7e 01 02'), 5);
    const properties = field(tree, 'Variable Header', 'Properties');
    expect(properties.children?.map((child) => child.name)).toEqual([
      'Property Length',
      'unknown property 126',
      'not understood',
    ]);
    expect(field(properties, 'unknown property 126', 'Identifier', 'error').rule).toBe('5.0/2.2.2.2');
  });

  it.each([
    ['', 'not a packet', '3.1.1/2.2.1'],
    ['00', 'not a packet', '3.1.1/2.2.1'],
    ['30', 'PUBLISH', '3.1.1/2.2.3'],
    ['30 ff ff ff ff 01', 'PUBLISH', '3.1.1/2.2.3'],
    ['c0 00 c0 00', 'PINGREQ', '3.1.1/2.2.3'],
    ['10 03 00 04 "M"', 'CONNECT', '3.1.1/2.2.3'],
  ])('of the bytes "%s" is called %s', (text, name, rule) => {
    const bytes = bytesOf(text);
    const tree = dissect(bytes, 4);
    expect(tree.name).toBe(name);
    expect(JSON.stringify(tree)).toContain(`"rule":"${rule}"`);
    expect(() => decode(bytes, 4)).toThrow(rule);
    expect(formatDissection(tree, bytes)).toContain('!! ');
  });
});
