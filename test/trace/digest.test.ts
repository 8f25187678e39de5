import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/trace/digest.ts';
import { ConnectionName, Recorder } from '../../src/trace/recorder.ts';
import { conversation } from './conversation.ts';
import { bytesOf, DESCRIPTION, message } from './stage.ts';

const described = { header: DESCRIPTION };

describe('the digest of a run', () => {
  it('is the same at every level, with listeners and without', () => {
    const digests = (['digest', 'packets', 'full'] as const).map((level) =>
      conversation(level).recorder.digest(),
    );
    expect(new Set(digests).size).toBe(1);
    expect(digests[0]).toMatch(/^[0-9a-f]{16}$/);

    const silent = new Recorder({ level: 'digest', ...described });
    const heard = new Recorder({ level: 'digest', ...described, onEvent() {} });
    for (const recorder of [silent, heard]) {
      recorder.now = 5;
      recorder.packetSent('a', 'a>b#1', bytesOf('12345678901'), 4);
      recorder.emit({ k: 'note', n: '', text: 'said' });
      recorder.packetReceived('b', 'a>b#1', 1, bytesOf('12345678901'));
    }
    expect(silent.digest()).toBe(heard.digest());
    expect(silent.count).toBe(0);
    expect(heard.count).toBe(3);
  });

  it('is found again from the events of a trace at level packets and full', () => {
    for (const level of ['packets', 'full'] as const) {
      const stage = conversation(level);
      expect(digestOf(stage.events)).toBe(stage.recorder.digest());
    }
  });

  it('is fixed for ever: this conversation has this digest', () => {
    expect(conversation().recorder.digest()).toMatchInlineSnapshot(`"2228bec91e9f6bc9"`);
  });

  it('does not change when asked, and asking twice gives the same', () => {
    const recorder = new Recorder({ level: 'digest', ...described });
    recorder.packetSent('a', 'a>b#1', bytesOf('x'), 4);
    expect(recorder.digest()).toBe(recorder.digest());
  });

  it('changes with every byte, length, time, node and connection of a packet, and with their order', () => {
    const digest = (play: (recorder: Recorder) => void): string => {
      const recorder = new Recorder({ level: 'digest', ...described });
      play(recorder);
      return recorder.digest();
    };
    const seen = new Set<string>();
    let variants = 0;
    const add = (play: (recorder: Recorder) => void): void => {
      variants++;
      seen.add(digest(play));
    };
    for (let length = 0; length < 40; length++) {
      add((r) => r.packetSent('a', 'a>b#1', new Uint8Array(length), 4));
      for (let at = 0; at < length; at++) {
        const bytes = new Uint8Array(length);
        bytes[at] = 1;
        add((r) => r.packetSent('a', 'a>b#1', bytes, 4));
      }
    }
    for (const t of [1, 2, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 33, 2 ** 52]) {
      add((r) => {
        r.now = t;
        r.packetSent('a', 'a>b#1', new Uint8Array(4), 4);
      });
    }
    add((r) => r.packetSent('b', 'a>b#1', new Uint8Array(4), 4));
    add((r) => r.packetSent('a', 'a>b#2', new Uint8Array(4), 4));
    add((r) => r.packetReceived('a', 'a>b#1', 1, new Uint8Array(4)));
    add((r) => r.packetReceived('a', 'a>b#1', 1, new Uint8Array(5)));
    add((r) => {
      r.packetSent('a', 'a>b#1', bytesOf('one'), 4);
      r.packetSent('a', 'a>b#1', bytesOf('two'), 4);
    });
    add((r) => {
      r.packetSent('a', 'a>b#1', bytesOf('two'), 4);
      r.packetSent('a', 'a>b#1', bytesOf('one'), 4);
    });
    expect(seen.size).toBe(variants);
  });

  it('takes the name of a connection as text or prepared, and any number of ends', () => {
    const texts = new Recorder({ level: 'digest', ...described });
    const names = new Recorder({ level: 'digest', ...described });
    const prepared = new ConnectionName('a>b#1');
    for (const n of ['a', 'b', 'c', 'a', 'a', 'b']) {
      texts.packetSent(n, 'a>b#1', bytesOf('x'), 4);
      names.packetSent(n, prepared, bytesOf('x'), 4);
    }
    expect(names.digest()).toBe(texts.digest());
  });

  it('covers what applications did and what happened to nodes, links and faults', () => {
    const base = conversation().events;
    const digest = digestOf(base);
    const covered = new Set<string>();
    for (const [at, event] of base.entries()) {
      const without = digestOf([...base.slice(0, at), ...base.slice(at + 1)]);
      if (without !== digest) covered.add(event.k);
      else expect(covered).not.toContain(event.k);
    }
    expect([...covered].sort()).toEqual([
      'app.call',
      'app.delivered',
      'app.settled',
      'conn.accepted',
      'conn.dialled',
      'conn.ended',
      'conn.established',
      'fault.began',
      'fault.ended',
      'link.added',
      'node.added',
      'node.crashed',
      'node.paused',
      'node.power-cut',
      'node.resumed',
      'node.started',
      'packet.received',
      'packet.sent',
    ]);
  });

  it('sees every field of a message', () => {
    const variants = [
      message('t', 'p', 1),
      message('t', 'q', 1),
      message('u', 'p', 1),
      message('t', 'p', 2),
      message('t', 'p', 1, true),
      { ...message('t', 'p', 1), contentType: 'x' },
      { ...message('t', 'p', 1), responseTopic: 'x' },
      { ...message('t', 'p', 1), correlationData: bytesOf('x') },
      { ...message('t', 'p', 1), messageExpiryInterval: 1 },
      { ...message('t', 'p', 1), payloadFormatIndicator: 0 as const },
      { ...message('t', 'p', 1), payloadFormatIndicator: 1 as const },
      { ...message('t', 'p', 1), userProperties: [['a', 'b']] as const },
      { ...message('t', 'p', 1), userProperties: [['b', 'a']] as const },
    ];
    const digests = variants.map((each) => {
      const recorder = new Recorder({ level: 'digest', ...described });
      recorder.emit({ k: 'app.delivered', n: 'a', message: each, dup: false });
      return recorder.digest();
    });
    expect(new Set(digests).size).toBe(variants.length);
  });

  it('does not cover the words of the engine', () => {
    const digests = ['granted 1', 'the broker granted QoS 1'].map((text) => {
      const recorder = new Recorder({ level: 'digest', ...described });
      recorder.emit({ k: 'app.settled', n: 'a', call: 1, outcome: 'ok', text });
      return recorder.digest();
    });
    expect(digests[0]).toBe(digests[1]);
  });
});
