/** A long trace as a file, recorded from a run: what the benches of the viewer read. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { run } from '../src/runner/run.ts';
import type { TraceLevel } from '../src/trace/event.ts';
import { TraceWriter } from '../src/trace/jsonl.ts';
import fleet from './stories/fleet.ts';

/** Text that is compressed as one member of the file. */
const MEMBER_CHARS = 4_000_000;

export interface LongTrace {
  packets: number;
  events: number;
  /** Of the text, and of the file. */
  bytes: number;
  compressed: number;
}

/** @param messages Of each of 200 clients: 1,250 make a million packets. */
export async function writeLongTrace(path: string, messages: number, level: TraceLevel): Promise<LongTrace> {
  const file = openSync(path, 'w');
  const written: LongTrace = { packets: 0, events: 0, bytes: 0, compressed: 0 };
  let held = '';
  const flush = (): void => {
    const member = gzipSync(held, { level: 1 });
    written.bytes += held.length;
    written.compressed += member.length;
    held = '';
    writeSync(file, member);
  };
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
          held += chunk;
          if (held.length >= MEMBER_CHARS) flush();
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
  flush();
  closeSync(file);
  return written;
}
