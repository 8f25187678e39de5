import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawPicture, HEIGHT_MAX, type Picture } from '../../../viz/export/picture.ts';
import { EXCERPT_PACKETS_MAX, PACKETS_MAX } from '../../../viz/export/stretch.ts';
import { readStory } from '../../../viz/index/trace-index.ts';
import { FAMILY_COLOURS, NEUTRAL_COLOURS, type Theme } from '../../../viz/theme/palette.ts';
import { program } from '../../programs.ts';
import { anyPackets, crowdFixture, plantFixture, randomFixture, silentFixture } from '../fixture.ts';
import { pixelsOf } from './png.ts';
import { HOSTILE, hostileStory, longFixture } from './traces.ts';
import { elementsOf, type XmlElement } from './xml.ts';

const plant = plantFixture();
const story = readStory(plant);
const whole = drawPicture(story, { theme: 'light' });

const classed = (svg: string, name: string): XmlElement[] =>
  elementsOf(svg).filter(({ attributes }) => attributes.get('class')?.split(' ').includes(name));
const textsOf = (svg: string): string[] =>
  elementsOf(svg)
    .filter(({ name }) => name === 'text')
    .map(({ text }) => text);

describe('the picture of a trace', () => {
  it('shows every packet of a short trace, each lane, each banner, and says that nothing is missing', () => {
    expect(whole.packets).toBe(story.flightCount);
    expect(whole.leftOut).toBeUndefined();
    expect(classed(whole.svg, 'shaft').length).toBeGreaterThanOrEqual(story.flightCount);
    for (const { name } of story.nodes) expect(textsOf(whole.svg)).toContain(name);
    expect(classed(whole.svg, 'sign')).toHaveLength(story.remarks.length);
    expect(textsOf(whole.svg)).toEqual(expect.arrayContaining(['PUBLISH', 'PUBREC', 'DUP', 'partition']));
  });

  it('has a title, a description that tells of what is lost and broken, and its own size', () => {
    const [root, title, description] = elementsOf(whole.svg);
    expect(root!.attributes.get('width')).toBe(`${whole.width}`);
    expect(root!.attributes.get('aria-labelledby')).toBe(
      `${title!.attributes.get('id')} ${description!.attributes.get('id')}`,
    );
    expect(title!.text).toBe(story.header.scenario);
    expect(description!.text).toMatch(
      /^Sequence diagram of \d+ packets between hub, sensor, .*3 packets are lost\./,
    );
    expect(description!.text).toContain(`${story.verdicts[0]!.rule} is broken`);
  });

  it('needs nothing from outside, and reaches nothing but itself', () => {
    const elements = elementsOf(whole.svg);
    const id = elements[0]!.attributes.get('id');
    for (const { name, attributes } of elements) {
      expect(['script', 'image', 'use', 'foreignObject', 'a']).not.toContain(name);
      for (const [key, value] of attributes) {
        expect(key).not.toMatch(/^on|href/);
        if (value.includes('url(')) expect(value).toMatch(new RegExp(`^url\\(#${id}-\\w+\\)$`));
      }
    }
    const style = elements.find(({ name }) => name === 'style')!.text;
    expect(style).not.toMatch(/url\(|@import|var\(/);
    for (const rule of style.trim().split('\n')) expect(rule.startsWith(`#${id} `), rule).toBe(true);
  });

  it('leads to a page that it is told of, and nowhere else', () => {
    const address = 'https://example.org/amber/#story=a&seed=1';
    const { svg } = drawPicture(story, { theme: 'light', link: { address, text: 'Run it again' } });
    const links = elementsOf(svg).filter(({ attributes }) => attributes.has('href'));
    expect(links.map(({ name, attributes }) => [name, attributes.get('href')])).toEqual([['a', address]]);
    expect(textsOf(svg)).toContain('Run it again');
  });

  it('explains in its legend what it shows, and nothing else', () => {
    const words = elementsOf(whole.svg).map(({ text }) => text);
    expect(words).toEqual(
      expect.arrayContaining(['PUBLISH, PUBACK', 'lost with its connection', 'while a fault lasts', 'down']),
    );
    expect(words).not.toContain('malformed');
    expect(words).not.toContain('stands still');
  });

  it('draws a time, with those who take part in it, and says so', () => {
    const cut = drawPicture(story, { theme: 'light', from: 690_000, to: 4_600_000 });
    expect(cut.packets).toBeLessThan(whole.packets);
    expect(cut.leftOut).toMatch(/^690 ms to 4\.600 s of .*: \d+ of \d+ packets$/);
    expect(textsOf(cut.svg)).toContain('sensor');
    expect(textsOf(cut.svg)).not.toContain('meter');
    expect(cut.height).toBeLessThan(whole.height);
    const nothing = drawPicture(story, { theme: 'light', from: 30_000_000, to: 30_000_001 });
    expect(nothing.packets).toBe(0);
    elementsOf(nothing.svg);
  });

  it('shows of a long trace what the first broken promise is about, with what led to it', () => {
    const long = longFixture(2_000);
    const picture = drawPicture(readStory(long), { theme: 'light' });
    expect(picture.packets).toBeLessThanOrEqual(EXCERPT_PACKETS_MAX);
    expect(picture.leftOut).toMatch(
      /^an excerpt about the broken promise at 1\.001 s: \d+ of 2,000 packets$/,
    );
    expect(textsOf(picture.svg)).toContain(picture.leftOut);
    const words = textsOf(picture.svg).join('\n');
    expect(words).toMatch(/plant\/1000/);
    expect(words).toMatch(/delivery\.once is broken: the message came twice/);
    expect(words).toContain('while a fault lasts');
    expect(picture.packets).toBeGreaterThan(5);
    expect(words).toMatch(/publish "x"/);
    expect(classed(picture.svg, 'accused')).toHaveLength(1);
    expect(words).not.toContain('sensor-a');
    const same = drawPicture(readStory(long), { theme: 'light', about: long.broken.i });
    expect(same.svg).toBe(picture.svg);
  });

  it('shows of a long trace without a broken promise its beginning', () => {
    const picture = drawPicture(readStory(crowdFixture(5, 3_000)), { theme: 'light' });
    expect(picture.packets).toBeGreaterThan(PACKETS_MAX - 20);
    expect(picture.packets).toBeLessThan(PACKETS_MAX + 20);
    expect(picture.leftOut).toMatch(/^0 to /);
    expect(picture.height).toBeLessThan(HEIGHT_MAX + 400);
  });

  it('is no higher than a picture may be, and says how much it leaves out', () => {
    const picture = drawPicture(readStory(longFixture(2_000)), { theme: 'light', from: 0 });
    expect(picture.height).toBeLessThan(HEIGHT_MAX + 400);
    expect(picture.leftOut).toMatch(/of 2,000 packets$/);
  });

  it('is drawn also of a trace in which nothing happens', () => {
    const silent = drawPicture(readStory(silentFixture()), { theme: 'dark' });
    expect(silent.packets).toBe(0);
    elementsOf(silent.svg);
  });

  it('is XML whatever the names are, and shows them as text', () => {
    const hostile = drawPicture(hostileStory(), { theme: 'light' });
    const elements = elementsOf(hostile.svg);
    expect(elements.map(({ name }) => name)).not.toContain('script');
    expect(textsOf(hostile.svg).join(' ')).toContain('<script>');
    expect(hostile.svg).not.toContain('\u202e');
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...HOSTILE), { minLength: 1, maxLength: 4 }),
        fc.string({ unit: 'binary' }),
        (names, text) => {
          const drawn = drawPicture(hostileStory(names.join(''), text), { theme: 'dark' });
          expect(() => elementsOf(drawn.svg)).not.toThrow();
        },
      ),
      { seed: 21, numRuns: 15 },
    );
  });

  it('is XML for any conversation', () => {
    const packets = anyPackets(40);
    fc.assert(
      fc.property(packets, (drawn) => {
        const picture = drawPicture(readStory(randomFixture(drawn)), { theme: 'light' });
        elementsOf(picture.svg);
        expect(picture.svg).not.toMatch(/NaN|Infinity|undefined/);
        expect(picture.packets).toBe(drawn.length);
      }),
      { seed: 22, numRuns: 15 },
    );
  });
});

