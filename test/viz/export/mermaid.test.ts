import { describe, expect, it } from 'vitest';
import { LINES_MAX, mermaidOf } from '../../../viz/export/mermaid.ts';
import { readStory } from '../../../viz/index/trace-index.ts';
import { plantFixture, silentFixture } from '../fixture.ts';
import { hostileStory, longFixture } from './traces.ts';

const story = readStory(plantFixture());

/** The lines of Mermaid's sequence diagrams that we write; a text has no `#` but in entities, no `;` but at their end, no line break. */
const TEXT = String.raw`(?:[^#;%{}<>"\n]|#\d+;)+`;
const LINE = new RegExp(
  `^(?:  participant n\\d+ as ${TEXT}|  n\\d+(?:->>|-x|--\\))n\\d+: ${TEXT}|  Note over n\\d+(?:,n\\d+)?: ${TEXT}|  %% [^\\n{}]+)$`,
);

function linesOf(text: string): string[] {
  const [dashes, title, end, kind, ...lines] = text.trimEnd().split('\n');
  expect([dashes, end, kind]).toEqual(['---', '---', 'sequenceDiagram']);
  expect(typeof JSON.parse(title!.replace(/^title: /, ''))).toBe('string');
  return lines;
}

describe('a trace in the words of Mermaid', () => {
  it('has every packet in its order, cut ones with a cross, and faults and verdicts as notes', () => {
    const { text, packets, leftOut } = mermaidOf(story, {});
    const lines = linesOf(text);
    for (const line of lines) expect(line).toMatch(LINE);
    expect(packets).toBe(story.flightCount);
    expect(leftOut).toBeUndefined();
    const messages = lines.filter((line) => /^ {2}n\d+-/.test(line));
    expect(messages).toHaveLength(story.flightCount);
    expect(messages.filter((line) => line.includes('-x'))).toHaveLength(story.tally.lost);
    expect(text).toMatch(/-xn2: PUBLISH QoS 2 #35;2 plant\/1\/temperature, lost: partition/);
    expect(text).toMatch(/Note over n\d,n\d: 712 ms partition/);
    expect(text).toMatch(/Note over n0,n5: delivery\.exactly-once is broken/);
    expect(text).toMatch(/Note over n2: crashes/);
  });

  it('takes a part of a long trace and says so', () => {
    const long = readStory(longFixture(2_000));
    const excerpt = mermaidOf(long, {});
    expect(excerpt.leftOut).toMatch(/^an excerpt about the broken promise at 1\.001 s/);
    expect(excerpt.text).toContain(`  %% ${excerpt.leftOut}`);
    const cut = mermaidOf(long, { from: 0 });
    expect(linesOf(cut.text).length).toBeLessThan(LINES_MAX + 10);
    expect(cut.leftOut).toMatch(/of 2,000 packets$/);
  });

  it('lets no name be taken for its syntax', () => {
    for (const line of linesOf(mermaidOf(hostileStory(), {}).text)) {
      expect(line).toMatch(LINE);
      expect(line.replace(/#\d+;/g, '')).not.toMatch(/\bend\b/i);
    }
  });

  it('is a diagram also of a trace in which nothing happens', () => {
    expect(linesOf(mermaidOf(readStory(silentFixture()), {}).text).every((line) => LINE.test(line))).toBe(
      true,
    );
  });
});
