import { describe, expect, it } from 'vitest';
import { TallScroll } from '../../viz/view/tall-scroll.ts';

/** As much of a scrolling element as is looked at. */
class Pane {
  scrollTop = 0;
  scrollHeight = 0;
  clientHeight = 700;
  scrollTo({ top }: { top: number }): void {
    this.scrollTop = Math.max(0, Math.min(this.scrollHeight - this.clientHeight, top));
  }
}

function scrollOf(height: number): { pane: Pane; scroll: TallScroll } {
  const pane = new Pane();
  const scroll = new TallScroll(pane);
  pane.scrollHeight = scroll.measure(height, pane.clientHeight);
  return { pane, scroll };
}

describe('scrolling', () => {
  it('is that of the browser while a page can be as high', () => {
    const { pane, scroll } = scrollOf(5_000);
    scroll.to(1_200);
    expect([pane.scrollTop, scroll.top, scroll.offset]).toEqual([1_200, 1_200, 0]);
    pane.scrollTop = 1_500;
    scroll.follow();
    expect(scroll.top).toBe(1_500);
    expect(scroll.settle()).toBe(false);
  });

  it('moves a diagram of sixty million pixels by as many as the wheel does', () => {
    const { pane, scroll } = scrollOf(60_000_000);
    scroll.to(30_000_000);
    expect(scroll.top).toBe(30_000_000);
    for (let notch = 1; notch <= 50; notch++) {
      pane.scrollTop += 100;
      scroll.follow();
      expect(scroll.top).toBe(30_000_000 + notch * 100);
    }
    // What is seen stays where it is while the bar goes where it belongs.
    expect(scroll.settle()).toBe(true);
    expect(scroll.top).toBe(30_005_000);
    expect(scroll.offset).toBeCloseTo(pane.scrollTop - 30_005_000, 6);
  });

  it.each([27, 47, 70])(
    'shows the last of 2.5 million rows of %i pixels where it is, and any other',
    (rowHeight) => {
      const rows = 2_500_000;
      const { pane, scroll } = scrollOf(rows * rowHeight);
      const lowest = pane.scrollHeight - pane.clientHeight;
      for (const place of [rows - 1, rows - 2, rows >> 1, 1_234_567, 1, 0]) {
        scroll.to(place * rowHeight - (pane.clientHeight - rowHeight));
        // Where the row stands in the page, below what was scrolled away.
        const y = place * rowHeight + scroll.offset - pane.scrollTop;
        expect(y).toBeGreaterThanOrEqual(-1e-6);
        expect(y + rowHeight).toBeLessThanOrEqual(pane.clientHeight + 1e-6);
        if (place === rows - 1) expect(pane.scrollTop).toBeCloseTo(lowest, 3);
        if (place === 0) expect(pane.scrollTop).toBe(0);
      }
    },
  );

  it('goes where the bar is dragged, and to both ends', () => {
    const { pane, scroll } = scrollOf(60_000_000);
    pane.scrollTop = (pane.scrollHeight - pane.clientHeight) / 4;
    scroll.follow();
    expect(scroll.top / (60_000_000 - 700)).toBeCloseTo(0.25, 3);
    pane.scrollTop = pane.scrollHeight - pane.clientHeight;
    scroll.follow();
    expect(scroll.top).toBe(60_000_000 - 700);
    pane.scrollTop = 0;
    scroll.follow();
    expect(scroll.top).toBe(0);
  });
});
