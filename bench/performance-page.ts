/** docs/performance.md, written from what was measured: nobody edits the figures. */
import { FAMILIES, type Family } from './families.ts';
import { aimed, type Row, timesOf } from './measure.ts';
import type { MeasuredFamily, Measurement } from './measurement.ts';
import { figure } from './report.ts';

/** Of the goals. */
const ROWS = 20;

export function performancePage(measurement: Measurement): string {
  const sections = Object.entries(FAMILIES).map(([name, family]) => section(name, family, measurement[name]));
  return `${[INTRODUCTION, aimSection(measurement), ...sections].join('\n\n')}\n`;
}

const INTRODUCTION = `# Performance

\`npm run bench -- --write\` measures everything, each family in a process of its own, beside a peer in the same run wherever there is one, keeps the figures in
\`bench/measured.json\` and writes this page from them; do not edit it. \`npm run bench -- NAME...\` measures some families and prints them, \`--json FILE\` writes them down elsewhere, and \`--smoke\` only checks that every row
still runs and that nothing changed that does not depend on the machine, as the tests do. A timing is never part of a test.

A figure alone says more of the machine than of the code. Where the speed of the machine is in a figure that has something to reach, it is first scaled by CAL, the cost of one
event of a plain binary heap: 159 ns on the machine for which floors and goals were written. It is measured before and after a family in processes that do nothing else, by the
time of the processor, and the least counts, for a busy moment would flatter what is scaled by it; a family that tells no CAL was scaled by such a heap in its own process. Times
are above 1 when a floor or goal is reached. *Load* is how many processes wanted to run before and after: above the number of cores others took part, and figures on the wall
are lower bounds.`;

interface Aimed {
  readonly row: Row;
  readonly number: number;
}

function aimSection(measurement: Measurement): string {
  const all: Aimed[] = Object.keys(FAMILIES)
    .flatMap((name) => measurement[name]?.rows ?? [])
    .flatMap((row) => (row.aim?.row === undefined ? [] : [{ row, number: row.aim.row }]))
    .sort((one, other) => one.number - other.number);
  const holds = ({ row }: Aimed): boolean => timesOf(aimed(row), row.aim!.floor, row.aim!) >= 1;
  const reaches = ({ row }: Aimed): boolean => timesOf(aimed(row), row.aim!.goal, row.aim!) >= 1;
  const numbers = Array.from({ length: ROWS }, (_, at) => at + 1);
  const of = (number: number): Aimed[] => all.filter((each) => each.number === number);
  const measured = numbers.filter((number) => of(number).length > 0);
  const missing = numbers.filter((number) => of(number).length === 0);
  const whole = (holding: (each: Aimed) => boolean): number =>
    measured.filter((number) => of(number).every(holding)).length;
  const lines = all.map((each) => {
    const { row, number } = each;
    const aim = row.aim!;
    const value =
      aim.of === 'ratio'
        ? `${figure(row.peer!.ratio)}x ${row.peer!.name}`
        : `${figure(row.value)} ${row.unit}`;
    const scaled = aim.scaled === undefined ? '' : figure(aim.scaled);
    const times = (to: number): string => `${timesOf(aimed(row), to, aim).toFixed(2)}x`;
    return `| ${number} | ${row.what} | ${value} | ${scaled} | ${mark(figure(aim.floor), times(aim.floor), holds(each))} | ${mark(figure(aim.goal), times(aim.goal), reaches(each))} |`;
  });
  const not = missing.length === 0 ? '' : ` Not measured: row ${missing.join(', ')}.`;
  return `## What is to be reached

Of ${measured.length} rows the floor holds in ${whole(holds)} and the goal is reached in ${whole(reaches)}, every figure of a row counted.${not}

| row | what | measured | scaled | floor | goal |
|---|---|---|---|---|---|
${lines.join('\n')}`;
}

function mark(aim: string, times: string, reached: boolean): string {
  return reached ? `${aim} (${times})` : `**${aim} (${times})**`;
}

function section(name: string, { title, about, profile }: Family, found: MeasuredFamily | undefined): string {
  const head = `## ${title}\n\n\`npm run bench -- ${name}\`. ${about}`;
  if (found === undefined) return `${head}\n\nNot measured yet.`;
  const { day, machine, node, load, cal, rows, failure } = found;
  const measure = cal === undefined ? '' : `, CAL ${figure(cal)} ns`;
  const when = `${machine}, Node ${node}, ${day}, load ${load[0]} to ${load[1]}${measure}.`;
  if (failure !== undefined) return `${head}\n\n${when} Not measured: ${failure}.`;
  const lines = rows.map(({ what, value, unit, peer }) => {
    const beside = peer === undefined ? '' : `${peer.ratio.toFixed(2)}x ${peer.name} (${figure(peer.value)})`;
    return `| ${what} | ${figure(value)} ${unit} | ${beside} |`;
  });
  return `${head}\n\n${when}\n\n| | measured | beside |\n|---|---|---|\n${lines.join('\n')}${profile === undefined ? '' : `\n\n${profile}`}`;
}
