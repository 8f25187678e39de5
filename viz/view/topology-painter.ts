/** Draws a moment of a topology as SVG with d3, and its packets on a canvas when they are many. */
import { type Selection, select, type ZoomTransform, zoomIdentity } from 'd3';
import { shapeOf } from '../layout/dot-shapes.ts';
import type { FaultSign } from '../layout/fault-signs.ts';
import type { Station, TopologyPlan } from '../layout/topology.ts';
import type { Dot, EdgeLook, StationLook, TopologyPicture } from '../layout/topology-picture.ts';
import type { Places } from '../layout/topology-places.ts';
import type { Way } from '../layout/topology-ways.ts';
import { CrowdPainter } from './crowd-painter.ts';

/** More packets than this are drawn on the canvas: each is a shape of its own in SVG. */
const SVG_DOTS_MAX = 120;

/** What is selected: the way of a packet, or a station. */
export interface Marked {
  from: number;
  to: number;
  sent: number;
}

type Group = Selection<SVGGElement, unknown, null, undefined>;

export class TopologyPainter {
  readonly #svg: Selection<SVGSVGElement, unknown, null, undefined>;
  readonly #map: Group;
  readonly #layers = new Map<string, Group>();
  readonly #canvas: HTMLCanvasElement;
  readonly #crowd: CrowdPainter;
  #plan: TopologyPlan | undefined;
  #places: Places | undefined;
  #transform: ZoomTransform = zoomIdentity;

  constructor(svg: SVGSVGElement, canvas: HTMLCanvasElement) {
    this.#svg = select(svg);
    this.#map = this.#svg.append('g');
    this.#canvas = canvas;
    this.#crowd = new CrowdPainter(canvas);
    for (const name of ['paths', 'edges', 'stations', 'names', 'signs', 'dots', 'labels']) {
      this.#layers.set(name, this.#map.append('g').attr('class', name));
    }
    for (const name of ['paths', 'edges', 'names', 'dots', 'labels'])
      this.#layer(name).attr('aria-hidden', 'true');
  }

