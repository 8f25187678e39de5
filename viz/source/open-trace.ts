/**
 * From a file or an address to a trace in memory, a piece at a time, so that the page stays alive and a reader can stop it.
 */
import { TraceReader, type TraceReading } from '../../src/trace/reader.ts';
import { fillingOf, type TraceIndex } from '../index/trace-index.ts';
import { Growth } from './growth.ts';
import { BrokenOffError, GzipError, type Problem, problemOf, RunProblem } from './problem.ts';
import { streamOf, type TraceSource } from './trace-source.ts';
import { turn } from './turn.ts';
import { type PieceReader, Unpacker } from './unpacker.ts';

/** Who asks is answered after so many milliseconds of reading: a first picture takes two answers. */
const SLICE_MILLIS = 6;
/** No eye wants to be told of progress more often, and to show it takes time of the other threads. */
const PROGRESS_MILLIS = 150;

export interface Progress {
  /** Bytes of the file that were read. */
  read: number;
  /** Bytes of the file; undefined if its server did not say. */
  size: number | undefined;
  events: number;
  /** It is being recorded while it is read: nobody knows where it ends. */
  live: boolean;
}

/** Who is told how the reading goes. */
export interface Onlooker {
  progress(progress: Progress): void;
  /** There is more to show than before; the index grows on meanwhile. */
  grown(index: TraceIndex, progress: Progress): void;
  /** Milliseconds that were spent on showing traces, until now: the more it takes, the rarer is `grown`. */
  spent(): number;
}

export interface OpenedTrace {
  index: TraceIndex;
  /** The trace is usable in spite of these. */
  problems: readonly Problem[];
}

/**
 * Reads a whole trace.
 * @throws {TraceError | GzipError | BrokenOffError} when there is nothing to show at all; {@link problemOf} words it.
 */
export async function openTrace(
  source: TraceSource,
  onlooker: Onlooker,
  signal: AbortSignal,
): Promise<OpenedTrace> {
  let index: TraceIndex | undefined;
  const reader = new TraceReader(
    fillingOf((begun) => {
      index = begun;
    }),
  );
  let reading: TraceReading | undefined;
  let fault: unknown;
  const { size, stream, trouble } = await streamOf(source, signal);
  let read = 0;
  const begun = performance.now();
  const { gzip, text } = await unpacked(
    counted(stream, (count) => (read += count)),
    size,
  );
  const events = (): number => index?.eventCount ?? 0;
  const live = size === undefined && !gzip && trouble === undefined;
  const progress = (): Progress => ({ read, size, events: events(), live });
  const growth = new Growth({
    ends: !live,
    // A server that packs for the way tells how much that is, and more than that is read.
    left: () =>
      size === undefined || read > size ? Infinity : ((performance.now() - begun) * (size - read)) / read,
    events,
    drawn: () => index?.postings.drawn.length ?? 0,
    spent: () => onlooker.spent(),
    tell: () => onlooker.grown(index!, progress()),
  });
  onlooker.progress(progress());
  try {
    let sliceEnd = performance.now() + SLICE_MILLIS;
    let progressDue = performance.now() + PROGRESS_MILLIS;
    for await (const bytes of pieces(text, gzip, signal)) {
      reader.push(bytes);
      growth.read();
      const now = performance.now();
      if (now < sliceEnd) continue;
      // What goes on for ever has no progress; it grows.
      if (!live && now >= progressDue) {
        onlooker.progress(progress());
        progressDue = now + PROGRESS_MILLIS;
      }
      await turn();
      sliceEnd = performance.now() + SLICE_MILLIS;
    }
    const problem = trouble?.();
    if (problem !== undefined) fault = new RunProblem(problem);
    if (problem === undefined || index !== undefined) reading = reader.end();
  } catch (error) {
    if (signal.aborted) throw error;
    fault = error;
  } finally {
    growth.stop();
    index?.finish(reading?.footer);
  }
  if (index === undefined || (fault !== undefined && index.eventCount === 0)) throw fault;
  const faults = fault === undefined ? (reading?.problems ?? []) : [fault];
  return { index, problems: faults.map(problemOf) };
}

function counted(
  stream: ReadableStream<Uint8Array>,
  count: (bytes: number) => void,
): ReadableStream<Uint8Array> {
  return stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        count(chunk.length);
        controller.enqueue(chunk);
      },
    }),
  );
}

/** A stream that begins with the mark of gzip comes out unpacked, whatever its name is. */
async function unpacked(
  stream: ReadableStream<Uint8Array>,
  size: number | undefined,
): Promise<{ gzip: boolean; text: PieceReader }> {
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
  return { gzip, text: gzip ? new Unpacker(whole, size) : whole.getReader() };
}

async function* pieces(reader: PieceReader, gzip: boolean, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      signal.throwIfAborted();
      let next: Awaited<ReturnType<typeof reader.read>>;
      try {
        next = await reader.read();
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        // The unpacker reports whatever is wrong as a TypeError, so does a connection that breaks.
        if (gzip) throw new GzipError(`The file ended early or is damaged: ${why}`);
        throw new BrokenOffError(`The connection ended before the trace did: ${why}.`);
      }
      if (next.done) return;
      yield next.value;
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}
