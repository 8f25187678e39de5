import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FILTER_CHARS_MAX, FILTER_DEPTH_MAX, type Filter } from '../../../viz/filter/filter.ts';
import { readMoment } from '../../../viz/filter/moment.ts';
import { parseFilter } from '../../../viz/filter/parse.ts';
import { printFilter } from '../../../viz/filter/print.ts';
import { bare, filters } from './trees.ts';

function parsed(text: string): Filter {
  const { filter, error } = parseFilter(text);
  if (filter === undefined) throw new Error(`${text}: ${error.message}`);
  return filter;
}

/** The same, written in another way. */
const SAME: readonly (readonly [string, string])[] = [
  ['PUBLISH', 'type:PUBLISH'],
  ['publish qos==1', 'type:PUBLISH qos=1'],
  ['type in {PUBLISH, PUBACK}', 'type:PUBLISH,PUBACK'],
  ['lost && dup', 'lost dup'],
  ['lost and dup', 'lost dup'],
  ['lost || !dup', 'lost or not dup'],
  ['LOST OR NOT DUP', 'lost or not dup'],
  ['lost dup or retain', '(lost dup) or retain'],
  ['qos ge 1 and topic contains "te"', 'qos>=1 topic~te'],
  ['"power cut"', 'text~"power cut"'],
  ['t in 1s..2s', 'time in 1s..2s'],
  ['qos>=1&&lost', 'qos>=1 lost'],
  ['((lost))', 'lost'],
];

/** What is wrong, the place of the caret drawn under it, and what is said. */
const WRONG: readonly (readonly [text: string, carets: string, message: RegExp])[] = [
  ['qoss>=1', '^^^^', /no field, flag or packet type 'qoss'; did you mean qos\?/],
  ['mqtt.topic:a', '^^^^^^^^^^', /did you mean topic\?/],
  ['lost and', '        ^', /something is missing here/],
  ['(lost', '^', /never closed/],
  ['lost)', '    ^', /never opened/],
  ['qos>=x', '     ^', /qos is a number, not 'x'/],
  ['qos~1', '   ^', /qos is a number: ~ does not go with it/],
  ['topic>a', '     ^', /topic is no number/],
  ['time>1.5', '     ^^^', /time needs a unit: 1.5s or 1.5ms/],
  ['topic:home/+temp', '      ^^^^^^^^^^', /no topic filter: it has a '\+' that is not alone/],
  ['type:PUBLSH', '     ^^^^^^', /no packet type 'PUBLSH'/],
  ['v:6', '  ^', /no MQTT 6/],
  ['kind:packet.eaten', '     ^^^^^^^^^^^^', /no kind of event/],
  ['payload~"21', '        ^^^', /has no end/],
  ['t in 2s..1s', '     ^^^^^^', /ends before it begins/],
  ['t in 2s', '     ^^', /two dots/],
  ['node in a..b', '        ^^^^', /no order/],
  ['type in {PUBLISH', '        ^', /never closed/],
  ['lost:1', '^^^^^', /stands alone/],
  ['qos:', '    ^', /value for qos is missing/],
  ['reason>refused', '       ^^^^^^^', /compares numbers/],
  ['>1', '^', /cannot begin with '>'/],
  ['lost or or dup', '        ^^', /something is missing before 'or'/],
];

describe('the language of filters', () => {
  it.each(SAME)('reads %s as %s', (one, other) => {
    expect(bare(parsed(one))).toEqual(bare(parsed(other)));
  });

  it.each(WRONG)('says of %s where and what is wrong', (text, carets, message) => {
    const { error } = parseFilter(text);
    expect(error?.message).toMatch(message);
    expect(' '.repeat(error!.start) + '^'.repeat(Math.max(1, error!.length))).toBe(carets);
  });

  it('says what could stand there', () => {
    expect(parseFilter('qoss:1').error?.expected).toEqual(['qos']);
    expect(parseFilter('type:x').error?.expected).toContain('PUBCOMP');
    expect(parseFilter('took:5').error?.expected).toContain('ms');
  });

  it('takes an empty text for a filter that everything matches', () => {
    expect(bare(parsed('  '))).toEqual({ kind: 'and', parts: [] });
  });

  it('places every term within the text', () => {
    const filter = parsed(' qos >= 1   topic:a/b  ');
    expect(filter.kind === 'and' && filter.parts.map(({ place }) => place)).toEqual([
      { start: 1, length: 8 },
      { start: 12, length: 9 },
    ]);
  });

  it('reads what it prints as the same filter', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        expect(bare(parsed(printFilter(filter)))).toEqual(bare(filter));
      }),
      { seed: 11, numRuns: 2_000 },
    );
  });

  it('takes any text for a filter or says what is wrong within its length', () => {
    const scraps = fc.constantFrom(
      ...[
        'qos',
        'topic',
        'lost',
        'type',
        ':',
        '>=',
        '"',
        '(',
        ')',
        'not ',
        ' or ',
        '{',
        '}',
        ',',
        '..',
        ' in ',
      ],
      ...['a/+', '1s', '\\', '!', '&&', '|', ' ', 'é', '\ud800', '\n', '*', '0x87'],
    );
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.array(scraps, { maxLength: 14 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const { filter, error } = parseFilter(text);
        expect(filter === undefined).toBe(error !== undefined);
        if (error === undefined) return;
        expect(error.start).toBeGreaterThanOrEqual(0);
        expect(error.length).toBeGreaterThanOrEqual(0);
        expect(error.start + error.length).toBeLessThanOrEqual(text.length);
        expect(error.message).not.toBe('');
      }),
      { seed: 12, numRuns: 5_000 },
    );
  });

  it('refuses what is too long and too deep', () => {
    expect(parseFilter(`${'lost '.repeat(FILTER_CHARS_MAX / 5)}lost`).error?.message).toMatch(/at most 4000/);
    const deep = (depth: number) => `${'('.repeat(depth)}lost${')'.repeat(depth)}`;
    expect(parseFilter(deep(FILTER_DEPTH_MAX)).error).toBeUndefined();
    expect(parseFilter(deep(FILTER_DEPTH_MAX + 1)).error?.message).toMatch(/too deeply/);
    expect(parseFilter('!'.repeat(1_000)).error?.message).toMatch(/too deeply/);
  });

  it('reads times as people and the axis write them, and no bare number', () => {
    const read = ['20us', '1.5ms', '1.5 s', '1min', '2h', '1:05.200', '2:03:04.5', '0'].map(readMoment);
    expect(read).toEqual([20, 1_500, 1_500_000, 60_000_000, 7_200_000_000, 65_200_000, 7_384_500_000, 0]);
    expect(['5', '1.5', 's', '-1s', '1 s 2', ''].map(readMoment)).toEqual(Array(6).fill(undefined));
  });
});
