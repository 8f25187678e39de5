/** Every row, one family after the other, as a table: `npm run bench [-- FAMILY...]`. */
import { codecRows } from './codec.ts';
import { endToEndRows } from './end-to-end.ts';
import { hostedRows } from './hosted.ts';
import type { Aim, Row } from './measure.ts';
import { pageRows } from './page.ts';
import { queueRows } from './queue.ts';
import { rerunRows } from './rerun.ts';
import { seedRows, workerRows, zooRows } from './seeds.ts';
import { serveRows } from './serve.ts';
import { simulationRows } from './simulation.ts';
import { startRows } from './start.ts';
import { topicRows } from './topic.ts';
import { viewerRows } from './viewer.ts';

const families: Readonly<Record<string, () => Row[] | Promise<Row[]>>> = {
  queue: queueRows,
  codec: codecRows,
  topic: topicRows,
  'end-to-end': endToEndRows,
  hosted: hostedRows,
  simulation: simulationRows,
  seeds: seedRows,
  sweep: workerRows,
  zoo: zooRows,
  start: startRows,
  serve: serveRows,
  viewer: viewerRows,
  page: pageRows,
  rerun: rerunRows,
};

function figure(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3);
}

function line({ what, value, unit, peer, aim }: Row): string {
  const ours = `${what.padEnd(46)} ${figure(value).padStart(12)} ${unit.padEnd(12)}`;
  const beside =
    peer === undefined ? '' : ` ${peer.ratio.toFixed(2).padStart(7)}x  ${peer.name} (${figure(peer.value)})`;
  return `${ours}${beside}${aim === undefined ? '' : ` ${reached(value, aim)}`}`.trimEnd();
}

/** `as 265 at the reference: floor 120 (2.21x), goal 300 (0.88x)`: above 1x it is reached. */
function reached(value: number, { floor, goal, scaled = value }: Aim): string {
  const times = (aim: number) => (goal >= floor ? scaled / aim : aim / scaled).toFixed(2);
  const said = scaled === value ? '' : `as ${figure(scaled)} at the reference: `;
  return `${said}floor ${figure(floor)} (${times(floor)}x), goal ${figure(goal)} (${times(goal)}x)`;
}

export async function main(asked: readonly string[]): Promise<number> {
  const unknown = asked.filter((name) => !(name in families));
  if (unknown.length > 0) {
    console.error(`bench: there is no ${unknown.join(', ')}; there are ${Object.keys(families).join(', ')}`);
    return 2;
  }
  console.log(
    `Node ${process.versions.node}, V8 ${process.versions.v8}; medians, and ratios to a peer in this process\n`,
  );
  for (const [name, rows] of Object.entries(families)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    for (const row of await rows()) console.log(line(row));
  }
  return 0;
}
