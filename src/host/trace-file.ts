/**
 * Trace files on a disk: gzip JSONL, written beside their place and moved into it when they are whole.
 *
 * A scenario that runs is refused the file system; its trace is written meanwhile, with functions taken before.
 */
import { dirname } from 'node:path';
import { constants, crc32, deflateRawSync, gunzipSync } from 'node:zlib';
import type { TraceEvent, TraceFooter, TraceHeader } from '../trace/event.ts';
import { TraceWriter } from '../trace/jsonl.ts';
import { readTrace, type Trace, TraceReader } from '../trace/reader.ts';
import type { TraceListener, Unstamped } from '../trace/recorder.ts';
import { makeFolder } from './folder.ts';
import { realFiles } from './real.ts';
import { unfinishedPath } from './trace-path.ts';

/** Text is compressed in pieces of this size: smaller ones compress worse, larger ones only take memory. */
const PIECE_BYTES = 1 << 20;
/** ID, deflate, no flags, no time (a file must not differ because of when it was written), any system. */
const GZIP_HEADER = new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
/** An empty last block. */
const DEFLATE_END = new Uint8Array([3, 0]);

/** A small file that unpacks to more than this is no trace of ours, or one that memory would not hold. */
const UNPACKED_LIMIT_BYTES = 2 * 1024 * 1024 * 1024;

/** One gzip stream, built from pieces that are compressed one by one, so that nothing happens on another thread. */
class GzipFile {
  readonly #descriptor: number;
  #checksum = 0;
  #length = 0;
  #pieces: Uint8Array[] = [];
  #pending = 0;

  constructor(path: string) {
    this.#descriptor = realFiles.openSync(path, 'wx');
    this.#put(GZIP_HEADER);
  }

  write(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#pending += bytes.length;
    if (this.#pending >= PIECE_BYTES) this.flush();
  }

  end(): void {
    this.flush();
    this.#put(DEFLATE_END);
    const trailer = new DataView(new ArrayBuffer(8));
    trailer.setUint32(0, this.#checksum, true);
    trailer.setUint32(4, this.#length >>> 0, true);
    this.#put(new Uint8Array(trailer.buffer));
    realFiles.closeSync(this.#descriptor);
  }

  abandon(): void {
    realFiles.closeSync(this.#descriptor);
  }

  /** What was written until now is in the file. */
  flush(): void {
    if (this.#pending === 0) return;
    const piece = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#pending = 0;
    this.#checksum = crc32(piece, this.#checksum);
    this.#length += piece.length;
    // A sync flush ends on a byte and without the mark of the last block, so the next piece can follow.
    this.#put(deflateRawSync(piece, { finishFlush: constants.Z_SYNC_FLUSH }));
  }

  #put(bytes: Uint8Array): void {
    let written = 0;
    while (written < bytes.length) written += realFiles.writeSync(this.#descriptor, bytes, written);
  }
}

/** Writes one trace. Nothing is at `path` before {@link finish}, and nothing is left after {@link abandon}. */
export class TraceFile {
  readonly path: string;
  readonly #part: string;
  readonly #file: GzipFile;
  readonly #writer: TraceWriter;
  #open = true;

  constructor(path: string, header: TraceHeader) {
    this.path = path;
    this.#part = unfinishedPath(path);
    try {
      makeFolder(dirname(path));
    } catch (error) {
      (error as Error).message = `cannot write the trace: ${(error as Error).message}`;
      throw error;
    }
    this.#file = new GzipFile(this.#part);
    const encoder = new TextEncoder();
    this.#writer = new TraceWriter(header, (chunk) => this.#file.write(encoder.encode(chunk)));
  }

  /** How many events there are so far. */
  get events(): number {
    return this.#writer.events;
  }

  readonly listener = (event: TraceEvent): void => this.#writer.event(event);

  /** Hands out what was written so far, from the first event on. */
  readBack(listener: TraceListener): void {
    this.#writer.flush();
    this.#file.flush();
    const reader = new TraceReader({ event: listener });
    reader.push(unpack(realFiles.readFileSync(this.#part)));
  }

  /** Writes an event that follows from those before it, when the run is over. @param c the ordinal of its cause. */
  append(event: Unstamped, c: number): void {
    this.#writer.append(event, c);
  }

  finish(run: { digest: string; verdict: TraceFooter['verdict'] }): void {
    this.#writer.finish(run);
    this.#file.end();
    this.#open = false;
    realFiles.renameSync(this.#part, this.path);
  }

  abandon(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#file.abandon();
    realFiles.unlinkSync(this.#part);
  }
}

/** A file cannot be unpacked; `message` is for people. */
export class GzipError extends Error {
  override readonly name = 'GzipError';
}

/**
 * Reads a whole trace, compressed or not.
 *
 * @throws TraceError, GzipError, or what the operating system says about the file.
 */
export function readTraceFile(path: string): Trace {
  const bytes = realFiles.readFileSync(path);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return readTrace(bytes);
  return readTrace(unpack(bytes));
}

function unpack(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: UNPACKED_LIMIT_BYTES });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR') {
      // Cut off: what is there can still be read, and the reader says that the footer is missing.
      return gunzipSync(bytes, {
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: UNPACKED_LIMIT_BYTES,
      });
    }
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      throw new GzipError(
        'it unpacks to more than 2 GiB, more than is read at once; record at level packets',
      );
    }
    throw new GzipError(`the compressed data is damaged (${message}); get the file again`);
  }
}
