import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBase64 } from '../../src/websocket/base64.ts';
import { LONGEST_HEAD } from '../../src/websocket/http-head.ts';
import { acceptOf, isKey, newKey } from '../../src/websocket/key.ts';
import { chosenSubprotocol } from '../../src/websocket/subprotocol.ts';
import { ascii, client, cutAt, join, lots, SEED, server } from './bytes.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

function request(changes: Readonly<Record<string, string | undefined>> = {}, start = 'GET /chat HTTP/1.1') {
  const fields: Record<string, string | undefined> = {
    Host: 'server.example.com',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': KEY,
    Origin: 'http://example.com',
    'Sec-WebSocket-Protocol': 'chat, mqtt',
    'Sec-WebSocket-Version': '13',
    ...changes,
  };
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  return ascii(`${[start, ...lines].join('\r\n')}\r\n\r\n`);
}

/** The status line that a server answers, and whether it goes on. */
function answer(bytes: Uint8Array): { status: string; told: string[]; text: string } {
  const { socket, sent, told } = server();
  socket.opened();
  socket.received(bytes);
  const text = String.fromCharCode(...join(sent));
  return { status: text.split('\r\n')[0]!, told, text };
}

function response(changes: Readonly<Record<string, string | undefined>> = {}, start = 'HTTP/1.1 101 Ok') {
  const fields: Record<string, string | undefined> = {
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Accept': acceptOf(newKey(lots())),
    'Sec-WebSocket-Protocol': 'mqtt',
    ...changes,
  };
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  return ascii(`${[start, ...lines].join('\r\n')}\r\n\r\n`);
}

