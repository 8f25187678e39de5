/** A trace that is read while it is written: by any number of viewers, each from its beginning and at its own pace. */
import type { Writable } from 'node:stream';
import { TraceError } from '../trace/errors.ts';
import type { TraceEvent, TraceFooter } from '../trace/event.ts';
import { TraceWriter } from '../trace/jsonl.ts';
import type { Recorder } from '../trace/recorder.ts';

/** What happens is handed on this much later at most. While nothing happens no timer runs. */
const FLUSH_MILLIS = 100;
const BLOCK_BYTES = 256 * 1024;
/** So much text is kept for viewers who come later. */
const LIMIT_BYTES = 256 * 1024 * 1024;

export class LiveTrace {
  readonly #recorder: Recorder;
  readonly #stopped: (why: string) => void;
  readonly #limit: number;
  readonly #writer: TraceWriter;
  readonly #forget: () => void;
  /** The text, once for all viewers: what stands in it stays as it is. */
  readonly #blocks: Buffer[] = [];
  #length = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended = false;
  /** What those who look on do when there is more, or the end. */
  readonly #viewers = new Set<() => void>();

  /**
   * Listens to a recorder from its beginning to {@link finish}.
   *
   * @param stopped is told when the trace ends before that, because of a limit
   * @param limit bytes of text that are kept; the event that reaches it is the last one
   */
  constructor(recorder: Recorder, stopped: (why: string) => void, limit: number = LIMIT_BYTES) {
    this.#recorder = recorder;
    this.#stopped = stopped;
    this.#limit = limit;
    this.#writer = new TraceWriter(recorder.header, (chunk) => this.#keep(Buffer.from(chunk)));
    this.#writer.flush();
    this.#forget = recorder.listen((event) => this.#take(event));
  }

  /** Sends everything, from the header on and as it happens, and the end when it comes. Who reads slowly holds nobody up. */
  sendTo(viewer: Writable): void {
    let sent = 0;
    let full = false;
    const send = (): void => {
      while (!full && sent < this.#length) {
        const block = this.#blocks[Math.floor(sent / BLOCK_BYTES)]!;
        const start = sent % BLOCK_BYTES;
        const piece = block.subarray(start, start + this.#length - sent);
        sent += piece.length;
        full = !viewer.write(piece);
      }
      if (this.#ended && sent === this.#length && !viewer.writableEnded) viewer.end();
    };
    viewer.on('drain', () => {
      full = false;
      send();
    });
    viewer.on('close', () => this.#viewers.delete(send));
    this.#viewers.add(send);
    send();
  }

  /** Nothing more will happen. */
  finish(verdict: TraceFooter['verdict']): void {
    if (this.#ended) return;
    this.#end();
    this.#writer.finish({ digest: this.#recorder.digest(), verdict });
  }

  #take(event: TraceEvent): void {
    try {
      this.#writer.event(event);
    } catch (error) {
      if (!(error instanceof TraceError)) throw error;
      // The digest of the run covers an event that cannot be shown: this trace can have no footer.
      this.#end();
      this.#note(event, event.i, `${error.message}.`);
      this.#writer.flush();
      return;
    }
    if (this.#length >= this.#limit) {
      const kept = `${Math.ceil(this.#limit / 1024 / 1024)} MiB`;
      this.#note(
        event,
        event.i + 1,
        `What is watched live is kept from the beginning, and that is ${kept} now.`,
      );
      this.finish('limit');
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#writer.flush();
    }, FLUSH_MILLIS);
  }

  /** The last word, for those who look on and for the terminal. */
  #note({ t, i: c }: TraceEvent, i: number, why: string): void {
    this.#writer.event({
      i,
      t,
      c: Math.min(c, i - 1),
      k: 'note',
      n: '',
      text: `${why} Nothing more is shown here.`,
    });
    this.#stopped(why);
  }

  #end(): void {
    this.#forget();
    clearTimeout(this.#timer);
    this.#ended = true;
  }

  #keep(text: Buffer): void {
    for (let taken = 0; taken < text.length; ) {
      const start = this.#length % BLOCK_BYTES;
      if (start === 0) this.#blocks.push(Buffer.allocUnsafeSlow(BLOCK_BYTES));
      const count = text.copy(this.#blocks[this.#blocks.length - 1]!, start, taken);
      taken += count;
      this.#length += count;
    }
    for (const send of this.#viewers) send();
  }
}
