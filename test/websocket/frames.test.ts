import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  encodeFrame,
  PING,
  PONG,
  readHeader,
  TEXT,
} from '../../src/websocket/frame.ts';
import { ascii, cutAt, decoded, frame, hex, join, MASK, SEED } from './bytes.ts';

describe('a frame', () => {
  it('looks as in the examples of RFC 6455 section 5.7', () => {
    const hello = ascii('Hello');
    expect(frame(TEXT, hello)).toEqual(hex('81 05 48 65 6c 6c 6f'));
    expect(frame(TEXT, hello, { mask: MASK })).toEqual(hex('81 85 37 fa 21 3d 7f 9f 4d 51 58'));
    expect(frame(TEXT, ascii('Hel'), { fin: false })).toEqual(hex('01 03 48 65 6c'));
    expect(frame(CONTINUATION, ascii('lo'))).toEqual(hex('80 02 6c 6f'));
    expect(frame(PING, hello)).toEqual(hex('89 05 48 65 6c 6c 6f'));
    expect(frame(PONG, hello, { mask: MASK })).toEqual(hex('8a 85 37 fa 21 3d 7f 9f 4d 51 58'));
    expect(frame(BINARY, new Uint8Array(256)).subarray(0, 4)).toEqual(hex('82 7e 01 00'));
    expect(frame(BINARY, new Uint8Array(65_536)).subarray(0, 10)).toEqual(
      hex('82 7f 00 00 00 00 00 01 00 00'),
    );
  });

  it.each([0, 125, 126, 65_535, 65_536])('has the shortest length for %d bytes', (length) => {
    for (const mask of [undefined, MASK]) {
      const bytes = frame(BINARY, new Uint8Array(length).fill(7), { mask });
      const header = readHeader(bytes)!;
      expect(header).toMatchObject({
        length,
        minimal: true,
        size: bytes.length - length,
        opcode: BINARY,
        fin: true,
      });
      expect(decoded([bytes], { masked: mask !== undefined }).payload).toEqual(
        new Uint8Array(length).fill(7),
      );
    }
  });

  it('leaves the payload that was handed in as it is', () => {
    const payload = ascii('Hello');
    frame(BINARY, payload, { mask: MASK });
    expect(payload).toEqual(ascii('Hello'));
  });
});

