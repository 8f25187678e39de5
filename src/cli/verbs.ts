/** The one table of what `amber` can do: dispatch, help and option parsing all read it. */
import { networkVerbs } from './network-verbs.ts';
import { storyVerbs } from './story-verbs.ts';
import { traceVerbs } from './trace-verbs.ts';
import type { VerbTable } from './verb.ts';

/** In the order of help. */
export const verbs: VerbTable = { ...storyVerbs, ...traceVerbs, ...networkVerbs };
