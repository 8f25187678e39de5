/** From a trace to a display list. Pure: runs in a page, in a worker and in the command line. */
export type * from './display-list.ts';
export { FAMILY_STYLES, type Family, type FamilyStyle } from './family.ts';
export type { Lane } from './roster.ts';
export { buildScene, type Scene, type Stage, stage } from './scene.ts';
export { layoutSequence } from './sequence.ts';
export { readStory, type Story, type TraceContent } from './story.ts';
export { type TextMeasure, type TextStyle, tableMeasure } from './text-measure.ts';
