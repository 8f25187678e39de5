/** The bar over the picture: views, playback, zoom, filter, and the ways to what went wrong. */
import { html, nothing, type TemplateResult } from 'lit';
import { momentText } from '../layout/time-text.ts';
import type { Overview } from '../worker/overview.ts';
import type { FilterEvent } from './filter-box.ts';
import { laneMenu } from './lane-menu.ts';
import { VIEW_NAMES, VIEW_TITLES } from './link.ts';
import { SPEEDS } from './playback.ts';
import type { Viewer } from './viewer.ts';

const SPEED_WORDS = SPEEDS.map((speed) => `${speed.toLocaleString('en')}×`);

export function toolBar(viewer: Viewer, overview: Overview): TemplateResult {
  return html`<div class="tools" role="region" aria-label="Views, playback, zoom and filter">
    ${viewCluster(viewer)} ${viewer.live ? liveCluster(viewer) : nothing} ${playbackCluster(viewer)} ${zoomCluster(viewer)} ${viewer.view === 'sequence' ? laneMenu(viewer, overview) : nothing} ${filterBox(viewer)} ${jumps(viewer, overview)}
  </div>`;
}

function viewCluster(viewer: Viewer): TemplateResult {
  return html`<div class="cluster views" role="group" aria-label="View">
    ${VIEW_NAMES.map(
      (name, index) => html`<button
        type="button"
        class="button"
        aria-pressed=${viewer.view === name}
        title="${VIEW_TITLES[name]} (${index + 1})"
        @click=${() => {
          viewer.view = name;
        }}
      >${VIEW_TITLES[name]}</button>`,
    )}
  </div>`;
}

function liveCluster(viewer: Viewer): TemplateResult {
  return html`<div class="cluster" role="group" aria-label="Live">
    <button
      type="button"
      class="button"
      aria-pressed=${viewer.follow}
      title="Keep in view what happens (L)"
      @click=${() => viewer.head.followLive(!viewer.follow)}
    >Follow</button>
    <button type="button" class="button" title="Stop watching; what happened until now stays" @click=${() => viewer.reading.stop()}>Stop</button>
  </div>`;
}

function playbackCluster(viewer: Viewer): TemplateResult {
  const { playback } = viewer.head;
  const byEvents = playback.pace === 'events';
  return html`<div class="cluster">
    <button type="button" class="button icon" aria-label="Previous event" title="Previous event (←)" @click=${() => void viewer.head.jump('drawn', -1)}>←</button>
    <button type="button" class="button icon" aria-label=${playback.plays ? 'Pause' : 'Play'} title="Play or pause (Space)" @click=${() => playback.toggle()}>${playback.plays ? '⏸' : '▶'}</button>
    <button type="button" class="button icon" aria-label="Next event" title="Next event (→)" @click=${() => void viewer.head.jump('drawn')}>→</button>
    <label class="button select">
      <span class="visually-hidden">Speed</span>
      <select
        title=${byEvents ? 'Events: at 1× two a second' : 'Virtual seconds a second'}
        @change=${(event: Event) => {
          playback.speed = Number((event.target as HTMLSelectElement).value);
          viewer.requestUpdate();
        }}
      >
        ${SPEEDS.map((speed, at) => html`<option value=${speed} ?selected=${speed === playback.speed}>${SPEED_WORDS[at]}</option>`)}
      </select>
    </label>
    <button
      type="button"
      class="button"
      aria-pressed=${byEvents}
      title="Play event by event, or as time passes (P)"
      @click=${() => {
        playback.pace = byEvents ? 'time' : 'events';
        viewer.requestUpdate();
      }}
    >${byEvents ? 'events' : 'time'}</button>
    <output class="button clock" aria-label="Virtual time">${momentText(viewer.time)}</output>
  </div>`;
}

function filterBox(viewer: Viewer): TemplateResult {
  return html`<amber-filter
    .desk=${viewer.desk}
    .trace=${viewer.trace}
    .edition=${viewer.edition}
    .text=${viewer.filter}
    .mode=${viewer.filterMode}
    @filter=${({ text, mode }: FilterEvent) => {
      viewer.filter = text;
      viewer.filterMode = mode;
      viewer.filterEdition++;
    }}
    @leave=${() => viewer.focusView()}
  ></amber-filter>`;
}

/** Nothing of a view that has one size. */
function zoomCluster(viewer: Viewer): TemplateResult | typeof nothing {
  const zoom = viewer.view === 'sequence' ? viewer.zoom : viewer.zoomable?.zoom;
  if (zoom === undefined) return nothing;
  return html`<div class="cluster zoom">
    <button type="button" class="button icon" aria-label="Zoom out" title="Zoom out (-)" @click=${() => viewer.zoomBy(-1)}>−</button>
    <button type="button" class="button reading" title="Usual size" @click=${() => viewer.zoomBy(0)}>${percent(zoom)}</button>
    <button type="button" class="button icon" aria-label="Zoom in" title="Zoom in (+)" @click=${() => viewer.zoomBy(1)}>+</button>
    <button type="button" class="button" title="All of it in one view (0)" @click=${() => viewer.zoomable?.fitAll()}>Fit</button>
  </div>`;
}

function jumps(viewer: Viewer, { faults, broken }: Overview): TemplateResult {
  const open = viewer.panel === 'promises';
  return html`<div class="cluster jumps">
    <button type="button" class="button" ?disabled=${faults === 0} title="Next fault (F)" @click=${() => void viewer.head.jump('fault')}>
      <span class="sign" aria-hidden="true">⚡</span>${faults.toLocaleString('en')}<span class="word">&nbsp;${faults === 1 ? 'fault' : 'faults'}</span>
    </button>
    <button type="button" class="button ${broken > 0 ? 'alarm' : ''}" ?disabled=${broken === 0} title="Next broken promise (V)" @click=${() => void viewer.head.jump('violation')}>
      <span class="sign" aria-hidden="true">✕</span>${broken.toLocaleString('en')}<span class="word">&nbsp;broken</span>
    </button>
    <button type="button" class="button" aria-pressed=${open} title="Every promise and how it went (M)" @click=${() => viewer.togglePromises()}>
      <span class="sign" aria-hidden="true">✓</span><span class="word">Promises</span>
    </button>
  </div>`;
}

/** Two digits are enough of any zoom, also of one far below a percent. */
function percent(zoom: number): string {
  return `${zoom < 0.1 ? Number((zoom * 100).toPrecision(2)) : Math.round(zoom * 100)} %`;
}
