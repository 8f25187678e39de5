/** Traces that are read while they are recorded: how often that is told, and how it ends. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { LiveTrace } from '../../src/cli/live-trace.ts';
import { startViewServer, type ViewServer } from '../../src/cli/view-server.ts';
import { TraceWriter } from '../../src/trace/jsonl.ts';
import { Recorder } from '../../src/trace/recorder.ts';
import type { TraceIndex } from '../../viz/index/trace-index.ts';
import { Growth } from '../../viz/source/growth.ts';
import { openTrace, type Progress } from '../../viz/source/open-trace.ts';
import type { Notice } from '../../viz/worker/notice.ts';
import { Traces } from '../../viz/worker/traces.ts';

describe('growth', () => {
  afterEach(() => void vi.useRealTimers());

  /** What is told of a trace, as the numbers of events it had then. */
  function watched(
    ends: boolean,
    left = Infinity,
  ): {
    told: number[];
    spend: (millis: number) => void;
    read: (events: number) => void;
  } {
    vi.useFakeTimers();
    const told: number[] = [];
    let events = 0;
    let spent = 0;
    const growth = new Growth({
      ends,
      left: () => left,
      events: () => events,
      drawn: () => events / 2,
      spent: () => spent,
      tell: () => told.push(events),
    });
    return {
      told,
      spend: (millis) => {
        spent += millis;
      },
      read: (count) => {
        events = count;
        growth.read();
      },
    };
  }

  it('is told at once when there is enough for a picture, and when the stream pauses before', () => {
    const much = watched(true);
    much.read(1_999);
    expect(much.told).toEqual([]);
    much.read(2_100);
    expect(much.told).toEqual([2_100]);
    const little = watched(false);
    little.read(3);
    little.read(5);
    expect(little.told).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(little.told).toEqual([5]);
  });

  it('is told twice a second at most, and not at all when nothing comes', () => {
    const live = watched(false);
    for (let events = 1; events <= 200; events++) {
      live.read(events);
      vi.advanceTimersByTime(10);
    }
    expect(live.told).toEqual([10, 60, 110, 160]);
    vi.advanceTimersByTime(10_000);
    expect(live.told).toEqual([10, 60, 110, 160, 200]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is told the more rarely the longer it takes to show', () => {
    const live = watched(false);
    live.read(4_000);
    live.read(4_001);
    // By now the picture of what was told is made.
    live.spend(300);
    vi.advanceTimersByTime(2_999);
    expect(live.told).toEqual([4_000]);
    vi.advanceTimersByTime(1);
    expect(live.told).toEqual([4_000, 4_001]);
    live.read(4_002);
    vi.advanceTimersByTime(500);
    expect(live.told).toEqual([4_000, 4_001, 4_002]);
  });

  it('is told of a trace that has an end when there is four times as much, and the end is not near', () => {
    const far = watched(true);
    const near = watched(true, 1_999);
    for (let events = 1_000; events <= 100_000; events += 1_000) {
      far.read(events);
      near.read(events);
      vi.advanceTimersByTime(600);
    }
    expect(far.told).toEqual([1_000, 4_000, 16_000, 64_000]);
    expect(near.told).toEqual([1_000]);
  });
});

function say(recorder: Recorder, text: string): void {
  recorder.emit({ k: 'note', n: '', text });
}

