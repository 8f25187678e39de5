/** In which order files of tests begin: what takes long is not left for the end, where it would hold one core while the others idle. */
import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** What takes longest, longest first. */
const LONG = [
  'viz/lessons/lesson-page',
  'bench/smoke',
  'viz/viewer',
  'viz/site/site',
  'sims/hosted',
  'cli/sweep',
  'viz/views',
  'cli/amber',
  'zoo/zoo',
  'chaos',
  'cli/exhaust',
  'viz/inspector',
  'determinism',
];
/** Of short files: they fill what is left. */
const LAST = ['lessons', 'modules'];

export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification): number => {
      const at = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      if (at >= 0) return at;
      return LONG.length + (LAST.includes(project.name) ? 1 : 0);
    };
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}
