/** What of a run may be in view at once. */
import { describe, expect, it } from 'vitest';
import { stretchesFrom } from '../../../viz/lessons/view/stretches.ts';

describe('what of a run may be in view', () => {
  const cut = { cause: 40, from: 50, until: 60 };
  const again = { cause: 200, from: 210, until: 230 };
  const end = { cause: 290, from: 300, until: 320 };

  it('is all that is told first, and keeps what is told first in view with what came of it as long as it can', () => {
    expect(stretchesFrom(10, [cut, again, end])).toEqual([
      { from: 10, until: 320 },
      { from: 40, until: 320 },
      { from: 50, until: 320 },
      { from: 10, until: 230 },
      { from: 40, until: 230 },
      { from: 50, until: 230 },
    ]);
  });

  it('begins no earlier than the picture should', () => {
    expect(stretchesFrom(45, [cut, again])).toEqual([
      { from: 45, until: 230 },
      { from: 50, until: 230 },
    ]);
    expect(stretchesFrom(50, [cut, again])).toEqual([{ from: 50, until: 230 }]);
  });

  it('is one thing where no more is told, and nothing where nothing is', () => {
    expect(stretchesFrom(50, [cut])).toEqual([{ from: 50, until: 60 }]);
    expect(stretchesFrom(50, [])).toEqual([]);
  });
});