  #layer(name: string): Group {
    return this.#layers.get(name)!;
  }

  /** What does not change with time. */
  place(plan: TopologyPlan, places: Places): void {
    this.#plan = plan;
    this.#places = places;
    const { width, height, scale } = places;
    this.#svg
      .classed('roomy', scale > 1)
      .attr('viewBox', `0 0 ${width} ${height}`)
      .attr('width', width)
      .attr('height', height);
    this.#layer('edges')
      .selectAll<SVGPathElement, Way>('path')
      .data(places.ways)
      .join('path')
      .attr('d', (way) => wayPath(way, places.upright));
    this.#layer('stations')
      .selectAll<SVGGElement, Station>('g')
      .data(plan.stations)
      .join((enter) => {
        const group = enter.append('g').attr('role', 'button').attr('tabindex', 0);
        // How it stands is said with the moment.
        group.attr('aria-label', ({ title }) => title);
        group.append('rect').attr('class', 'behind');
        group.append('rect').attr('class', 'box');
        return group;
      })
      .attr('data-station', ({ index }) => index)
      .attr('transform', ({ index }) => `translate(${places.spots[index]!.x} ${places.spots[index]!.y})`)
      .each(function (station) {
        const spot = places.spots[station.index]!;
        const group = select(this);
        group
          .selectAll('.box, .behind')
          .attr('x', -spot.width / 2)
          .attr('y', -spot.height / 2)
          .attr('width', spot.width)
          .attr('height', spot.height)
          .attr('rx', 8);
        group
          .select('.behind')
          .attr('transform', 'translate(4 4)')
          .attr('display', station.size > 1 ? null : 'none');
      });
    // Its words are heard as the name of the box.
    this.#layer('names')
      .selectAll<SVGGElement, Station>('g')
      .data(plan.stations)
      .join((enter) => {
        const group = enter.append('g');
        group.append('text').attr('class', 'title');
        group.append('text').attr('class', 'condition');
        return group;
      })
      .attr('transform', ({ index }) => `translate(${places.spots[index]!.x} ${places.spots[index]!.y})`)
      .each(function ({ index, title }) {
        const { compact, width } = places.spots[index]!;
        const name = select(this)
          .select<SVGTextElement>('.title')
          .attr('y', compact ? 4 : -3 * places.scale);
        write(name.node()!, title, width - 12);
        select(this)
          .select('.condition')
          .attr('y', 13 * places.scale)
          .attr('display', compact ? 'none' : null);
      });
  }

  /** Where the map is seen from; its packets follow with the next moment that is painted. */
  look(transform: ZoomTransform): void {
    this.#transform = transform;
    this.#map.attr('transform', `${transform}`);
  }

  /** What is at one moment, once there is something to draw on. */
  paint(picture: TopologyPicture, marked: Marked): void {
    const plan = this.#plan;
    const places = this.#places;
    if (plan === undefined || places === undefined) return;
    this.#paintEdges(picture.edges);
    this.#paintStations(picture.stations, marked);
    this.#paintSigns(picture.signs);
    this.#paintPath(plan, places, marked);
    const many = picture.dots.length > SVG_DOTS_MAX;
    this.#paintDots(many ? [] : picture.dots, marked);
    this.#paintCanvas(many ? picture.dots : [], places, marked);
    this.#paintLabels(picture.dots);
  }

  #paintEdges(looks: readonly EdgeLook[]): void {
    this.#layer('edges')
      .selectAll<SVGPathElement, EdgeLook>('path')
      .data(looks)
      .attr('class', ({ state, faults }) => `edge ${state}${faults.length > 0 ? ' struck' : ''}`);
  }

  #paintStations(looks: readonly StationLook[], marked: Marked): void {
    const { stations } = this.#plan!;
    const { spots, scale } = this.#places!;
    const classOf = ({ index, side, size }: Station): string => {
      const { state, faults } = looks[index]!;
      const struck = faults.length > 0 ? 'struck' : '';
      const chosen = marked.sent === 0 && marked.from === index ? 'marked' : '';
      return `station ${side} ${size > 1 ? 'crowd' : ''} ${state} ${struck} ${chosen}`;
    };
    this.#layer('stations')
      .selectChildren<SVGGElement, Station>('g')
      .attr('class', classOf)
      .attr('aria-label', ({ index }) => stationName(stations[index]!, looks[index]!));
    this.#layer('names')
      .selectChildren<SVGGElement, Station>('g')
      .attr('class', classOf)
      .select<SVGTextElement>('.condition')
      .text(({ index }) => {
        const { text, faults } = looks[index]!;
        const words = faults.at(-1)?.name ?? (text || stations[index]!.subtitle);
        return clipped(words, spots[index]!.width, 5.8 * scale);
      });
  }

  #paintSigns(signs: readonly FaultSign[]): void {
    this.#layer('signs')
      .selectAll<SVGGElement, FaultSign>('g')
      .data(signs, ({ fault }) => fault.i)
      .join((enter) => {
        const group = enter
          .append('g')
          .attr('class', 'fault-sign')
          .attr('role', 'button')
          .attr('tabindex', 0);
        group.append('rect').attr('rx', 4);
        group.append('text').attr('dy', '0.34em');
        return group;
      })
      .attr('data-i', ({ fault }) => fault.i)
      .attr('aria-label', ({ fault }) => `fault: ${fault.name}: ${fault.text}`)
      .attr('transform', ({ x, y }) => `translate(${x} ${y})`)
      .each(function ({ width, height, fault }) {
        select(this).select('rect').attr('width', width).attr('height', height);
        select(this)
          .select('text')
          .attr('x', width / 2)
          .attr('y', height / 2)
          .text(fault.name);
      });
  }

  /** From the sender to the receiver of the selected packet. */
  #paintPath({ edges }: TopologyPlan, { ways }: Places, { from, to }: Marked): void {
    const edge = edges.find(({ a, b }) => (a === from && b === to) || (a === to && b === from));
    this.#layer('paths')
      .selectAll<SVGPathElement, Way>('path')
      .data(edge === undefined ? [] : [ways[edge.index]!])
      .join('path')
      .attr('class', 'path')
      .attr('d', ({ x1, y1, x2, y2 }) => `M${x1} ${y1}L${x2} ${y2}`);
  }

  #paintDots(dots: readonly Dot[], marked: Marked): void {
    const { scale } = this.#places!;
    this.#layer('dots')
      .selectAll<SVGGElement, Dot>('g')
      .data(dots, ({ i }) => i)
      .join((enter) => {
        const group = enter.append('g');
        group.append('circle').attr('class', 'halo').attr('r', 11);
        group.append('path');
        return group;
      })
      .attr('class', (dot) => dotClass(dot, marked))
      .attr('data-i', ({ i }) => i)
      .attr('transform', ({ x, y }) => `translate(${tenth(x)} ${tenth(y)}) scale(${scale})`)
      .select('path')
      .attr('d', (dot) => shapeOf(dot));
  }

  #paintLabels(dots: readonly Dot[]): void {
    this.#layer('labels')
      .selectAll<SVGTextElement, Dot>('text')
      .data(
        dots.filter(({ label }) => label !== undefined),
        ({ i }) => i,
      )
      .join('text')
      .attr('class', ({ state }) => `dot-label ${state}`)
      .attr('data-i', ({ i }) => i)
      .attr('x', ({ label }) => label!.x)
      .attr('y', ({ label }) => label!.y + 11.5)
      .text(({ label }) => label!.text);
  }

  #paintCanvas(dots: readonly Dot[], places: Places, marked: Marked): void {
    const canvas = this.#canvas;
    canvas.hidden = dots.length === 0;
    if (dots.length > 0) this.#crowd.paint(dots, places, this.#transform, marked.sent);
  }
}

function dotClass({ i, family, state, accused }: Dot, marked: Marked): string {
  return `dot ${family} ${state} ${accused ? 'accused' : ''} ${i === marked.sent ? 'marked' : ''}`;
}

function stationName({ title, subtitle }: Station, { state, text, faults }: StationLook): string {
  const words = [title, subtitle, state === 'up' ? 'up' : '', text, ...faults.map(({ name }) => name)];
  return words.filter((word) => word !== '').join(', ');
}

/** A line, or the outline of a stream. */
function wayPath({ x1, y1, x2, y2, broad1, broad2 }: Way, upright: boolean): string {
  if (broad1 + broad2 === 0) return `M${x1} ${y1}L${x2} ${y2}`;
  const [ax, ay] = upright ? [broad1 / 2, 0] : [0, broad1 / 2];
  const [bx, by] = upright ? [broad2 / 2, 0] : [0, broad2 / 2];
  return `M${x1 - ax} ${y1 - ay}L${x2 - bx} ${y2 - by}L${x2 + bx} ${y2 + by}L${x1 + ax} ${y1 + ay}Z`;
}

/** Writes as much of a text as there is room for. */
function write(element: SVGTextElement, text: string, width: number): void {
  element.textContent = text;
  const length = element.getComputedTextLength();
  if (length > width) element.textContent = clipped(text, width, length / text.length);
}

/** `text`, shortened in its middle to a width at so many pixels a letter: names often differ at their ends. */
function clipped(text: string, width: number, letter: number): string {
  const most = Math.max(3, Math.floor((width - 10) / letter));
  if (text.length <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (most - 1 - head))}`;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
