/** The ledger: the lives of all messages of a trace, and the page of the message that an event belongs to. */
import { Lives, pageOf } from '../../src/check/index.ts';
import type { TraceEvent, Vantage } from '../../src/trace/event.ts';
import type { LedgerPage } from './looks.ts';

/** A message to more subscribers is told for so many of them. */
const LIVES_MAX = 100;
/** A verdict names few messages. */
const PAGES_MAX = 8;

type Publication = Lives['publications'][number];

export class Ledger {
  readonly #lives: Lives;

  constructor(vantage: Vantage) {
    this.#lives = new Lives(vantage);
  }

  /** The next event of the trace. */
  observe(event: TraceEvent): void {
    this.#lives.observe(event);
  }

  /** The messages that events belong to, in the order of the events, as far as the trace was observed. */
  pages(ordinals: readonly number[]): LedgerPage[] {
    const concerned = new Map<Publication, Set<string>>();
    for (const ordinal of ordinals) {
      const owner = this.#lives.ownerOf(ordinal);
      if (owner === undefined) continue;
      const [publication, to] = 'publication' in owner ? [owner.publication, owner.to] : [owner, undefined];
      const subscribers = concerned.get(publication) ?? new Set<string>();
      concerned.set(publication, subscribers);
      if (to !== undefined) subscribers.add(to);
    }
    return [...concerned].slice(0, PAGES_MAX).map(([publication, to]) => this.#page(publication, to));
  }

  #page(publication: Publication, concerned: ReadonlySet<string>): LedgerPage {
    const rank = ({ to }: { to: string }): number => (concerned.has(to) ? 0 : 1);
    const told = new Set([...publication.lives].sort((a, b) => rank(a) - rank(b)).slice(0, LIVES_MAX));
    const page = pageOf(this.#lives, publication, (life) => told.has(life));
    return {
      ...page,
      lives: [...page.lives].sort((a, b) => rank(a) - rank(b)),
      concerned: [...concerned],
      left: publication.lives.length - told.size,
    };
  }
}