describe('a trace that its server packs for the way', () => {
  it('is told of on the way also when more was read than was said to come', async () => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    onTestFinished(() => void vi.restoreAllMocks());
    const pieces: string[] = [];
    const header = { amber: 'test', scenario: 'long', seed: '-', parameters: {}, vantage: 'broker' as const };
    const recorder = new Recorder({ level: 'full', header });
    const writer = new TraceWriter(recorder.header, (piece) => pieces.push(piece));
    recorder.listen(writer.listener);
    for (let each = 0; each < 100_000; each++) say(recorder, 'more');
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const piece = pieces.shift();
        now += 1_000;
        if (piece === undefined) controller.close();
        else controller.enqueue(new TextEncoder().encode(piece));
      },
    });
    vi.spyOn(globalThis, 'fetch').mockResolvedValue(
      new Response(body, { headers: { 'content-encoding': 'gzip', 'content-length': '1000' } }),
    );
    const told: number[] = [];
    const onlooker = {
      progress: () => undefined,
      grown: (_: TraceIndex, { events }: Progress) => told.push(events),
      spent: () => 0,
    };
    const source = { name: 'long', from: 'http://packs.example/long.amber.jsonl' };
    await openTrace(source, onlooker, new AbortController().signal);
    expect(told.length).toBeGreaterThan(2);
  });
});

describe('a trace in the worker that is being recorded', () => {
  /** A recorder, who reads what it records, and what is told of that. */
  async function watching(limit?: number): Promise<{
    recorder: Recorder;
    live: LiveTrace;
    server: ViewServer;
    traces: Traces;
    trace: number;
    notices: Notice[];
  }> {
    const header = { amber: 'test', scenario: 'live', seed: '-', parameters: {}, vantage: 'broker' as const };
    const recorder = new Recorder({ level: 'full', header });
    const live = new LiveTrace(recorder, () => undefined, limit);
    const viewer = mkdtempSync(join(tmpdir(), 'amber-live-'));
    writeFileSync(join(viewer, 'index.html'), '');
    const server = await startViewServer(viewer, live, 0);
    onTestFinished(async () => {
      live.finish('passed');
      await server.close();
      rmSync(viewer, { recursive: true });
    });
    const notices: Notice[] = [];
    const traces = new Traces((notice) => notices.push(notice));
    const from = new URL('/trace/live.amber.jsonl', server.url).href;
    return { recorder, live, server, traces, trace: traces.open({ name: 'live', from }), notices };
  }

  it('is told of with its first event, goes on, and is complete with its footer', async () => {
    const { live, notices, recorder, trace, traces } = await watching();
    say(recorder, 'first');
    await expect
      .poll(() => notices.at(-1))
      .toMatchObject({ is: 'grown', overview: { events: 1 }, progress: { live: true } });
    const { edition } = traces.story(trace);
    say(recorder, 'second');
    await expect
      .poll(() => notices.at(-1))
      .toMatchObject({ is: 'grown', overview: { events: 2, footer: undefined } });
    expect(traces.story(trace).edition).toBeGreaterThan(edition);
    say(recorder, 'third');
    live.finish('passed');
    await expect
      .poll(() => notices.at(-1))
      .toMatchObject({
        is: 'complete',
        overview: { events: 3, footer: { verdict: 'passed' } },
        problems: [],
      });
  });

  it('keeps what there is when its reader stops', async () => {
    const { notices, recorder, trace, traces } = await watching();
    say(recorder, 'first');
    await expect.poll(() => notices.at(-1)?.is).toBe('grown');
    traces.cancel(trace);
    await expect
      .poll(() => notices.at(-1))
      .toMatchObject({ is: 'complete', problems: [{ kind: 'cancelled' }] });
    expect(traces.story(trace).eventCount).toBe(1);
    expect(traces.story(trace).reading).toBe(false);
  });

  it('says that the connection broke, and that nothing more is kept', async () => {
    const broken = await watching();
    say(broken.recorder, 'first');
    await expect.poll(() => broken.notices.at(-1)?.is).toBe('grown');
    await broken.server.close();
    await expect
      .poll(() => broken.notices.at(-1))
      .toMatchObject({ is: 'complete', overview: { events: 1 }, problems: [{ kind: 'broken-off' }] });
    const full = await watching(1_000);
    say(full.recorder, 'x'.repeat(70_000));
    await expect
      .poll(() => full.notices.at(-1))
      .toMatchObject({
        is: 'complete',
        overview: { footer: { verdict: 'limit' } },
        problems: [{ kind: 'limit' }],
      });
  });
});
