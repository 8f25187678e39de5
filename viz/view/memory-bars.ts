/**
 * Draws what is held of deliveries below the packets of a viewer, once somebody asks for it. Until then it costs nothing: it is no part of
 * the script of the viewer.
 */
import { render, svg, type TemplateResult } from 'lit';
import type { TraceEvent } from '../../src/trace/event.ts';
import { TraceReader } from '../../src/trace/reader.ts';
import { LINE_PITCH, type Words } from '../layout/broken-words.ts';
import type { Whole } from '../layout/clear-edge.ts';
import { type Memories, memoriesOf } from '../layout/memory.ts';
import { BAR_AIR, BAR_WIDTH, type MemoryBar } from '../layout/memory-bars.ts';
import { layoutMemory, type MemorySign, RING, STOP } from '../layout/memory-layout.ts';
import sheet from '../theme/memory.css?inline';
import type { Window } from '../worker/answers/sequence-answers.ts';
import { measureWith } from '../worker/font-measure.ts';
import { fontsOf } from './fonts.ts';
import type { DrawnEvent } from './sequence-events.ts';
import type { Viewer } from './viewer.ts';

export class MemoryBars {
  readonly #viewer: Viewer;
  #memories: Memories | undefined;
  /** What is drawn of the diagram. */
  #list: Window | undefined;

  /** @param viewer that was drawn once */
  constructor(viewer: Viewer) {
    this.#viewer = viewer;
    const style = new CSSStyleSheet();
    style.replaceSync(sheet);
    viewer.adopt([style]);
    viewer.renderRoot.addEventListener('drawn', (event) => {
      const { list, wholes } = event as DrawnEvent;
      this.#list = list;
      wholes.push(...this.#draw());
    });
  }

  /** Another trace will be shown. */
  clear(): void {
    this.#memories = undefined;
    this.#list = undefined;
    this.#draw();
  }

  /**
   * Shows what is held in exchanges with one of some nodes, in the trace that the viewer has open.
   *
   * @throws {TraceError} when it cannot be read
   */
  async show(nodes: readonly string[]): Promise<void> {
    const from = this.#viewer.reading.source?.from;
    if (!(from instanceof Blob)) return;
    const events: TraceEvent[] = [];
    const reader = new TraceReader({ event: (event) => events.push(event) });
    reader.push(new Uint8Array(await from.arrayBuffer()));
    reader.end();
    this.#memories = memoriesOf(events, nodes);
    this.#draw();
  }

  /** What it draws, too, of which no half should be seen. */
  #draw(): readonly Whole[] {
    const ground = this.#viewer.renderRoot.querySelector<SVGSVGElement>('amber-sequence .ground');
    if (ground === null) return [];
    const layer = layerOf(ground);
    // The line of a moment lies between the two: it strikes through no words.
    const spoken = layerOf(this.#viewer.renderRoot.querySelector<SVGSVGElement>('amber-sequence .diagram')!);
    const list = this.#list;
    if (list === undefined || this.#memories === undefined) {
      for (const each of [layer, spoken]) render(svg``, each);
      return [];
    }
    const measure = measureWith(fontsOf(ground));
    const { bars, signs, words } = layoutMemory(list, this.#memories, ground.width.baseVal.value, measure);
    render(svg`${bars.map(barShape)}${signs.map(signShape)}`, layer);
    render(svg`${words.map(wordShape)}`, spoken);
    return words;
  }
}

/** The last part of a drawing, which the painter of the picture leaves alone. */
function layerOf(drawing: SVGSVGElement): SVGGElement {
  let layer = drawing.querySelector<SVGGElement>('.memory');
  if (layer === null) {
    layer = document.createElementNS('http://www.w3.org/2000/svg', 'g');
    layer.setAttribute('class', 'memory');
  }
  if (drawing.lastElementChild !== layer) drawing.append(layer);
  return layer;
}

/** Two that follow each other do not touch; what has no end has no line there. */
function barShape({ holds, name, open, width, x, y1, y2 }: MemoryBar): TemplateResult<2> {
  const height = Math.max(2, y2 - y1 - 2);
  const path = `M${x} ${y1 + 1 + height}v${-height}h${width}v${height}${open ? '' : 'z'}`;
  return svg`<path role="img" class="held ${holds}" aria-label=${name} d=${path}></path>`;
}

/** A way that ends, or a ring round a place of a bar. */
function signShape({ is, name, onward, x, y }: MemorySign): TemplateResult<2> {
  return svg`<path role="img" class=${is === 'taken' ? 'taken' : 'stopped'} aria-label=${name} d=${signPath(is, onward, x, y)}></path>`;
}

function signPath(is: MemorySign['is'], onward: 1 | -1, x: number, y: number): string {
  if (is === 'known') return `M${x + onward * 3} ${y}H${x + onward * STOP}m0 -6v12`;
  if (is !== 'taken') return '';
  const radius = BAR_WIDTH / 2 + RING;
  const left = x + onward * (BAR_AIR + BAR_WIDTH / 2) - radius;
  return `M${left} ${y}a${radius} ${radius} 0 1 1 ${2 * radius} 0a${radius} ${radius} 0 1 1 ${-2 * radius} 0`;
}

function wordShape({ height, lines, ofPacket, onward, width, x, y }: Words): TemplateResult<2> {
  const edge = onward > 0 ? 0 : width;
  return svg`<g class=${ofPacket ? 'said of-packet' : 'said'} aria-hidden="true" transform="translate(${x} ${y})"
    ><rect x="-2" y="1" rx="3" width=${width + 4} height=${height - 2}></rect
    >${lines.map((line, at) => svg`<text x=${edge} y=${11.5 + at * LINE_PITCH} text-anchor=${onward > 0 ? 'start' : 'end'} .textContent=${line}></text>`)}</g>`;
}
