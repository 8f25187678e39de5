import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BINARY, CLOSE, PING, PONG, readHeader, TEXT } from '../../src/websocket/frame.ts';
import { ascii, client, cutAt, decoded, frame, hex, join, MASK, pair, SEED, server } from './bytes.ts';

describe('the two ends of a WebSocket', () => {
  it('carry bytes both ways, the client masked and the server not [RFC 6455 5.1]', () => {
    const { front, back } = pair();
    front.socket.send(ascii('up'));
    back.socket.send(ascii('down'));
    expect(readHeader(front.sent[0]!)!.mask).toBeDefined();
    expect(readHeader(back.sent[0]!)!.mask).toBeUndefined();
    back.socket.received(front.sent[0]!);
    front.socket.received(back.sent[0]!);
    expect(join(back.payload)).toEqual(ascii('up'));
    expect(join(front.payload)).toEqual(ascii('down'));
  });

  it('mask each frame with other chance [RFC 6455 5.3]', () => {
    const { front } = pair();
    front.socket.send(ascii('x'));
    front.socket.send(ascii('x'));
    const [one, two] = front.sent.map((bytes) => readHeader(bytes)!.mask);
    expect(one).not.toEqual(two);
  });

  it('give the payload that was sent however the wire cuts it, handshake included', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(3000), { maxLength: 12 }),
        (messages, offsets) => {
          const front = client();
          const back = server();
          front.socket.opened();
          const [request] = front.sent.splice(0);
          back.socket.received(request!);
          for (const message of messages) back.socket.send(message);
          for (const piece of cutAt(join(back.sent), offsets)) front.socket.received(piece);
          for (const message of messages) front.socket.send(message);
          for (const piece of cutAt(join(front.sent), offsets)) back.socket.received(piece);
          expect(join(front.payload)).toEqual(join(messages));
          expect(join(back.payload)).toEqual(join(messages));
        },
      ),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('answer a ping with the same payload [RFC 6455 5.5.3]', () => {
    const { back } = pair();
    back.socket.received(frame(PING, ascii('there?'), { mask: MASK }));
    expect(back.sent).toEqual([frame(PONG, ascii('there?'))]);
    back.socket.received(frame(PONG, ascii('nobody asked'), { mask: MASK }));
    expect(back.told).toEqual([]);
  });

  it('close with one Close frame each, the server finishing first [RFC 6455 7.1.1]', () => {
    const { front, back } = pair();
    front.socket.close();
    front.socket.send(ascii('too late'));
    expect(front.sent).toHaveLength(1);
    back.socket.received(front.sent[0]!);
    expect(back.told).toEqual(['ended by peer 1000', 'finish']);
    expect(back.sent).toEqual([frame(CLOSE, hex('03e8'))]);
    front.socket.received(back.sent[0]!);
    expect(front.told).toEqual([]);
  });

  it('close from the server, which waits for the answer', () => {
    const { front, back } = pair();
    back.socket.close();
    expect(back.told).toEqual([]);
    front.socket.received(back.sent[0]!);
    expect(front.told).toEqual(['ended by peer 1000']);
    back.socket.received(front.sent[0]!);
    expect(back.told).toEqual(['finish']);
  });

  it('read no data after they have closed, nor answer pings', () => {
    const { back } = pair();
    back.socket.close();
    back.socket.received(
      join([frame(BINARY, ascii('x'), { mask: MASK }), frame(PING, ascii('?'), { mask: MASK })]),
    );
    expect(back.payload).toEqual([]);
    expect(back.sent).toHaveLength(1);
  });

  it('answer a Close frame without a code by one without [RFC 6455 5.5.1]', () => {
    const { back } = pair();
    back.socket.received(frame(CLOSE, ascii(''), { mask: MASK }));
    expect(back.sent).toEqual([frame(CLOSE)]);
    expect(back.told).toEqual(['ended by peer 1005', 'finish']);
  });

  it.each([
    ['an unmasked frame', frame(BINARY, ascii('x')), 1002],
    ['a text frame [3.1.1/MQTT-6.0.0-1] [5.0/MQTT-6.0.0-1]', frame(TEXT, ascii('x'), { mask: MASK }), 1003],
    ['a reason that is not UTF-8', frame(CLOSE, hex('03e8 ff'), { mask: MASK }), 1007],
    ['a message above the limit', frame(BINARY, new Uint8Array(1_000_001), { mask: MASK }), 1009],
  ])('fail the connection after %s, saying why', (_what, bytes, code) => {
    const { back } = pair();
    back.socket.received(bytes);
    const [close] = decoded(back.sent).told;
    expect(close).toMatch(new RegExp(`^close ${code} .+`));
    expect(back.told).toEqual([expect.stringMatching(new RegExp(`^ended by failure ${code} `)), 'finish']);
    back.socket.received(frame(BINARY, ascii('x'), { mask: MASK }));
    back.socket.send(ascii('x'));
    expect(back.payload).toEqual([]);
    expect(back.sent).toHaveLength(1);
  });

  it('finish at once when they are closed within the handshake', () => {
    const { socket, told } = client();
    socket.opened();
    socket.close();
    expect(told).toEqual(['finish']);
  });
});
