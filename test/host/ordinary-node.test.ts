/** What hosted code uses every day goes on in virtual time, also where Node does in it what a run is refused. */
import assert from 'node:assert';
import { Blob } from 'node:buffer';
import { createHash } from 'node:crypto';
import { EventEmitter, on, once } from 'node:events';
import { createInterface } from 'node:readline';
import { Duplex, PassThrough, Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { finished, pipeline } from 'node:stream/promises';
import { TransformStream as WebTransform } from 'node:stream/web';
import { format, inspect } from 'node:util';
import { runInNewContext, Script } from 'node:vm';
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { runHosted } from '../../src/host/run-hosted.ts';
import { scenario } from '../../src/scenario/scenario.ts';

async function all(chunks: AsyncIterable<unknown>): Promise<string> {
  let read = '';
  for await (const chunk of chunks)
    read += typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array);
  return read;
}

/** A web stream of two pieces. */
const web = () =>
  new ReadableStream<string>({
    start(controller) {
      for (const piece of ['a', 'b']) controller.enqueue(piece);
      controller.close();
    },
  });

const bytes = () =>
  new ReadableStream({
    type: 'bytes',
    start(controller) {
      controller.enqueue(new Uint8Array([97, 98]));
      controller.close();
    },
  });

/** Deeds, and what they come to. The first is the first on its thread to let a reader of a web stream go. */
const deeds: Readonly<Record<string, readonly [() => unknown, unknown]>> = {
  'iterates over a web stream': [() => all(web() as never), 'ab'],
  'iterates over a web stream of bytes': [() => all(bytes() as never), 'ab'],
  'reads a web stream into a buffer of its own': [
    async () => (await bytes().getReader({ mode: 'byob' }).read(new Uint8Array(8))).value?.length,
    2,
  ],
  'makes a web stream of a readable': [() => all(Readable.toWeb(Readable.from(['a', 'b']))), 'ab'],
  'makes a readable of a web stream': [() => all(Readable.fromWeb(web() as never)), 'ab'],
  'pipes web streams': [
    async () => {
      const through = new WebTransform({ transform: (piece, to) => to.enqueue(`${piece}!`) });
      return all(web().pipeThrough(through as never) as never);
    },
    'a!b!',
  ],
  'tees a web stream': [
    async () =>
      Promise.all(
        web()
          .tee()
          .map((branch) => all(branch as never)),
      ),
    ['ab', 'ab'],
  ],
  'decodes a web stream': [
    () => all(new Blob(['é']).stream().pipeThrough(new TextDecoderStream() as never) as never),
    'é',
  ],
  'iterates over a blob': [() => all(new Blob(['ab', 'cd']).stream()), 'abcd'],
  'reads a blob': [() => new Blob(['ab', 'cd']).slice(1, 3).text(), 'bc'],
  'makes a duplex of a blob': [() => all(Duplex.from(new Blob(['ab']))), 'ab'],
  'consumes streams': [
    async () => [await text(Readable.from(['a'])), await text(new Blob(['b']).stream())],
    ['a', 'b'],
  ],
  'reads the body of a response': [() => all(new Response('ab').body as never), 'ab'],
  'reads a response': [() => new Response('{"a":1}').json(), { a: 1 }],
  'reads a form': [
    async () => {
      const form = new FormData();
      form.append('a', 'b');
      return [...(await new Response(form).formData()).entries()];
    },
    [['a', 'b']],
  ],
  'has headers': [() => [...new Headers({ a: 'b' })], [['a', 'b']]],
  'clones structures': [
    () => structuredClone({ a: new Map([[1, new Date(0)]]) }),
    { a: new Map([[1, new Date(0)]]) },
  ],
  'listens to an event target': [
    () => {
      const target = new EventTarget();
      const heard: string[] = [];
      target.addEventListener('x', ({ type }) => heard.push(type), { once: true });
      for (let times = 0; times < 2; times++) target.dispatchEvent(new Event('x'));
      return heard;
    },
    ['x'],
  ],
  'looks at an event': [() => inspect(new Event('x')).includes("type: 'x'"), true],
  'joins signals': [
    () => {
      const abort = new AbortController();
      const joined = (AbortSignal as unknown as { any(of: AbortSignal[]): AbortSignal }).any([abort.signal]);
      abort.abort();
      return joined.aborted;
    },
    true,
  ],
  'inspects and formats': [
    () => [inspect(new Map([[1, new Set([2])]])), inspect(Promise.resolve(1)), format('%s %o', 'a', [])],
    ['Map(1) { 1 => Set(1) { 2 } }', 'Promise { 1 }', 'a [ [length]: 0 ]'],
  ],
  asserts: [
    () => {
      try {
        assert(Number('1') === 2);
      } catch (error) {
        return (error as Error).name;
      }
    },
    'AssertionError',
  ],
  'reads lines': [() => all(createInterface({ input: Readable.from(['a\nb\n']) })), 'ab'],
  'awaits a pipeline': [
    async () => {
      const hash = createHash('sha256');
      await pipeline(Readable.from(['a']), new PassThrough(), hash);
      return hash.digest('hex').slice(0, 8);
    },
    'ca978112',
  ],
  'awaits the end of a stream': [
    async () => {
      const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
      sink.end('x');
      await finished(sink);
      return sink.writableFinished;
    },
    true,
  ],
  'awaits events': [
    async () => {
      const emitter = new EventEmitter();
      setTimeout(() => emitter.emit('x', 1), 0);
      const first = await once(emitter, 'x');
      setTimeout(() => emitter.emit('x', 2), 0);
      for await (const [value] of on(emitter, 'x')) return [...first, value];
      return [];
    },
    [1, 2],
  ],
  'compresses at once': [
    () => `${zlib.gunzipSync(zlib.gzipSync('a'))}${zlib.inflateSync(zlib.deflateSync('b'))}`,
    'ab',
  ],
  'names what it is in a language': [
    () => [new Intl.NumberFormat('de').format(1234.5), new Intl.ListFormat('en').format(['a', 'b'])],
    ['1.234,5', 'a and b'],
  ],
};

describe('hosted code', () => {
  it.each(Object.entries(deeds))('%s', async (_deed, [act, outcome]) => {
    const ends: unknown[] = [];
    for (let times = 0; times < 2; times++) {
      let result: unknown;
      const { error, virtualMicros, digest } = await runHosted(
        scenario('ordinary', async (sim) => {
          const app = sim.host('app');
          await app.boot(() => void setInterval(() => {}, 1));
          result = await app.do(act);
        }),
        { level: 'digest', seed: 1 },
      );
      expect([error, result]).toEqual([undefined, outcome]);
      ends.push([virtualMicros, digest]);
    }
    expect(ends[1]).toEqual(ends[0]);
  });

  it('has no context of its own all the same', async () => {
    for (const act of [() => runInNewContext('1'), () => new Script('1').runInNewContext()]) {
      const { error } = await runHosted(
        scenario('contexts', async (sim) => {
          await sim.host('app').boot(act);
        }),
        { level: 'digest' },
      );
      expect(error?.message).toMatch(/^app: vm\..*runInNewContext\(\) is not available to hosted code: /);
    }
  });
});
