/** A trace that is watched while it is recorded: over HTTP, with a broker and a client, and with those who look on badly. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import mqtt from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LiveTrace } from '../../src/cli/live-trace.ts';
import { startViewServer, type ViewServer } from '../../src/cli/view-server.ts';
import { LINE_LIMIT, readTrace } from '../../src/trace/index.ts';
import { Recorder } from '../../src/trace/recorder.ts';
import { broker } from '../net/stage.ts';

function newRecorder(): Recorder {
  const header = { amber: 'test', scenario: 'live', seed: '-', parameters: {}, vantage: 'broker' as const };
  return new Recorder({ level: 'full', header });
}

/** One event of a little over so many characters. */
function say(recorder: Recorder, characters = 10): void {
  recorder.emit({ k: 'note', n: '', text: 'x'.repeat(characters) });
}

/** Takes what it is sent, and nothing while it is closed. */
class Looker extends PassThrough {
  text = '';
  ended = false;

  constructor() {
    super({ highWaterMark: 16 * 1024 });
    this.on('data', (bytes: Buffer) => {
      this.text += bytes;
    });
    this.on('end', () => {
      this.ended = true;
    });
  }
}

async function serverOf(live: LiveTrace): Promise<ViewServer> {
  const viewer = mkdtempSync(join(tmpdir(), 'amber-live-'));
  writeFileSync(join(viewer, 'index.html'), '<!doctype html><title>viewer</title>');
  const server = await startViewServer(viewer, live, 0);
  onTestFinished(async () => {
    await server.close();
    rmSync(viewer, { recursive: true });
  });
  return server;
}

/** Reads the trace that the page of a server would read. */
async function look(server: ViewServer): Promise<{ text: () => string; ended: Promise<void> }> {
  const address = new URL(new URL(server.url).searchParams.get('trace')!, server.url);
  const response = await fetch(address);
  expect(response.headers.get('content-length')).toBeNull();
  expect(response.headers.get('content-encoding')).toBeNull();
  let text = '';
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const bytes of response.body!) text += decoder.decode(bytes, { stream: true });
  };
  return { text: () => text, ended: read() };
}

