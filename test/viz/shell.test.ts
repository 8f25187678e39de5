import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Command, commandOf, keyName, keyOf, matching, type Pressed } from '../../viz/view/commands.ts';
import {
  BEGINNING,
  type LinkedPlace,
  linkText,
  PANEL_NAMES,
  readLink,
  VIEW_NAMES,
} from '../../viz/view/link.ts';
import { goalOf } from '../../viz/view/moment.ts';

describe('a link', () => {
  const micros = fc.nat({ max: 1e12 });
  const run = fc.record({
    scenario: fc.string({ minLength: 1 }),
    seed: fc.string({ minLength: 1 }),
    digest: fc.stringMatching(/^[0-9a-f]{16}$/),
  });
  const place: fc.Arbitrary<LinkedPlace> = fc.record({
    view: fc.constantFrom(...VIEW_NAMES),
    event: fc.nat({ max: 5_000_000 }),
    time: fc.option(micros, { nil: undefined }),
    filter: fc.string({ maxLength: 60, unit: 'grapheme' }),
    mode: fc.constantFrom('dim' as const, 'hide' as const),
    axis: fc.constantFrom('compressed' as const, 'linear' as const, 'ordinal' as const),
    hidden: fc.array(fc.string(), { maxLength: 5 }),
    pings: fc.constantFrom('runs' as const, 'each' as const),
    window: fc.option(fc.tuple(micros, micros), { nil: undefined }),
    panel: fc.constantFrom(...PANEL_NAMES),
    story: fc.constant(undefined),
    run: fc.option(run, { nil: undefined }),
    against: fc.option(fc.oneof(fc.record({ address: fc.string({ minLength: 1 }) }), fc.record({ run })), {
      nil: undefined,
    }),
  });

  it('says every place, and is read as what was written', () => {
    fc.assert(
      fc.property(place, (here) => {
        expect(readLink(`#${linkText(here)}`)).toEqual(here);
      }),
    );
  });

  it('keeps what runs a story again apart from the place in it', () => {
    const story = 'story=keep-alive&seed=a%2Bb&param.keepAlive=5&fault=%7B%7D';
    const run = { scenario: 'Keep-alive', seed: 'a+b', digest: '0123456789abcdef' };
    const here: LinkedPlace = { ...BEGINNING, view: 'topology', event: 7, story, run };
    expect(readLink(`#${linkText(here)}`)).toEqual(here);
  });

  it('is empty at the beginning, and any text leads somewhere', () => {
    expect(linkText(BEGINNING)).toBe('');
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(VIEW_NAMES).toContain(readLink(text).view);
      }),
    );
  });
});

describe('where somebody wants to go', () => {
  it.each([
    ['481', { event: 481 }],
    [' #481 ', { event: 481 }],
    ['1.5 s', { time: 1_500_000 }],
    ['20ms', { time: 20_000 }],
    ['7 us', { time: 7 }],
    ['1:02.5', { time: 62_500_000 }],
    ['2:00:00', { time: 7_200_000_000 }],
    ['zoom in', undefined],
    ['12 apples', undefined],
    ['', undefined],
    ['5 min later', undefined],
  ])('%j', (text, goal) => {
    expect(goalOf(text)).toEqual(goal);
  });
});

describe('commands', () => {
  const ran: string[] = [];
  const command = (title: string, keys: string[], enabled = true): Command => ({
    title,
    group: 'Move',
    keys,
    enabled: () => enabled,
    run: () => ran.push(title),
  });
  const commands = [
    command('Next event', ['ArrowRight']),
    command('Next fault', ['f'], false),
    command('Zoom to the next', ['z']),
  ];

  it('are found by their key while there is something to do', () => {
    expect(commandOf(commands, 'ArrowRight')?.title).toBe('Next event');
    expect(commandOf(commands, 'f')).toBeUndefined();
    expect(commandOf(commands, 'Shift+z')?.title).toBe('Zoom to the next');
  });

  it('are found by words in any order, those that begin with them first', () => {
    expect(matching(commands, 'next').map(({ title }) => title)).toEqual(['Next event', 'Zoom to the next']);
    expect(matching(commands, 'event next').map(({ title }) => title)).toEqual(['Next event']);
    expect(matching(commands, '')).toHaveLength(2);
  });

  it('write keys as people know them', () => {
    const event = (key: string, held: Partial<Pressed> = {}): Pressed => ({
      key,
      ctrlKey: false,
      metaKey: false,
      shiftKey: false,
      ...held,
    });
    expect(keyOf(event('V', { shiftKey: true }))).toBe('Shift+v');
    expect(keyOf(event('>', { shiftKey: true }))).toBe('>');
    expect(keyOf(event('ArrowLeft', { shiftKey: true }))).toBe('Shift+ArrowLeft');
    expect(keyOf(event('k', { metaKey: true }))).toBe('Mod+k');
    expect(keyName('Shift+ArrowLeft')).toBe('Shift ←');
    expect(keyName('v')).toBe('V');
  });
});
