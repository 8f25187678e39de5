/**
 * Unpacks a trace, a long one on a thread of its own: it is read while more of it is unpacked. What is under way has a bound, however much
 * a file is packed, and what was unpacked before something is wrong is handed out first: a stream of the browser forgets what nobody has
 * read when it fails.
 */

/** Whatever pieces of a file are read from, as from a stream. */
export type PieceReader = Pick<ReadableStreamDefaultReader<Uint8Array>, 'read' | 'cancel'>;

/** To begin another thread takes longer than to unpack a smaller file. */
const LONG_BYTES = 1_000_000;
/** Bytes of the file that are unpacked at once: where something is wrong, what else there is in them is lost. */
const SLICE_BYTES = 16_384;
/** Bytes of the file that were sent and not unpacked yet, when another piece of it is asked for. */
const SENT_MAX = 524_288;
/** Unpacked bytes that nobody has read yet, when another slice is unpacked: of one, 17 million bytes may come. */
const UNREAD_MAX = 4_194_304;
/** The threads tell each other of so many unpacked bytes at once: to wake another thread takes longer than to unpack a little. */
const TOLD_BYTES = 524_288;

/** A thread of the browser, as far as it is needed: Node has others. */
interface Thread {
  onmessage: ((event: { data: FromUnpacker }) => void) | null;
  onerror: ((event: { message: string }) => void) | null;
  postMessage(message: ToUnpacker): void;
  terminate(): void;
}

/** A piece of the file, null at its end, or how many unpacked bytes were read. */
type ToUnpacker = Uint8Array<ArrayBuffer> | number | null;
/** What was unpacked, how many bytes of the file went into it, and what comes to an end. */
type FromUnpacker = { pieces: Uint8Array[]; fed: number } | { end: true } | { error: string };

interface UnpackerScope {
  onmessage: ((event: { data: ToUnpacker }) => void) | null;
  postMessage(message: FromUnpacker, transfer?: ArrayBuffer[]): void;
}

/** All of it is sent to the other thread as text, and reaches nothing around it. */
function unpack(scope: UnpackerScope, sliceBytes: number, unreadMax: number, toldBytes: number): void {
  const { readable, writable } = new DecompressionStream('gzip');
  const reader = readable.getReader();
  const writer = writable.getWriter();
  const packed: (Uint8Array<ArrayBuffer> | null)[] = [];
  /** Of the first of them. */
  let at = 0;
  let unread = 0;
  let writing = false;
  let pieces: Uint8Array<ArrayBuffer>[] = [];
  let held = 0;
  let fed = 0;
  const tell = (): void => {
    if (pieces.length > 0 || fed > 0)
      scope.postMessage(
        { pieces, fed },
        pieces.map(({ buffer }) => buffer),
      );
    pieces = [];
    held = 0;
    fed = 0;
  };
  const read = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      unread += value.length;
      held += value.length;
      pieces.push(value);
      if (held >= toldBytes || !writing) tell();
    }
    tell();
    scope.postMessage({ end: true });
  };
  read().catch(({ message }: Error) => {
    tell();
    // Of which call a browser says it is that it failed means nothing to a reader.
    scope.postMessage({ error: message.replace(/^Failed to execute .*?': /, '') });
  });
  // What is wrong is told to who reads.
  const ignore = (): void => undefined;
  const write = async (): Promise<void> => {
    writing = true;
    while (packed.length > 0 && unread < unreadMax) {
      const piece = packed[0]!;
      if (piece === null) {
        packed.shift();
        // An end that comes too early would take along what was not read yet.
        setTimeout(() => writer.close().catch(ignore));
        continue;
      }
      const slice = piece.subarray(at, at + sliceBytes);
      await writer.write(slice);
      fed += slice.length;
      at += slice.length;
      if (at < piece.length) continue;
      packed.shift();
      at = 0;
    }
    writing = false;
    tell();
  };
  scope.onmessage = ({ data }) => {
    if (typeof data === 'number') unread -= data;
    else packed.push(data);
    if (!writing) write().catch(ignore);
  };
}

/** Unpacks on this thread. */
function here(): Thread {
  const scope: UnpackerScope = {
    onmessage: null,
    postMessage: (data) => thread.onmessage?.({ data }),
  };
  const thread: Thread = {
    onmessage: null,
    onerror: null,
    postMessage: (data) => scope.onmessage?.({ data }),
    terminate: () => undefined,
  };
  unpack(scope, SLICE_BYTES, UNREAD_MAX, TOLD_BYTES);
  return thread;
}

/** Unpacks on another thread; where a worker has no workers, on this one. */
function apart(): Thread {
  const { Worker } = globalThis as unknown as { Worker?: new (address: string) => Thread };
  if (Worker === undefined) return here();
  const code = `URL.revokeObjectURL(location.href);(${unpack})(self,${SLICE_BYTES},${UNREAD_MAX},${TOLD_BYTES})`;
  return new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
}

export class Unpacker implements PieceReader {
  readonly #packed: ReadableStreamDefaultReader<Uint8Array>;
  readonly #thread: Thread;
  #waiting: Uint8Array<ArrayBuffer>[] = [];
  /** Of what was read, what the thread was not told yet. */
  #read = 0;
  #sent = 0;
  #feeding = false;
  #fed = false;
  /** Undefined while more may come. */
  #outcome: { error: Error | undefined } | undefined;
  /** Of the file itself, which comes before what is wrong with its packing. */
  #broken: Error | undefined;
  #wake: (() => void) | undefined;

  /** @param size bytes of the file; undefined if its server did not say */
  constructor(packed: ReadableStream<Uint8Array>, size: number | undefined) {
    this.#packed = packed.getReader();
    const thread = (size ?? 0) < LONG_BYTES ? here() : apart();
    this.#thread = thread;
    thread.onmessage = ({ data }) => this.#take(data);
    thread.onerror = ({ message }) => this.#take({ error: message });
    void this.#feed();
  }

  /** @throws {Error} that says what is wrong, once all that was unpacked before was read */
  async read(): ReturnType<PieceReader['read']> {
    for (;;) {
      const value = this.#waiting.shift();
      if (value !== undefined) {
        this.#read += value.length;
        if (this.#read >= TOLD_BYTES) {
          this.#thread.postMessage(this.#read);
          this.#read = 0;
        }
        return { done: false, value };
      }
      if (this.#outcome !== undefined) {
        this.#thread.terminate();
        if (this.#outcome.error !== undefined) throw this.#outcome.error;
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async cancel(reason?: unknown): Promise<void> {
    this.#thread.terminate();
    await this.#packed.cancel(reason);
  }

  #take(data: FromUnpacker): void {
    if ('pieces' in data) {
      this.#waiting.push(...(data.pieces as Uint8Array<ArrayBuffer>[]));
      this.#sent -= data.fed;
      void this.#feed();
    } else {
      const error = 'error' in data ? new TypeError(data.error) : undefined;
      this.#outcome ??= { error: this.#broken ?? error };
    }
    this.#wake?.();
  }

  async #feed(): Promise<void> {
    if (this.#feeding) return;
    this.#feeding = true;
    while (!this.#fed && this.#sent < SENT_MAX) {
      const next = await this.#packed.read().catch((error: Error) => {
        this.#broken = error;
        return { done: true, value: undefined } as const;
      });
      this.#fed = next.done;
      if (next.done) this.#thread.postMessage(null);
      else {
        this.#sent += next.value.length;
        // A copy, since who reads the file may do something else with its bytes.
        this.#thread.postMessage(next.value.slice());
      }
    }
    this.#feeding = false;
  }
}
