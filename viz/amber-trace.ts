/**
 * The element `<amber-trace src="run.amber.jsonl.gz">`: a viewer of one trace, in any page and as often as one likes. With the
 * attribute `page` it is the page: it takes the keys, the files that are dropped, and its place from the address.
 */
import { SequencePane } from './view/sequence-pane.ts';
import { Viewer } from './view/viewer.ts';

// The package promises that no module has side effects, so elements are named here and not where they are written.
customElements.define('amber-sequence', SequencePane);
customElements.define('amber-trace', Viewer);
