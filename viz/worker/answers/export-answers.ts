/** A trace in the languages of other programs; what knows them is loaded first. */
import type { MermaidDiagram } from '../../export/mermaid.ts';
import type { Picture, PictureChoice } from '../../export/picture.ts';
import type { StretchChoice } from '../../export/stretch.ts';
import type { Exporters } from '../../late/exporters.ts';
import type { LatePlace } from '../../late/late-code.ts';
import { importScript } from '../import-script.ts';
import type { Traces } from '../traces.ts';

const scope = self as unknown as { amberExporters?: Exporters };

export class ExportAnswers {
  readonly #traces: Traces;

  constructor(traces: Traces) {
    this.#traces = traces;
  }

  get #exporters(): Exporters {
    if (scope.amberExporters === undefined) throw new Error('the script of exports was not loaded');
    return scope.amberExporters;
  }

  /** Loads the script of exports, once. */
  load(place: LatePlace): void {
    if (scope.amberExporters === undefined) importScript(place);
  }

  picture(trace: number, choice: PictureChoice): Picture {
    return this.#exporters.picture(this.#traces.story(trace), choice);
  }

  mermaid(trace: number, choice: StretchChoice): MermaidDiagram {
    return this.#exporters.mermaid(this.#traces.story(trace), choice);
  }

  capture(trace: number): Uint8Array {
    return this.#exporters.capture(this.#traces.story(trace));
  }
}