describe('the decoder of frames', () => {
  it('gives the same payload however messages are cut into frames and frames into chunks, with control frames between', () => {
    const message = fc.record({
      parts: fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 4 }),
      pings: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    });
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(5000), { maxLength: 20 }),
        fc.boolean(),
        (messages, offsets, masked) => {
          const mask = masked ? MASK : undefined;
          const frames: Uint8Array[] = [];
          let pings = 0;
          for (const { parts, pings: between } of messages) {
            parts.forEach((payload, index) => {
              const fin = index === parts.length - 1;
              frames.push(encodeFrame({ opcode: index === 0 ? BINARY : CONTINUATION, payload, fin, mask }));
              if (between[index] && !fin) frames.push(frame(PING, ascii(`${pings++}`), { mask }));
            });
          }
          const { payload, told, code } = decoded(cutAt(join(frames), offsets), { masked });
          expect(code).toBeUndefined();
          expect(payload).toEqual(join(messages.flatMap(({ parts }) => parts)));
          expect(told).toEqual(Array.from({ length: pings }, (_, index) => `ping ${index}`));
        },
      ),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('hands payload on before the frame has ended', () => {
    const bytes = frame(BINARY, ascii('abcdef'));
    expect(decoded([bytes.subarray(0, 5)]).payload).toEqual(ascii('abc'));
  });

  it('reads nothing behind a Close frame', () => {
    const { told, payload } = decoded([
      join([frame(CLOSE, hex('03e8 62 79 65')), frame(BINARY, ascii('x'))]),
    ]);
    expect(told).toEqual(['close 1000 bye']);
    expect(payload).toEqual(new Uint8Array(0));
    expect(decoded([frame(CLOSE)]).told).toEqual(['close 1005 ']);
  });

  const refused: readonly (readonly [string, number, Uint8Array])[] = [
    ['a reserved bit without an extension [RFC 6455 5.2]', 1002, hex('c2 01 00')],
    ['a data frame of a reserved opcode [RFC 6455 5.2]', 1002, hex('83 00')],
    ['a control frame of a reserved opcode [RFC 6455 5.2]', 1002, hex('8b 00')],
    ['a length of 16 bits for what 7 can say [RFC 6455 5.2]', 1002, hex('82 7e 00 7d')],
    ['a length of 64 bits for what 16 can say [RFC 6455 5.2]', 1002, hex('82 7f 00 00 00 00 00 00 ff ff')],
    ['a length with its highest bit set [RFC 6455 5.2]', 1002, hex('82 7f 80 00 00 00 00 00 00 00')],
    ['a masked frame of a server [RFC 6455 5.1]', 1002, frame(BINARY, ascii('x'), { mask: MASK })],
    ['a continuation of nothing [RFC 6455 5.4]', 1002, hex('80 01 00')],
    ['a message within a message [RFC 6455 5.4]', 1002, hex('02 01 00 82 01 00')],
    ['a fragmented control frame [RFC 6455 5.5]', 1002, hex('09 00')],
    ['a control frame of 126 bytes [RFC 6455 5.5]', 1002, frame(PING, new Uint8Array(126))],
    ['a Close frame with half a code [RFC 6455 5.5.1]', 1002, frame(CLOSE, hex('03'))],
    ['a Close frame with code 1005 [RFC 6455 7.4.1]', 1002, frame(CLOSE, hex('03ed'))],
    ['a Close frame with code 1015 [RFC 6455 7.4.1]', 1002, frame(CLOSE, hex('03f7'))],
    ['a Close frame with code 999 [RFC 6455 7.4.2]', 1002, frame(CLOSE, hex('03e7'))],
    ['a Close frame with code 2999 [RFC 6455 7.4.2]', 1002, frame(CLOSE, hex('0bb7'))],
    ['a reason that is not UTF-8 [RFC 6455 8.1]', 1007, frame(CLOSE, hex('03e8 c3 28'))],
    ['a reason with a surrogate [RFC 6455 8.1]', 1007, frame(CLOSE, hex('03e8 ed a0 80'))],
    ['a text frame [3.1.1/MQTT-6.0.0-1] [5.0/MQTT-6.0.0-1]', 1003, frame(TEXT, ascii('x'))],
    ['a message above the limit', 1009, frame(BINARY, new Uint8Array(1001))],
    [
      'fragments that are above the limit together',
      1009,
      join([frame(BINARY, new Uint8Array(600), { fin: false }), frame(CONTINUATION, new Uint8Array(401))]),
    ],
    ['a length that no memory holds', 1009, hex('82 7f 7f ff ff ff ff ff ff ff')],
  ];

  it.each(refused)('refuses %s with %d', (_what, code, bytes) => {
    const options = { longestMessage: 1_000 };
    expect(decoded([bytes], options).code).toBe(code);
    expect(
      decoded(
        [...bytes].map((byte) => Uint8Array.of(byte)),
        options,
      ).code,
      'byte by byte',
    ).toBe(code);
  });

  it('wants the frames of a client masked [RFC 6455 5.1]', () => {
    expect(decoded([frame(BINARY, ascii('x'))], { masked: true }).code).toBe(1002);
  });

  it('takes messages up to the limit, one after the other', () => {
    const whole = frame(BINARY, new Uint8Array(1_000));
    expect(decoded([join([whole, whole, whole])], { longestMessage: 1_000 }).payload).toHaveLength(3_000);
  });

  it('comes to an end with any bytes: payload, or one of the four codes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 }),
        fc.boolean(),
        (chunks, masked) => {
          const { code, payload } = decoded(chunks, { masked, longestMessage: 100 });
          expect([undefined, 1002, 1003, 1007, 1009]).toContain(code);
          expect(payload.length).toBeLessThanOrEqual(join(chunks).length);
        },
      ),
      { seed: SEED, numRuns: 2_000 },
    );
  });
});
