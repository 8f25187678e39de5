/** The two pictures of a comparison: the one that the reader moves leads, the other shows the same times, and both show where the traces part. */
import type { Comparison } from '../worker/answers/compare-answers.ts';
import type { Which } from './compared-side.ts';
import type { WindowEvent } from './sequence-events.ts';
import type { SequencePane } from './sequence-pane.ts';

/** Where in a picture the place is shown at which they part: at this share of its height. */
const PARTING_AT = 0.4;

export class LinkedPanes {
  readonly #ground: ParentNode;
  #leader: Which = 'a';

  /** The panes are within `ground`, each in an element with its side. */
  constructor(ground: ParentNode) {
    this.#ground = ground;
  }

  /** Null where there is no room for pictures. */
  pane(which: Which): SequencePane | null {
    return this.#ground.querySelector<SequencePane>(`[data-side=${which}] amber-sequence`);
  }

  /** The reader has turned to this one. */
  turnTo(which: Which): void {
    this.#leader = which;
  }

  /** Moves the first, and the other follows. */
  move(how: (pane: SequencePane) => void): void {
    const pane = this.pane('a');
    if (pane === null) return;
    this.#leader = 'a';
    how(pane);
  }

  /** Shows the place at which they part. */
  goToParting({ a, b }: Comparison): void {
    // The event itself may be none that is drawn.
    const time = a.next[0]?.t ?? b.next[0]?.t ?? a.end;
    this.move((pane) => {
      const below = -PARTING_AT * pane.clientHeight;
      pane.window = { from: time, to: time, shown: { zoom: pane.zoom, below } };
    });
  }

  /** One has other times in view. */
  follow(moved: Which, { window }: WindowEvent): void {
    if (moved !== this.#leader) return;
    const follower = this.pane(moved === 'a' ? 'b' : 'a');
    if (follower !== null) follower.window = window;
  }

  /** Draws a line in both where the traces part. */
  mark(comparison: Comparison): void {
    for (const which of ['a', 'b'] as const) {
      const pane = this.pane(which);
      const line = this.#ground.querySelector<HTMLElement>(`[data-side=${which}] .parting`);
      if (pane === null || line === null) continue;
      const { next, end } = comparison[which];
      const { top, height } = pane.getBoundingClientRect();
      const heads = pane.querySelector('.heads')?.clientHeight ?? 0;
      const y = pane.clientYAtTime(next[0]?.t ?? end) - top;
      line.hidden = comparison.same || !(y >= heads && y <= height);
      line.style.top = `${Math.round(y)}px`;
    }
  }
}
