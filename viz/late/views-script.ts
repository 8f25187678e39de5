/**
 * The script of the views that a first picture does without: it names their elements and leaves their style sheets for the viewers of
 * the page.
 */
import compare from '../theme/compare.css?inline';
import table from '../theme/table.css?inline';
import topology from '../theme/topology.css?inline';
import { EventTable } from '../view/event-table.ts';
import { LedgerView } from '../view/ledger-view.ts';
import { PromisesView } from '../view/promises-view.ts';
import { RawView } from '../view/raw-view.ts';
import { StateView } from '../view/state-view.ts';
import { TopologyView } from '../view/topology-view.ts';
import { TraceCompare } from '../view/trace-compare.ts';
import { WhyView } from '../view/why-view.ts';
import type { LateViews } from './late-views.ts';

customElements.define('amber-compare', TraceCompare);
customElements.define('amber-ledger', LedgerView);
customElements.define('amber-promises', PromisesView);
customElements.define('amber-raw', RawView);
customElements.define('amber-state', StateView);
customElements.define('amber-table', EventTable);
customElements.define('amber-topology', TopologyView);
customElements.define('amber-why', WhyView);

(window as unknown as { amberLateViews: LateViews }).amberLateViews = { styles: [table, topology, compare] };
