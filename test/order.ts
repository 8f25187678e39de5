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
  'adapters/vitest-imports',
  'cli/brokers',
  'viz/export/picture',
  'campaign/campaign',
  'cli/shrink',
  'runner/exhaust',
  'cli/compare',
];
/**
 * The others project by project, those with short files last, for they fill what is left: a worker that keeps its modules takes the next file only
 * where that is of the same project.
 */
const PROJECTS = ['viewer', 'engine', 'lessons', 'modules'];

export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification): number => {
      const at = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      if (at >= 0) return at;
      return LONG.length + PROJECTS.indexOf(project.name);
    };
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}
