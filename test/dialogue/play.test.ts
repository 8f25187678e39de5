import { describe, expect, it } from 'vitest';
import type { Arrival } from '../../src/dialogue/expectation.ts';
import { parseDialogue } from '../../src/dialogue/parse.ts';
import { play } from '../../src/dialogue/play.ts';
import { decode, encode } from '../../src/mqtt/codec/index.ts';
import type { Packet } from '../../src/mqtt/codec/packet.ts';

const HEAD = 'title: A test\nversions: 5.0\nproves: 5.0/MQTT-3.1.2-4\n';
const FIRST_LINE = 4;

/** Plays lines against a broker that answers what it is told to answer, whatever it hears. */
async function played(lines: string, ...answers: (Packet | Arrival)[]) {
  const sent: Packet[] = [];
  const deviation = await play(parseDialogue(HEAD + lines, 'x'), 5, {
    sleep: async () => {},
    open: async () => ({
      send: (bytes) => void sent.push(decode(bytes, 5)),
      async next() {
        const answer = answers.shift() ?? 'nothing';
        return typeof answer === 'string' || answer instanceof Uint8Array ? answer : encode(answer, 5);
      },
      drop: () => {},
    }),
  });
  return { deviation, sent };
}

const publish = (changes: Partial<Extract<Packet, { type: 'publish' }>> = {}): Packet => ({
  type: 'publish',
  topic: 't',
  payload: Uint8Array.of(0x78),
  qos: 0,
  retain: false,
  dup: false,
  ...changes,
});

describe('a dialogue that is played', () => {
  it('deviates when a flag, a code, a payload or a property is another', async () => {
    const expected = 'a < publish t "x" contentType=a !responseTopic';
    const good = publish({ properties: { contentType: 'a' } });
    expect((await played(expected, good)).deviation).toBeUndefined();
    for (const [answer, got] of [
      [publish(), /^contentType is absent/],
      [publish({ properties: { contentType: 'b' } }), /^contentType is "b"/],
      [publish({ properties: { contentType: 'a', responseTopic: 'r' } }), /^responseTopic is there/],
      [publish({ properties: { contentType: 'a' }, retain: true }), /^retain is 1/],
      [publish({ properties: { contentType: 'a' }, topic: 'u' }), /^topic is "u"/],
      [publish({ properties: { contentType: 'a' }, payload: Uint8Array.of(0x79) }), /^payload is "y"/],
      [publish({ properties: { contentType: 'a' }, qos: 1, packetId: 1 }), /^qos is 1/],
      [{ type: 'pingresp' }, /^pingresp came/],
      ['closed', /^the connection ended/],
      ['nothing', /^nothing came/],
      [Uint8Array.of(0x00, 0x00), /^bytes that are no packet came/],
    ] as [Packet | Arrival, RegExp][]) {
      const { deviation } = await played(expected, answer);
      expect(deviation).toMatchObject({ line: FIRST_LINE, expected });
      expect(deviation!.got).toMatch(got);
    }
  });

  it('remembers what it met, and sends it', async () => {
    const { deviation, sent } = await played(
      'a < publish t "x" qos=1 id=?id\na > puback ?id\na < publish t "x" qos=1 id=?id',
      publish({ qos: 1, packetId: 300 }),
      publish({ qos: 1, packetId: 301 }),
    );
    // Then it takes leave, as every client does when the dialogue is over.
    expect(sent).toMatchObject([{ type: 'puback', packetId: 300 }, { type: 'disconnect' }]);
    expect(deviation?.got).toMatch(/^id is 301 and not 300/);
  });

  it('takes lines in any order, each once', async () => {
    const lines = 'any order:\n  a < pingresp\n  a < publish t "x"';
    expect((await played(lines, publish(), { type: 'pingresp' })).deviation).toBeUndefined();
    expect((await played(lines, publish(), publish())).deviation?.got).toMatch(/^publish came/);
  });

  it('knows silence, an end, and a refusal that says why', async () => {
    expect((await played('a < silence')).deviation).toBeUndefined();
    expect((await played('a < silence', publish())).deviation?.got).toMatch(/^publish came/);
    expect((await played('a < close', 'closed')).deviation).toBeUndefined();
    expect((await played('a < close')).deviation?.got).toBe('nothing came');
    const why: Packet = { type: 'disconnect', reasonCode: 0x82 };
    expect((await played('a < refusal 0x82', why, 'closed')).deviation).toBeUndefined();
    expect((await played('a < refusal 0x81', why, 'closed')).deviation?.got).toMatch(/^code is 130/);
    expect((await played('a < refusal 0x82', 'closed')).deviation?.got).toBe('the connection ended');
    expect((await played('a < refusal 0x82', why)).deviation?.got).toBe('nothing came');
  });

  it('says the line of a packet that cannot be written', async () => {
    await expect(played('a > puback ?nobody')).rejects.toThrow(/^x:4: \?nobody was captured nowhere above/);
  });
});
