/** A long trace as a file, recorded from a run: what the bench of the viewer reads. */
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { run } from '../src/runner/run.ts';
import type { TraceLevel } from '../src/trace/event.ts';
import { TraceWriter } from '../src/trace/jsonl.ts';
import fleet from './stories/fleet.ts';

export interface LongTrace {
  packets: number;
  events: number;
  /** Of the file, unpacked. */
  bytes: number;
}

/** @param messages Of each of 200 clients: 1,100 make a million packets, and take about a minute. */
export async function writeLongTrace(path: string, messages: number, level: TraceLevel): Promise<LongTrace> {
  const written: LongTrace = { packets: 0, events: 0, bytes: 0 };
  const gzip = createGzip({ level: 1 });
  const saved = pipeline(gzip, createWriteStream(path));
  let writer: TraceWriter | undefined;
  const { digest, verdict } = await run(
    fleet,
    {
      seed: 7,
      parameters: { messages },
      level,
      transport: 'ideal',
      checks: 'none',
      onStart(header) {
        writer = new TraceWriter(header, (chunk) => {
          written.bytes += chunk.length;
          gzip.write(chunk);
        });
      },
      onEvent(event) {
        written.events++;
        if (event.k === 'packet.sent') written.packets++;
        writer!.event(event);
      },
    },
    { yieldToScript: () => new Promise<void>((resolve) => setImmediate(resolve)) },
  );
  writer!.finish({ digest, verdict });
  gzip.end();
  await saved;
  return written;
}
