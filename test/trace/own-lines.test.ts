import { describe, expect, it } from 'vitest';
import { runHosted } from '../../src/host/run-hosted.ts';
import type { TraceEvent } from '../../src/trace/event.ts';
import { TraceWriter } from '../../src/trace/jsonl.ts';
import { OwnLines } from '../../src/trace/own-lines.ts';
import { readTrace } from '../../src/trace/reader.ts';
import { simNamed } from '../viz/engine/sims.ts';
import { bytesOf } from './stage.ts';

/** What a run writes at level full, as one file. */
async function written(story: string): Promise<Uint8Array> {
  let text = '';
  let writer: TraceWriter | undefined;
  const result = await runHosted(simNamed(story), {
    level: 'full',
    onStart: (header) => {
      writer = new TraceWriter(header, (chunk) => {
        text += chunk;
      });
    },
    onEvent: (event) => writer!.event(event),
  });
  writer!.finish(result);
  return bytesOf(text);
}

describe('lines of a trace of our own', () => {
  it.each([
    'flapping-uplink',
    'last-will',
    'message-expiry',
    'qos-under-cuts',
    'request-response',
    'session-expiry',
    'subscription-options',
    'websocket',
  ])('are the events that a reader finds in them, wherever they are cut: %s', async (story) => {
    const bytes = await written(story);
    const events: TraceEvent[] = [];
    const lines = new OwnLines((event) => events.push(event));
    for (let at = 0, length = 1; at < bytes.length; at += length, length = (length * 7 + 3) % 4_099)
      lines.push(bytes.subarray(at, at + length));
    expect(events).toEqual(readTrace(bytes).list);
  });
});
