import { describe, expect, it } from 'vitest';
import { diffTraces } from '../../src/trace/diff.ts';
import { readStory } from '../../viz/index/trace-index.ts';
import { CompareAnswers, type Comparison } from '../../viz/worker/answers/compare-answers.ts';
import { crowdFixture, type Fixture, plantFixture } from './fixture.ts';

const plant = plantFixture();

function compare(a: Fixture, b: Fixture): Promise<Comparison> {
  const stories = [readStory(a), readStory(b)];
  const answers = new CompareAnswers({ story: (trace) => stories[trace - 1]! }, () => Promise.resolve());
  return answers.compare(1, 2);
}

/** The same with one event changed, from that ordinal on if `rest` is empty. */
function changed(fixture: Fixture, ordinal: number, change: Record<string, unknown>): Fixture {
  const events = fixture.events.map((event) => (event.i === ordinal ? { ...event, ...change } : event));
  return { ...fixture, header: { ...fixture.header, seed: '72' }, events };
}

describe('two traces side by side', () => {
  it('part where `amber diff` says, and show what each does then', async () => {
    const ordinal = plant.events.find(({ k }) => k === 'packet.lost')!.i;
    const other = changed(plant, ordinal, { reason: 'another reason' });
    const comparison = await compare(plant, other);
    const difference = diffTraces(
      { header: plant.header, list: plant.events },
      { header: other.header, list: other.events },
    );
    expect(comparison).toMatchObject({
      same: false,
      equal: difference.equal,
      aligned: true,
      until: difference.before.at(-1)!.t,
      aspect: 'packet.lost with another reason',
      headers: ['seed: 71 / 72'],
    });
    expect(comparison.equal).toBe(ordinal - 1);
    expect(comparison.before.at(-1)!.i).toBe(ordinal - 1);
    expect([comparison.a.next[0], comparison.b.next[0]].map((each) => each!.i)).toEqual([ordinal, ordinal]);
    expect(comparison.b.next[0]!.text).toContain('another reason');
    expect(comparison.a.next.length).toBeGreaterThan(3);
    expect(comparison.a).toMatchObject({
      seed: '71',
      events: plant.footer.events,
      lost: plant.events.filter(({ k }) => k === 'packet.lost').length,
    });
  });

  it('are the same when nothing differs, also when that takes many steps', async () => {
    const crowd = crowdFixture(10, 500);
    expect(await compare(crowd, crowd)).toMatchObject({
      same: true,
      equal: crowd.events.length,
      aspect: undefined,
      headers: [],
      a: { next: [] },
      b: { next: [] },
    });
  });

  it('say which one ended', async () => {
    const short = { ...plant, events: plant.events.slice(0, 100) };
    const comparison = await compare(short, plant);
    expect(comparison).toMatchObject({ same: false, equal: 100, aspect: undefined, a: { next: [] } });
    expect(comparison.b.next[0]!.i).toBe(101);
  });

  it('give up when one of them is closed meanwhile', async () => {
    const story = readStory(crowdFixture(10, 500));
    let open = true;
    const answers = new CompareAnswers(
      {
        story: (trace) => {
          if (!open) throw new RangeError(`trace ${trace} is not open`);
          return story;
        },
      },
      async () => {
        open = false;
      },
    );
    await expect(answers.compare(1, 2)).rejects.toThrow('trace 1 is not open');
  });
});