describe('the opening handshake', () => {
  it('answers the key of RFC 6455 section 1.3 as it is there', () => {
    expect(acceptOf(KEY)).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    const { status, told, text } = answer(request());
    expect(status).toBe('HTTP/1.1 101 Switching Protocols');
    expect(text).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n');
    expect(text).toContain('Sec-WebSocket-Protocol: mqtt\r\n');
    expect(told).toEqual(['opened mqtt']);
  });

  it('has the base64 and the SHA-1 of Node, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      }),
      { seed: SEED },
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        let at = 0;
        const key = newKey(() => bytes[at++]! / 256);
        expect(key).toBe(Buffer.from(bytes).toString('base64'));
        expect(isKey(key)).toBe(true);
        const hash = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
        expect(acceptOf(key)).toBe(hash.digest('base64'));
      }),
      { seed: SEED },
    );
  });

  it('chooses mqtt before what the field still speaks, and nothing else [3.1.1/MQTT-6.0.0-4] [5.0/MQTT-6.0.0-4]', () => {
    expect(chosenSubprotocol(['mqttv3.1', 'mqtt'])).toBe('mqtt');
    expect(chosenSubprotocol(['chat', 'mqttv3.1.1', 'mqttv3.1'])).toBe('mqttv3.1.1');
    expect(chosenSubprotocol(['mqttv3.1'])).toBe('mqttv3.1');
    expect(chosenSubprotocol(['MQTT', 'chat', ''])).toBeUndefined();
  });

  it.each([
    [
      'a subprotocol that is not of MQTT [3.1.1/MQTT-6.0.0-3]',
      request({ 'Sec-WebSocket-Protocol': 'chat' }),
      400,
    ],
    ['no subprotocol at all', request({ 'Sec-WebSocket-Protocol': undefined }), 400],
    ['a key of 15 bytes', request({ 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAA' }), 400],
    ['no key', request({ 'Sec-WebSocket-Key': undefined }), 400],
    ['no Host', request({ Host: undefined }), 400],
    ['HTTP/1.0', request({}, 'GET / HTTP/1.0'), 400],
    ['POST', request({}, 'POST / HTTP/1.1'), 405],
    ['no upgrade', request({ Upgrade: undefined }), 426],
    ['an upgrade to something else', request({ Upgrade: 'h2c' }), 426],
    ['a Connection that does not upgrade', request({ Connection: 'keep-alive' }), 426],
    ['another version', request({ 'Sec-WebSocket-Version': '8' }), 426],
    ['a head that is too long', request({ Cookie: 'x'.repeat(LONGEST_HEAD) }), 431],
    ['a head without an end', ascii('G'.repeat(LONGEST_HEAD + 1)), 431],
    ['a line that is folded', ascii('GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n'), 400],
    ['a CONNECT without WebSocket', Uint8Array.of(0x10, 0x0c, 0, 4, 0x4d), 400],
  ])('refuses %s', (_what, bytes, status) => {
    const { status: line, told, text } = answer(bytes);
    expect(line).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(text).toContain('\r\nConnection: close\r\n');
    expect(told).toEqual(['ended by refused 1005 the upgrade was refused', 'finish']);
  });

  it('says which version it speaks to who speaks another', () => {
    expect(answer(request({ 'Sec-WebSocket-Version': '8' })).text).toContain(
      '\r\nSec-WebSocket-Version: 13\r\n',
    );
  });

  it('takes names in any case, lists of several tokens and any cut of the bytes', () => {
    const bytes = request({
      Upgrade: 'WebSocket',
      Connection: 'keep-alive,  UPGRADE',
      'Sec-WebSocket-Protocol': undefined,
      'sec-websocket-protocol': 'mqttv3.1 ,chat',
    });
    fc.assert(
      fc.property(fc.array(fc.nat(2000), { maxLength: 8 }), (offsets) => {
        const { socket, sent, told } = server();
        for (const piece of cutAt(bytes, offsets)) socket.received(piece);
        expect(told).toEqual(['opened mqttv3.1']);
        expect(sent).toHaveLength(1);
      }),
      { seed: SEED, numRuns: 50 },
    );
  });

  it('asks for what it was told, and takes the right answer only', () => {
    const { socket, sent, told } = client({ subprotocols: ['mqtt', 'mqttv3.1'], path: '/a?b' });
    socket.opened();
    const lines = String.fromCharCode(...sent[0]!).split('\r\n');
    expect(lines[0]).toBe('GET /a?b HTTP/1.1');
    expect(lines).toContain('Host: hub');
    expect(lines).toContain('Sec-WebSocket-Protocol: mqtt, mqttv3.1');
    socket.received(response({ 'Sec-WebSocket-Protocol': 'mqttv3.1' }));
    expect(told).toEqual(['opened mqttv3.1']);
  });

  it.each([
    [
      'a refusal',
      response({}, 'HTTP/1.1 400 Bad Request'),
      'the server refused the upgrade: 400 Bad Request',
    ],
    ['a wrong accept', response({ 'Sec-WebSocket-Accept': acceptOf(KEY) }), 'Sec-WebSocket-Accept'],
    ['no accept', response({ 'Sec-WebSocket-Accept': undefined }), 'Sec-WebSocket-Accept'],
    ['an upgrade to something else', response({ Upgrade: 'h2c' }), 'other than WebSocket'],
    ['no Connection', response({ Connection: undefined }), 'other than WebSocket'],
    ['an extension', response({ 'Sec-WebSocket-Extensions': 'permessage-deflate' }), 'an extension'],
    ['no subprotocol', response({ 'Sec-WebSocket-Protocol': undefined }), 'no subprotocol'],
    ['another subprotocol', response({ 'Sec-WebSocket-Protocol': 'chat' }), 'the subprotocol chat'],
    ['what is no HTTP', Uint8Array.of(0x20, 2, 0, 0), 'the answer is no HTTP'],
    ['an answer without an end', ascii('H'.repeat(LONGEST_HEAD + 1)), 'too long'],
  ])('fails the connection after %s', (_what, bytes, reason) => {
    const { socket, told } = client();
    socket.opened();
    socket.received(bytes);
    expect(told).toEqual([expect.stringContaining(reason), 'finish']);
    socket.send(ascii('x'));
  });
});
