/** One trace before the judge: its events come from their owner, a slice at a time. */
import { Judgement } from './judgement.ts';
import { Ledger } from './ledger.ts';
import type { Advance, LedgerPage, PromisesLook } from './looks.ts';
import type { Slice, SliceRequest } from './messages.ts';

/** Events that are fetched at once: the owner answers others in between. */
const SLICE_EVENTS = 4_000;

interface Course<Watcher> {
  watcher: Watcher;
  seen: number;
}

export class Docket {
  readonly #port: MessagePort;
  #judgement: Course<Judgement> | undefined;
  #ledger: Course<Ledger> | undefined;
  /** One slice is under way at a time, so that answers come in the order of questions. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(port: MessagePort) {
    this.#port = port;
  }

  judge(): Promise<Advance> {
    return this.#inTurn(async () => {
      const slice = await this.#slice(this.#judgement?.seen ?? 0);
      this.#judgement ??= { watcher: new Judgement(slice.header), seen: 0 };
      const advance = advanced(this.#judgement, slice);
      if (advance.done) this.#judgement.watcher.finish();
      return advance;
    });
  }

  /** Undefined before the first slice was judged. */
  promises(): PromisesLook | undefined {
    return this.#judgement?.watcher.look();
  }

  follow(): Promise<Advance> {
    return this.#inTurn(async () => {
      const slice = await this.#slice(this.#ledger?.seen ?? 0);
      this.#ledger ??= { watcher: new Ledger(slice.header.vantage), seen: 0 };
      return advanced(this.#ledger, slice);
    });
  }

  pages(ordinals: readonly number[]): LedgerPage[] {
    return this.#ledger?.watcher.pages(ordinals) ?? [];
  }

  close(): void {
    this.#port.close();
  }

  #inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  #slice(after: number): Promise<Slice> {
    return new Promise((resolve, reject) => {
      this.#port.onmessage = ({ data }: MessageEvent<Slice | undefined>) => {
        if (data === undefined) reject(new RangeError('the trace is not open any more'));
        else resolve(data);
      };
      const request: SliceRequest = { after, most: SLICE_EVENTS };
      this.#port.postMessage(request);
    });
  }
}

function advanced(course: Course<Judgement | Ledger>, { events, count, reading }: Slice): Advance {
  for (const event of events) course.watcher.observe(event);
  course.seen += events.length;
  return { seen: course.seen, of: count, done: !reading && course.seen === count };
}
