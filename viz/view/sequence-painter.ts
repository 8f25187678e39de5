/**
 * Draws a display list as SVG with d3. Knows nothing of traces: what a shape is called comes from outside.
 */
import { type Selection, select } from 'd3';
import type {
  Arrow,
  AxisGap,
  Band,
  DisplayList,
  Flag,
  Label,
  Mark,
  Sign,
  Tick,
} from '../layout/display-list.ts';
import { FLAG_HEIGHT, FLAG_PADDING } from '../layout/flag-layout.ts';
import { dashOf, GLYPHS, outlineOf, tipKind } from '../layout/outlines.ts';

type Layer<Datum> = Selection<SVGGElement, Datum, SVGGElement, unknown>;

/** What is pointed out beside what is drawn. */
export interface Emphasis {
  /** Ordinal of the shape that is selected; 0 is none. */
  selected: number;
  /** Ordinals of the shapes that led to it. */
  chain: ReadonlySet<number>;
  /** Ordinal of the one shape that the Tab key reaches. */
  tabStop: number;
}

export class SequencePainter {
  readonly #ground: Selection<SVGSVGElement, unknown, null, undefined>;
  readonly #lanes: Selection<SVGGElement, unknown, null, undefined>;
  readonly #layers = new Map<string, Selection<SVGGElement, unknown, null, undefined>>();
  readonly #svg: Selection<SVGSVGElement, unknown, null, undefined>;
  readonly #gutter: Selection<SVGSVGElement, unknown, null, undefined>;
  readonly #nameOf: (ordinal: number) => string;

  /** Lanes and what lasts lie on the ground; a canvas may lie between it and the rest. */
  constructor(
    ground: SVGSVGElement,
    svg: SVGSVGElement,
    gutter: SVGSVGElement,
    nameOf: (ordinal: number) => string,
  ) {
    this.#ground = select(ground);
    this.#svg = select(svg);
    this.#gutter = select(gutter);
    this.#nameOf = nameOf;
    this.#patterns();
    this.#lanes = this.#ground.append('g').attr('class', 'lanes').attr('aria-hidden', 'true');
    for (const name of ['bands', 'gaps']) {
      this.#layers.set(name, this.#ground.append('g').attr('class', name));
    }
    for (const name of ['glows', 'arrows', 'marks', 'signs', 'labels', 'flags']) {
      this.#layers.set(name, this.#svg.append('g').attr('class', name));
    }
    for (const name of ['gaps', 'glows', 'labels']) this.#layers.get(name)!.attr('aria-hidden', 'true');
    this.#gutter.append('g').attr('class', 'ticks');
  }

