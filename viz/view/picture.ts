/** The picture of a trace: the view that was chosen, and under it the strip that shows the whole. */
import { html, type TemplateResult } from 'lit';
import type { ActEvent } from '../run/acts.ts';
import type { PickEvent, SeekEvent, WindowEvent } from './sequence-events.ts';
import type { OtherEvent } from './trace-compare.ts';
import type { Viewer } from './viewer.ts';

export function picture(viewer: Viewer): TemplateResult {
  return html`<div class="picture">
    ${viewOf(viewer)}
    <amber-minimap
      .desk=${viewer.desk}
      .trace=${viewer.trace}
      .edition=${viewer.edition}
      .axis=${viewer.axis}
      .hiddenLanes=${viewer.hiddenLanes}
      .pings=${viewer.pings}
      .time=${viewer.time}
      .window=${viewer.view === 'sequence' ? viewer.window : undefined}
      .filter=${viewer.filter}
      .filterMode=${viewer.filterMode}
      .filterEdition=${viewer.filterEdition}
      .theme=${viewer.theme}
      @seek=${({ time }: SeekEvent) => viewer.head.seek(time)}
      @window=${({ window }: WindowEvent) => {
        viewer.window = window;
      }}
    ></amber-minimap>
  </div>`;
}

function viewOf(viewer: Viewer): TemplateResult {
  const onPick = ({ ordinal }: PickEvent): void => viewer.head.pick(ordinal);
  switch (viewer.view) {
    case 'table':
      return html`<amber-table
        .desk=${viewer.desk}
        .trace=${viewer.trace}
        .edition=${viewer.edition}
        .selected=${viewer.selected}
        .filter=${viewer.filter}
        .mode=${viewer.filterMode}
        .follow=${viewer.follow}
        @pick=${onPick}
      ></amber-table>`;
    case 'topology':
      return html`<amber-topology
        .desk=${viewer.desk}
        .trace=${viewer.trace}
        .edition=${viewer.edition}
        .time=${viewer.time}
        .selected=${viewer.selected}
        .acts=${viewer.page && location.protocol !== 'file:'}
        @pick=${onPick}
        @act=${({ act }: ActEvent) => void viewer.runs.act(act)}
        @zoomed=${() => viewer.takeZoom()}
      ></amber-topology>`;
    case 'compare':
      return html`<amber-compare
        .desk=${viewer.desk}
        .trace=${viewer.trace}
        .edition=${viewer.edition}
        .other=${viewer.other}
        .against=${viewer.against}
        .time=${viewer.time}
        .selected=${viewer.selected}
        @pick=${onPick}
        @drawn=${() => viewer.takeZoom()}
        @other=${({ trace, against }: OtherEvent) => {
          viewer.other = trace;
          viewer.against = against;
        }}
      ></amber-compare>`;
    case 'sequence':
      return html`<amber-sequence
        .desk=${viewer.desk}
        .trace=${viewer.trace}
        .edition=${viewer.edition}
        .selected=${viewer.selected}
        .zoom=${viewer.zoom}
        .axis=${viewer.axis}
        .hiddenLanes=${viewer.hiddenLanes}
        .pings=${viewer.pings}
        .time=${viewer.time > 0 ? viewer.time : undefined}
        .filter=${viewer.filter}
        .filterMode=${viewer.filterMode}
        .filterEdition=${viewer.filterEdition}
        .theme=${viewer.theme}
        .window=${viewer.window}
        .follow=${viewer.head.playback.plays || viewer.follow}
        @window=${({ window }: WindowEvent) => {
          viewer.window = window;
        }}
        @pick=${onPick}
        @drawn=${() => viewer.takeDrawn()}
      ></amber-sequence>`;
  }
}
