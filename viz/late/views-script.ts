/**
 * The script of what a first picture does without: it names the elements of other views, of the strip below and the filter above, of
 * panels and dialogs, leaves their style sheets for the viewers of the page, knows what each key does, and makes the files that a
 * reader takes along.
 */
import compare from '../theme/compare.css?inline';
import dialogs from '../theme/dialogs.css?inline';
import filter from '../theme/filter.css?inline';
import minimap from '../theme/minimap.css?inline';
import panel from '../theme/panel.css?inline';
import table from '../theme/table.css?inline';
import topology from '../theme/topology.css?inline';
import { BytesView } from '../view/bytes-view.ts';
import { deedsOf } from '../view/deeds.ts';
import { EventTable } from '../view/event-table.ts';
import { takeAlong } from '../view/exports.ts';
import { FilterBox } from '../view/filter-box.ts';
import { Help } from '../view/help.ts';
import { Inspector } from '../view/inspector.ts';
import { Keyboard } from '../view/keyboard.ts';
import { LedgerView } from '../view/ledger-view.ts';
import { MinimapStrip } from '../view/minimap.ts';
import { Palette } from '../view/palette.ts';
import { PromisesView } from '../view/promises-view.ts';
import { RawView } from '../view/raw-view.ts';
import { StateView } from '../view/state-view.ts';
import { TopologyView } from '../view/topology-view.ts';
import { TraceCompare } from '../view/trace-compare.ts';
import { WhyView } from '../view/why-view.ts';
import type { LateViews } from './late-views.ts';

customElements.define('amber-bytes', BytesView);
customElements.define('amber-compare', TraceCompare);
customElements.define('amber-filter', FilterBox);
customElements.define('amber-help', Help);
customElements.define('amber-inspector', Inspector);
customElements.define('amber-ledger', LedgerView);
customElements.define('amber-minimap', MinimapStrip);
customElements.define('amber-palette', Palette);
customElements.define('amber-promises', PromisesView);
customElements.define('amber-raw', RawView);
customElements.define('amber-state', StateView);
customElements.define('amber-table', EventTable);
customElements.define('amber-topology', TopologyView);
customElements.define('amber-why', WhyView);

(window as unknown as { amberLateViews: LateViews }).amberLateViews = {
  styles: [filter, minimap, panel, dialogs, table, topology, compare],
  takeAlong,
  keyboardOf: (viewer) => new Keyboard(() => viewer.renderRoot, deedsOf(viewer)),
};