  /** Hatches, so that a fault is told by more than its colour. */
  #patterns(): void {
    const defs = this.#ground.append('defs');
    for (const name of ['down', 'fault', 'paused']) {
      const pattern = defs
        .append('pattern')
        .attr('id', `hatch-${name}`)
        .attr('class', `hatch ${name}`)
        .attr('patternUnits', 'userSpaceOnUse')
        .attr('width', name === 'paused' ? 5 : 8)
        .attr('height', name === 'paused' ? 5 : 8)
        .attr('patternTransform', name === 'fault' ? 'rotate(-45)' : 'rotate(45)');
      if (name === 'paused') pattern.append('circle').attr('cx', 2).attr('cy', 2).attr('r', 1);
      else pattern.append('line').attr('x1', 0).attr('x2', 0).attr('y1', 0).attr('y2', 8);
    }
  }

  #layer<Datum>(name: string): Layer<Datum> {
    return this.#layers.get(name)! as unknown as Layer<Datum>;
  }

  paint(list: DisplayList, width: number, emphasis: Emphasis): void {
    const height = list.bottom - list.top;
    const box = `0 ${list.top} ${width} ${height}`;
    for (const svg of [this.#ground, this.#svg])
      svg.attr('width', width).attr('height', height).attr('viewBox', box);
    this.#gutter.attr('height', height);
    this.#paintLanes(list);
    this.#paintBands(list.bands);
    this.#paintGaps(list.gaps, width);
    this.#paintArrows(list, emphasis);
    this.#paintMarks(list.marks, emphasis);
    this.#paintSigns(list.signs, emphasis);
    this.#paintFlags(list.flags, width, emphasis);
    this.#paintLabels(list);
    this.#paintTicks(list);
    this.emphasise(list, emphasis);
  }

  /** Banners and flags stay in view when the lanes are scrolled sideways. */
  holdSigns(x: number): void {
    for (const name of ['signs', 'flags']) this.#layer(name).attr('transform', `translate(${x} 0)`);
  }

  /** Points out without drawing everything anew. */
  emphasise(list: DisplayList, emphasis: Emphasis): void {
    const glowing = list.arrows
      .filter((arrow) => arrow.i === emphasis.selected || emphasis.chain.has(arrow.i))
      .map((arrow) => ({ i: arrow.i, ...outlineOf(arrow, list.top, list.bottom).shaft }));
    this.#layer('glows')
      .selectAll<SVGLineElement, (typeof glowing)[number]>('line')
      .data(glowing, ({ i }) => i)
      .join('line')
      .attr('class', ({ i }) => (i === emphasis.selected ? 'glow selected' : 'glow'))
      .attr('x1', ({ x1 }) => x1 ?? 0)
      .attr('y1', ({ y1 }) => y1 ?? 0)
      .attr('x2', ({ x2 }) => x2 ?? 0)
      .attr('y2', ({ y2 }) => y2 ?? 0);
    for (const name of ['arrows', 'marks', 'signs', 'flags']) {
      this.#layer<{ i: number }>(name)
        .selectChildren<SVGGElement, { i: number }>('g')
        .classed('selected', (shape) => shape.i === emphasis.selected)
        .classed('chained', (shape) => emphasis.chain.has(shape.i))
        .attr('aria-pressed', (shape) => `${shape.i === emphasis.selected}`)
        .attr('tabindex', (shape) => (shape.i === emphasis.tabStop ? 0 : -1));
    }
    this.#layer<{ i: number }>('labels')
      .selectChildren<SVGGElement, { i: number }>('g')
      .classed('selected', (shape) => shape.i === emphasis.selected);
  }

  #paintLanes(list: DisplayList): void {
    this.#lanes
      .selectAll<SVGLineElement, DisplayList['lanes'][number]>('line')
      .data(list.lanes)
      .join('line')
      .attr('class', 'lane')
      .attr('x1', (lane) => lane.x)
      .attr('x2', (lane) => lane.x)
      .attr('y1', list.top)
      .attr('y2', list.bottom);
  }

  #paintBands(bands: readonly Band[]): void {
    const solidHeight = (band: Band): number => Math.max(0, band.y2 - band.solidFrom || 0);
    this.#layer<Band>('bands')
      .selectAll<SVGGElement, Band>('g')
      .data(bands, (band) => `${band.kind}${band.i}`)
      .join((enter) => {
        const group = enter.append('g').attr('role', 'img');
        group.append('rect').attr('class', 'ground');
        group.append('rect').attr('class', 'body');
        return group;
      })
      .attr('class', (band) => `band ${band.kind}`)
      .attr('data-i', (band) => band.i)
      .attr('aria-label', (band) => this.#nameOf(band.i))
      .each(function (band) {
        const group = select(this);
        group
          .selectAll('rect')
          .attr('x', band.x1)
          .attr('width', band.x2 - band.x1)
          .attr('y', band.y1)
          .attr('height', Math.max(2, band.y2 - band.y1));
        if (band.kind === 'connection') {
          group
            .select('.body')
            .attr('y', Number.isNaN(band.solidFrom) ? band.y1 : band.solidFrom)
            .attr('height', solidHeight(band));
        }
      });
  }

  #paintGaps(gaps: readonly AxisGap[], width: number): void {
    this.#layer<AxisGap>('gaps')
      .selectAll<SVGGElement, AxisGap>('g')
      .data(gaps, (gap) => gap.y1)
      .join((enter) => {
        const group = enter.append('g');
        group.append('rect').attr('x', 0);
        group.append('line').attr('x1', 0);
        return group;
      })
      .attr('class', (gap) => (gap.silent ? 'gap silent' : 'gap'))
      .each(function (gap) {
        const middle = Math.round((gap.y1 + gap.y2) / 2) + 0.5;
        select(this)
          .select('rect')
          .attr('y', middle - 5)
          .attr('height', 10)
          .attr('width', width);
        select(this).select('line').attr('x2', width).attr('y1', middle).attr('y2', middle);
      });
  }

  #paintArrows({ arrows, bottom, top }: DisplayList, emphasis: Emphasis): void {
    this.#layer<Arrow>('arrows')
      .selectAll<SVGGElement, Arrow>('g')
      .data(arrows, (arrow) => arrow.i)
      .join((enter) => enter.append('g').attr('role', 'button'))
      .order()
      .attr(
        'class',
        (arrow) =>
          `arrow ${arrow.family} ${arrow.end}${arrow.accused ? ' accused' : ''}${arrow.dimmed ? ' dimmed' : ''}`,
      )
      .attr('data-i', (arrow) => arrow.i)
      .attr('tabindex', (arrow) => (arrow.i === emphasis.tabStop ? 0 : -1))
      .attr('aria-label', (arrow) => this.#nameOf(arrow.i))
      .each(function (arrow) {
        const { shaft, tip, tail } = outlineOf(arrow, top, bottom);
        const lines = shaft === undefined ? [] : ['hit', 'shaft'];
        const group = select(this);
        group
          .selectAll('line')
          .data(lines)
          .join('line')
          .attr('class', (name) => name)
          .attr('x1', shaft?.x1 ?? 0)
          .attr('y1', shaft?.y1 ?? 0)
          .attr('x2', shaft?.x2 ?? 0)
          .attr('y2', shaft?.y2 ?? 0)
          .filter('.shaft')
          .attr('stroke-width', arrow.weight)
          .attr('stroke-dasharray', dashOf(arrow) ?? null);
        const paths = [
          { d: tip, name: `tip ${tipKind(arrow)}` },
          { d: tail, name: 'tail' },
        ];
        group
          .selectAll('path')
          .data(paths.filter(({ d }) => d !== ''))
          .join('path')
          .attr('class', ({ name }) => name)
          .attr('d', ({ d }) => d);
      });
  }

  #paintMarks(marks: readonly Mark[], emphasis: Emphasis): void {
    this.#layer<Mark>('marks')
      .selectAll<SVGGElement, Mark>('g')
      .data(marks, (mark) => mark.i)
      .join((enter) => {
        const group = enter.append('g').attr('role', 'button');
        group.append('circle').attr('class', 'hit').attr('r', 9);
        group.append('path');
        return group;
      })
      .order()
      .attr('class', (mark) => `mark ${mark.glyph}${mark.dimmed ? ' dimmed' : ''}`)
      .attr('data-i', (mark) => mark.i)
      .attr('tabindex', (mark) => (mark.i === emphasis.tabStop ? 0 : -1))
      .attr('aria-label', (mark) => this.#nameOf(mark.i))
      .attr('transform', (mark) => `translate(${mark.x} ${mark.y})`)
      .select('path')
      .attr('d', (mark) => GLYPHS[mark.glyph]);
  }

  #paintSigns(signs: readonly Sign[], emphasis: Emphasis): void {
    this.#layer<Sign>('signs')
      .selectAll<SVGGElement, Sign>('g')
      .data(signs, (sign) => sign.i)
      .join((enter) => {
        const group = enter.append('g').attr('role', 'button');
        group.append('rect').attr('class', 'frame').attr('rx', 7);
        group.append('path').attr('class', 'flag');
        group.append('text');
        return group;
      })
      .attr('class', (sign) => `sign ${sign.tone}`)
      .attr('data-i', (sign) => sign.i)
      .attr('tabindex', (sign) => (sign.i === emphasis.tabStop ? 0 : -1))
      .attr('aria-label', (sign) => nameWith(sign.lines.join(' '), this.#nameOf(sign.i)))
      .attr('transform', (sign) => `translate(${sign.x} ${sign.y})`)
      .each(function (sign) {
        const group = select(this);
        group.select('.frame').attr('width', sign.width).attr('height', sign.height);
        group
          .select('.flag')
          .attr('d', sign.tone === 'broken' ? 'M13 10l7 7m0-7l-7 7' : `M14 9v${sign.height - 18}`);
        group
          .select('text')
          .selectAll('tspan')
          .data(sign.lines)
          .join('tspan')
          .attr('x', 26)
          .attr('y', (_, line) => 20 + line * 18)
          // A space, so that a reader of the words does not join two lines.
          .text((line, at) => (at + 1 < sign.lines.length ? `${line} ` : line));
      });
  }

  #paintFlags(flags: readonly Flag[], width: number, emphasis: Emphasis): void {
    this.#layer<Flag>('flags')
      .selectAll<SVGGElement, Flag>('g')
      .data(flags, (flag) => flag.i)
      .join((enter) => {
        const group = enter.append('g').attr('role', 'button');
        group.append('path').attr('class', 'lines');
        group.append('rect').attr('class', 'cloth').attr('x', 4).attr('rx', 5);
        group.append('path').attr('class', 'pennant');
        group.append('text').attr('x', 4 + FLAG_PADDING);
        return group;
      })
      .attr('class', (flag) => `flag-group ${flag.tone}`)
      .attr('data-i', (flag) => flag.i)
      .attr('tabindex', (flag) => (flag.i === emphasis.tabStop ? 0 : -1))
      .attr('aria-label', (flag) => nameWith(flag.text, this.#nameOf(flag.i)))
      .each(function (flag) {
        const group = select(this);
        const top = flag.y - FLAG_HEIGHT / 2;
        group.select('.lines').attr('d', flag.lines.map((y) => `M0 ${y}H${width}`).join(''));
        group
          .select('.cloth')
          .attr('y', top)
          .attr('width', flag.width)
          .attr('height', FLAG_HEIGHT - 1);
        group.select('.pennant').attr('d', flagPath(flag));
        group
          .select('text')
          .attr('y', flag.y + 3.5)
          .text(flag.text);
      });
  }

  #paintLabels(list: DisplayList): void {
    const labelled: { i: number; kind: string; label: Label }[] = [];
    for (const { i, label, kind } of list.bands) {
      if (label !== undefined) labelled.push({ i, label, kind: `of-band ${kind}` });
    }
    const pale = (dimmed: boolean): string => (dimmed ? ' dimmed' : '');
    for (const { i, label, family, end, dimmed } of list.arrows) {
      if (label !== undefined) labelled.push({ i, label, kind: `of-arrow ${family} ${end}${pale(dimmed)}` });
    }
    for (const { i, reason } of list.arrows) {
      if (reason !== undefined) labelled.push({ i, label: reason, kind: 'of-arrow reason lost' });
    }
    for (const { i, label, glyph, dimmed } of list.marks) {
      if (label !== undefined) labelled.push({ i, label, kind: `of-mark ${glyph}${pale(dimmed)}` });
    }
    this.#layer<(typeof labelled)[number]>('labels')
      .selectAll<SVGGElement, (typeof labelled)[number]>('g')
      .data(labelled, ({ i, kind }) => `${kind}${i}`)
      .join((enter) => {
        const group = enter.append('g');
        group.append('rect').attr('class', 'plate').attr('x', -2).attr('y', 1).attr('rx', 3);
        return group;
      })
      .attr('class', ({ kind }) => `label ${kind}`)
      .attr('data-i', ({ i }) => i)
      .attr('transform', ({ label }) => `translate(${label.x} ${label.y})`)
      .each(function ({ label }) {
        const group = select(this);
        group
          .select('.plate')
          .attr('width', label.width + 4)
          .attr('height', label.height - 2);
        group
          .selectAll('.badge-frame')
          .data(label.spans.filter((span) => span.style === 'badge'))
          .join('rect')
          .attr('class', 'badge-frame')
          .attr('x', (span) => span.dx)
          .attr('y', 1.5)
          .attr('width', (span) => span.width)
          .attr('height', 12)
          .attr('rx', 3);
        group
          .selectAll('text')
          .data(label.spans)
          .join('text')
          .attr('class', (span) => span.style)
          .attr('x', (span) => span.dx + (span.style === 'badge' ? 3 : 0))
          .attr('y', (span) => (span.style === 'badge' ? 10.7 : 11.5))
          .text((span) => span.text);
      });
  }

  #paintTicks(list: DisplayList): void {
    const words: (Tick & { gap?: boolean })[] = [...list.ticks];
    for (const gap of list.gaps) {
      const y = Math.round((gap.y1 + gap.y2) / 2);
      const lift = gap.pings > 0 ? 7 : 0;
      words.push({ y: y - lift, text: `⋯ ${gap.text}`, gap: true });
      if (gap.pings > 0) words.push({ y: y + lift, text: `${gap.pings} PINGs`, gap: true });
    }
    const width = Number(this.#gutter.attr('width'));
    this.#gutter
      .select<SVGGElement>('.ticks')
      .selectAll<SVGTextElement, Tick & { gap?: boolean }>('text')
      .data(words, (tick) => `${tick.y} ${tick.text}`)
      .join('text')
      .attr('class', (tick) => (tick.gap === true ? 'tick gap' : 'tick'))
      .attr('x', width - 12)
      .attr('y', (tick) => tick.y - list.top)
      .attr('dy', '0.35em')
      .text((tick) => tick.text);
  }
}

/** A name that has the words that are seen: who speaks to a computer says those. */
function nameWith(seen: string, name: string): string {
  const words = seen.replace(/…$/, '');
  return name.replace(/\s+/g, ' ').includes(words) ? name : `${words}; ${name}`;
}

/** A cross for what is broken, a bolt for a fault, a bar for what is only said. */
function flagPath({ tone, y }: Flag): string {
  if (tone === 'broken') return `M9 ${y - 4}l7 7m0-7l-7 7`;
  if (tone === 'fault') return `M13.5 ${y - 6.5}l-4.5 7h3.4l-1.3 5l5.4-7h-3.6Z`;
  return `M12.5 ${y - 4.5}v8`;
}
