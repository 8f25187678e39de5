/** The strip below a diagram: the whole trace in so many pixels. */
import type { Axis } from '../../layout/axis-kind.ts';
import { layoutMinimap, type Minimap } from '../../layout/minimap.ts';
import type { Stages, Staging } from '../stages.ts';

export class MinimapAnswers {
  readonly #stages: Stages;

  constructor(stages: Stages) {
    this.#stages = stages;
  }

  /** `staging` is that of the diagram, so that both count the same. */
  picture(trace: number, staging: Staging, axis: Axis, width: number): Minimap {
    return layoutMinimap(this.#stages.of(trace, staging), axis, width);
  }
}
