/** The page of the playground. The viewer beside the editor is the element of `amber-trace.js`, which the page loads by itself. */
import { Playground } from './playground.ts';

customElements.define('amber-playground', Playground);
