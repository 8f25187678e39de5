/** The place of the pane that runs stories, beside the view. */
import { html, type TemplateResult } from 'lit';
import type { RunEvent } from '../run/run-event.ts';
import type { Viewer } from './viewer.ts';

export function runDrawer(viewer: Viewer): TemplateResult {
  const { runs, desk, trace, edition, selected, time, overview } = viewer;
  return html`<amber-run
    .runs=${runs}
    .going=${runs.going}
    .told=${runs.progress}
    .outcome=${runs.outcome}
    .desk=${desk}
    .trace=${overview === undefined ? 0 : trace}
    .edition=${edition}
    .selected=${selected}
    .time=${time}
    .header=${overview?.header}
    .wanted=${runs.wanted}
    @run=${({ request, fault }: RunEvent) => viewer.runs.change(request, fault)}
    @stop=${() => runs.stop()}
    @leave=${() => {
      void runs.toggle();
      viewer.focusView();
    }}
  ></amber-run>`;
}
