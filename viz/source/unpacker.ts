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
/** Slices that were sent and not unpacked yet, when another piece of the file is asked for. */
const SENT_MAX = 32;
/** Unpacked bytes that nobody has read yet, when another slice is unpacked: of one, 17 million bytes may come. */
const UNREAD_MAX = 4_194_304;

/** A thread of the browser, as far as it is needed: Node has others. */
interface Thread {
  onmessage: ((event: { data: FromUnpacker }) => void) | null;
  onerror: ((event: { message: string }) => void) | null;
  postMessage(message: ToUnpacker): void;
  terminate(): void;
}

/** A slice of the file, null at its end, or how many unpacked bytes were read. */
type ToUnpacker = Uint8Array<ArrayBuffer> | number | null;
type FromUnpacker = { piece: Uint8Array } | { fed: true } | { end: true } | { error: string };

interface UnpackerScope {
  onmessage: ((event: { data: ToUnpacker }) => void) | null;
  postMessage(message: FromUnpacker, transfer?: ArrayBuffer[]): void;
}

/** All of it is sent to the other thread as text, and reaches nothing around it. */
function unpack(scope: UnpackerScope, unreadMax: number): void {
  const { readable, writable } = new DecompressionStream('gzip');
  const reader = readable.getReader();
  const writer = writable.getWriter();
  const slices: (Uint8Array<ArrayBuffer> | null)[] = [];
  let unread = 0;
  let writing = false;
  const read = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      unread += value.length;
      scope.postMessage({ piece: value }, [value.buffer]);
    }
    scope.postMessage({ end: true });
  };
  read().catch(({ message }: Error) => {
    // Of which call a browser says it is that it failed means nothing to a reader.
    scope.postMessage({ error: message.replace(/^Failed to execute .*?': /, '') });
  });
  // What is wrong is told to who reads.
  const ignore = (): void => undefined;
  const write = async (): Promise<void> => {
    writing = true;
    while (slices.length > 0 && unread < unreadMax) {
      const slice = slices.shift()!;
      if (slice !== null) {
        await writer.write(slice);
        scope.postMessage({ fed: true });
      }
      // An end that comes too early would take along what was not read yet.
      else setTimeout(() => writer.close().catch(ignore));
    }
    writing = false;
  };
  scope.onmessage = ({ data }) => {
    if (typeof data === 'number') unread -= data;
    else slices.push(data);
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
  unpack(scope, UNREAD_MAX);
  return thread;
}

/** Unpacks on another thread; where a worker has no workers, on this one. */
function apart(): Thread {
  const { Worker } = globalThis as unknown as { Worker?: new (address: string) => Thread };
  if (Worker === undefined) return here();
  const code = `URL.revokeObjectURL(location.href);(${unpack})(self,${UNREAD_MAX})`;
  return new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
}

export class Unpacker implements PieceReader {
  readonly #packed: ReadableStreamDefaultReader<Uint8Array>;
  readonly #thread: Thread;
  #waiting: Uint8Array<ArrayBuffer>[] = [];
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
        this.#thread.postMessage(value.length);
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
    if ('piece' in data) this.#waiting.push(data.piece as Uint8Array<ArrayBuffer>);
    else if ('fed' in data) {
      this.#sent--;
      void this.#feed();
      return;
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
      else this.#send(next.value);
    }
    this.#feeding = false;
  }

  #send(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
      this.#sent++;
      this.#thread.postMessage(bytes.slice(at, at + SLICE_BYTES));
    }
  }
}
