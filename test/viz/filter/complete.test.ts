import { describe, expect, it } from 'vitest';
import { complete } from '../../../viz/filter/complete.ts';
import { parseFilter } from '../../../viz/filter/parse.ts';
import { readStory } from '../../../viz/index/trace-index.ts';
import { plantFixture } from '../fixture.ts';

const story = readStory(plantFixture());

/** Candidates where `|` is. */
function at(text: string, of = story): string[] {
  const cursor = text.indexOf('|');
  return complete(text.replace('|', ''), cursor, of).candidates.map((each) => each.text);
}

describe('completion of a filter', () => {
  it('offers fields, flags and packet types by their beginning, then by what is in them', () => {
    expect(at('to|')).toEqual(['topic:', 'to:', 'took:']);
    expect(at('lost (PUBR|')).toEqual(['PUBREC', 'PUBREL']);
    expect(at('|')).toEqual(expect.arrayContaining(['type:', 'lost', 'PUBLISH', 'not']));
  });

  it('offers values that the trace has', () => {
    expect(at('from:s|')).toEqual(expect.arrayContaining(['sensor', 'screen', 'screen-spare']));
    expect(at('from:s|')[0]).toMatch(/^s/);
    expect(at('topic:plant/1|')).toEqual(['plant/1/temperature']);
    expect(at('lost fault:|')).toEqual(['crash', 'partition']);
    expect(at('type:PUBLISH,PUBA|')).toEqual(['PUBACK']);
    expect(at('type in {PUBLISH, PUBA|')).toEqual(['PUBACK']);
    expect(at('conn:sensor|')).toEqual(['sensor>hub#1', 'sensor>hub#2']);
    expect(at('kind:app|')).toEqual(['app.call', 'app.settled', 'app.delivered']);
    expect(at('rule:|').length).toBeGreaterThan(0);
  });

  it('offers nothing for numbers and unknown fields, and values without a trace only where it has them', () => {
    expect(at('id:|')).toEqual([]);
    expect(complete('from:', 5, undefined).candidates).toEqual([]);
    expect(complete('qos:', 4, undefined).candidates.map(({ text }) => text)).toEqual(['0', '1', '2']);
  });

  it('says which text it replaces, and what comes of it is a filter', () => {
    const text = 'lost topic:plant/1 dup';
    const { from, to, candidates } = complete(text, 18, story);
    expect(text.slice(from, to)).toBe('plant/1');
    const whole = text.slice(0, from) + candidates[0]!.text + text.slice(to);
    expect(parseFilter(whole).error).toBeUndefined();
    expect(complete('topic:"pl', 9, story).from).toBe(6);
  });
});
