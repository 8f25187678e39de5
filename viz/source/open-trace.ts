/**
 * From a file or an address to a trace in memory, a piece at a time, so that the page stays alive and a reader can stop it.
 */
import { TraceReader, type TraceReading } from '../../src/trace/reader.ts';
import { TraceIndex } from '../index/trace-index.ts';
import { GzipError, type Problem, problemOf } from './problem.ts';
import { streamOf, type TraceSource } from './trace-source.ts';
import { turn } from './turn.ts';

/** Enough for a first picture of any trace, and quickly drawn. */
const BEGINNING_EVENTS = 4_000;
/** The page is let go after so many milliseconds of reading. */
const SLICE_MILLIS = 24;

export interface Progress {
  /** Bytes of the file that were read. */
  read: number;
  /** Bytes of the file; undefined if its server did not say. */
  size: number | undefined;
  events: number;
  /** Given once, as soon as there is enough for a first picture: it grows while the rest is read. */
  beginning?: TraceIndex;
}

export interface OpenedTrace {
  index: TraceIndex;
  /** The trace is usable in spite of these. */
  problems: readonly Problem[];
}

/**
 * Reads a whole trace. `report` is called now and then.
 * @throws {TraceError | GzipError} when there is nothing to show at all; {@link problemOf} words it.
 */
export async function openTrace(
  source: TraceSource,
  report: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<OpenedTrace> {
  let index: TraceIndex | undefined;
  const reader = new TraceReader({
    header(header) {
      index = new TraceIndex(header);
    },
    event(event) {
      index!.push(event);
    },
  });
  let reading: TraceReading | undefined;
  let fault: unknown;
  const { size, stream } = await streamOf(source, signal);
  try {
    let read = 0;
    let begun = false;
    let sliceEnd = performance.now() + SLICE_MILLIS;
    const counted = stream.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          read += chunk.length;
          controller.enqueue(chunk);
        },
      }),
    );
    for await (const bytes of pieces(await unpacked(counted), signal)) {
      reader.push(bytes);
      const events = index?.eventCount ?? 0;
      const begins = !begun && events >= BEGINNING_EVENTS;
      if (!begins && performance.now() < sliceEnd) continue;
      const progress: Progress = { read, size, events };
      if (begins) {
        begun = true;
        progress.beginning = index!;
      }
      report(progress);
      await turn();
      sliceEnd = performance.now() + SLICE_MILLIS;
    }
    reading = reader.end();
  } catch (error) {
    if (signal.aborted) throw error;
    fault = error;
  } finally {
    index?.finish(reading?.footer);
  }
  if (index === undefined || (fault !== undefined && index.eventCount === 0)) throw fault;
  const faults = fault === undefined ? (reading?.problems ?? []) : [fault];
  return { index, problems: faults.map(problemOf) };
}

/** A stream that begins with the mark of gzip comes out unpacked, whatever its name is. */
async function unpacked(stream: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>> {
  const reader = stream.getReader();
  let start = new Uint8Array(0);
  let done = false;
  while (start.length < 2 && !done) {
    const next = await reader.read();
    done = next.done;
    if (next.value !== undefined) {
      const joined = new Uint8Array(start.length + next.value.length);
      joined.set(start);
      joined.set(next.value, start.length);
      start = joined;
    }
  }
  const whole = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      if (start.length > 0) controller.enqueue(start);
      if (done) controller.close();
    },
    async pull(controller) {
      const next = await reader.read();
      if (next.done) controller.close();
      else controller.enqueue(next.value as Uint8Array<ArrayBuffer>);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const gzip = start[0] === 0x1f && start[1] === 0x8b;
  return gzip ? whole.pipeThrough(new DecompressionStream('gzip')) : whole;
}

async function* pieces(stream: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      signal.throwIfAborted();
      let next: ReadableStreamReadResult<Uint8Array>;
      try {
        next = await reader.read();
      } catch (error) {
        // The unpacker reports whatever is wrong as a TypeError, so does a connection that breaks.
        throw new GzipError(
          `The file ended early or is damaged: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
      if (next.done) return;
      yield next.value;
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}