describe('a live trace', () => {
  it('begins with its header, grows with the traffic of a client, and is whole in the end, also for who comes late', async () => {
    const recorder = newRecorder();
    const live = new LiveTrace(recorder, () => expect.unreachable());
    const page = await serverOf(live);
    const early = await look(page);
    await expect.poll(early.text).toMatch(/^\{"format":"amber-trace".*\n$/);
    const server = await broker({ trace: recorder });
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${server.address.port}`, {
      clientId: 'field',
      reconnectPeriod: 0,
    });
    await expect.poll(early.text).toContain('"n":"field"');
    const before = early.text();
    await client.publishAsync('a', 'x'.repeat(200_000), { qos: 1 });
    await expect.poll(() => early.text().length).toBeGreaterThan(before.length + 200_000);
    expect(early.text().startsWith(before)).toBe(true);
    const late = await look(page);
    await client.endAsync();
    await server.close();
    live.finish('passed');
    await Promise.all([early.ended, late.ended]);
    expect(late.text()).toBe(early.text());
    const read = readTrace(Buffer.from(late.text()));
    expect(read.problems).toEqual([]);
    expect(read.footer).toMatchObject({
      events: recorder.count,
      verdict: 'passed',
      digest: recorder.digest(),
    });
    const after = await look(page);
    await after.ended;
    expect(after.text()).toBe(late.text());
  });

  it('hands on what happened after a while, in one piece, and nothing while nothing happens', async () => {
    const recorder = newRecorder();
    const live = new LiveTrace(recorder, () => expect.unreachable());
    const pieces: string[] = [];
    live.sendTo(
      new Writable({
        write: (bytes: Buffer, _, done) => {
          pieces.push(`${bytes}`);
          done();
        },
      }),
    );
    expect(pieces).toHaveLength(1);
    for (let at = 0; at < 5; at++) say(recorder);
    expect(pieces).toHaveLength(1);
    await expect.poll(() => pieces).toHaveLength(2);
    expect(pieces[1]!.match(/\n/g)).toHaveLength(5);
  });

  it('is read slowly by one and at once by another, and both get all of it', async () => {
    const recorder = newRecorder();
    const live = new LiveTrace(recorder, () => expect.unreachable());
    const slow = new Looker().pause();
    const fast = new Looker();
    live.sendTo(slow);
    live.sendTo(fast);
    for (let at = 0; at < 200; at++) say(recorder, 10_000);
    await expect.poll(() => fast.text.length).toBeGreaterThan(1_900_000);
    // What a slow one was sent is a part of the text that all share.
    expect(slow.writableLength + slow.readableLength).toBeLessThan(400_000);
    live.finish('passed');
    await expect.poll(() => fast.ended).toBe(true);
    slow.resume();
    await expect.poll(() => slow.ended).toBe(true);
    expect(slow.text).toBe(fast.text);
    expect(readTrace(Buffer.from(slow.text)).problems).toEqual([]);
  });

  it('forgets those who have gone', async () => {
    const recorder = newRecorder();
    const live = new LiveTrace(recorder, () => expect.unreachable());
    const gone = new Looker();
    live.sendTo(gone);
    gone.destroy();
    await expect.poll(() => gone.closed).toBe(true);
    say(recorder, 100_000);
    live.finish('passed');
    expect(gone.writableLength).toBe(0);
  });

  it('ends at its limit with a footer that says so, and tells once; what is recorded goes on', async () => {
    const recorder = newRecorder();
    const told: string[] = [];
    const live = new LiveTrace(recorder, (why) => told.push(why), 1024 * 1024);
    const looker = new Looker();
    live.sendTo(looker);
    for (let at = 0; at < 300; at++) say(recorder, 10_000);
    await expect.poll(() => looker.ended).toBe(true);
    const read = readTrace(Buffer.from(looker.text));
    expect(read.problems).toEqual([]);
    expect(read.footer!.verdict).toBe('limit');
    expect(read.list.at(-1)).toMatchObject({ k: 'note', text: expect.stringMatching(/^.* 1 MiB .*here\.$/) });
    expect(looker.text.length).toBeLessThan(1_200_000);
    expect(told).toEqual([expect.stringContaining('1 MiB')]);
    live.finish('passed');
    expect(recorder.count).toBe(300);
    const late = new Looker();
    live.sendTo(late);
    await expect.poll(() => late.ended).toBe(true);
    expect(late.text).toBe(looker.text);
  });

  it('ends without a footer at an event that no trace can hold', async () => {
    const recorder = newRecorder();
    const told: string[] = [];
    const live = new LiveTrace(recorder, (why) => told.push(why));
    const looker = new Looker();
    live.sendTo(looker);
    say(recorder);
    say(recorder, LINE_LIMIT);
    say(recorder);
    await expect.poll(() => looker.ended).toBe(true);
    const read = readTrace(Buffer.from(looker.text));
    expect(read.problems.map(({ code }) => code)).toEqual(['truncated']);
    expect(read.list.map(({ k }) => k)).toEqual(['note', 'note']);
    expect(told).toHaveLength(1);
  });
});

describe('the server of a live trace', () => {
  it('ends with what is left of the trace, and waits for nobody who does not read it', async () => {
    const recorder = newRecorder();
    const live = new LiveTrace(recorder, () => expect.unreachable());
    const page = await serverOf(live);
    const deaf = connect(page.port, '127.0.0.1').pause();
    onTestFinished(() => void deaf.destroy());
    deaf.write(`GET /trace/live.amber.jsonl HTTP/1.1\r\nHost: 127.0.0.1:${page.port}\r\n\r\n`);
    const looker = await look(page);
    await expect.poll(looker.text).not.toBe('');
    for (let at = 0; at < 1_000; at++) say(recorder, 10_000);
    live.finish('passed');
    await page.close();
    await looker.ended;
    expect(readTrace(Buffer.from(looker.text())).problems).toEqual([]);
  });

  it.each([
    ['evil.example', 421],
    ['localhost', 421],
  ])('shows nothing to who calls it %s', async (host, status) => {
    const live = new LiveTrace(newRecorder(), () => expect.unreachable());
    const page = await serverOf(live);
    const socket = connect(page.port, '127.0.0.1');
    socket.write(`GET /trace/live.amber.jsonl HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    let answer = '';
    for await (const bytes of socket) answer += bytes;
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).not.toContain('amber-trace');
  });

  it('answers HEAD without the trace, and POST not at all', async () => {
    const page = await serverOf(new LiveTrace(newRecorder(), () => expect.unreachable()));
    const address = new URL('/trace/live.amber.jsonl', page.url);
    const head = await fetch(address, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await fetch(address, { method: 'POST' })).status).toBe(405);
  });
});
