/** The page begins here. */
import './theme/style.css';
import { startTheme } from './theme/theme.ts';
import { BytesView } from './view/bytes-view.ts';
import { Inspector } from './view/inspector.ts';
import { SequencePane } from './view/sequence-pane.ts';
import { Viewer } from './view/viewer.ts';

startTheme();
// The package promises that no module has side effects, so elements are named here and not where they are written.
customElements.define('amber-bytes', BytesView);
customElements.define('amber-inspector', Inspector);
customElements.define('amber-sequence', SequencePane);
customElements.define('amber-viewer', Viewer);
document.body.append(document.createElement('amber-viewer'));
