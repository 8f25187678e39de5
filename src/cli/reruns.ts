/** Which of the runs that failed are run again, alone and with everything recorded, and saved. */
import type { SeedRecord } from '../runner/seed-record.ts';

/** One bug fails thousands of times. */
const RERUNS_LIMIT = 20;

/** A thread that had to be ended would have to be again. */
export function canBeRerun(outcome: SeedRecord['outcome']): boolean {
  return outcome !== 'stuck' && outcome !== 'died' && outcome !== 'bug';
}

/** The first of each group, then the second, as far as the limit goes; the first by number, whichever thread was done with its seed first. */
export function chooseReruns(records: readonly SeedRecord[], files: readonly string[]): SeedRecord[] {
  const inOrder = [...records].sort(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || Number(a.seed) - Number(b.seed),
  );
  const groups = new Map<string, SeedRecord[]>();
  for (const record of inOrder) {
    if (!canBeRerun(record.outcome)) continue;
    const key = `${record.file}\n${record.broke}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [record]);
    else group.push(record);
  }
  const chosen: SeedRecord[] = [];
  for (let round = 0; chosen.length < RERUNS_LIMIT; round++) {
    const before = chosen.length;
    for (const group of groups.values()) {
      const record = group[round];
      if (record !== undefined && chosen.length < RERUNS_LIMIT) chosen.push(record);
    }
    if (chosen.length === before) break;
  }
  return chosen;
}