const renderer = program('rsvg-convert');

describe.skipIf(renderer === undefined)('another renderer than a browser', () => {
  const render = ({ svg }: Picture) => {
    const { status, stdout, stderr } = spawnSync(renderer!, ['--format', 'png'], {
      input: svg,
      maxBuffer: 1 << 28,
    });
    if (status !== 0) throw new Error(`${stderr}`);
    return pixelsOf(stdout);
  };

  it.each(['light', 'dark'] as const)(
    'draws it in its size, with the colours of the %s palette',
    (theme: Theme) => {
      const picture = drawPicture(story, { theme });
      const pixels = render(picture);
      expect([pixels.width, pixels.height]).toEqual([picture.width, picture.height]);
      const paper = NEUTRAL_COLOURS[theme].paper;
      const colours = pixels.colours();
      for (const [x, y] of [
        [0, 0],
        [pixels.width - 1, 0],
        [0, pixels.height - 1],
      ] as const) {
        expect(pixels.at(x, y)).toBe(paper);
      }
      expect(colours.get(paper)! / (pixels.width * pixels.height)).toBeGreaterThan(0.6);
      for (const family of ['publish', 'qos2', 'connect', 'subscribe', 'fault'] as const) {
        expect(colours.get(FAMILY_COLOURS[theme][family]) ?? 0, family).toBeGreaterThan(20);
      }
    },
  );

  it('draws a picture with hostile names', () => {
    const picture = drawPicture(hostileStory(), { theme: 'light' });
    expect(render(picture).height).toBe(picture.height);
  });
});
