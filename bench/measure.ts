/** How much a row measures: enough for a figure that means something, or just enough to see that the row still runs. */
export type Pace = 'full' | 'smoke';

/** One figure of a bench: what was measured, how much of it a second (or what it cost), and beside whom. */
export interface Row {
  what: string;
  /** Median over the rounds. */
  value: number;
  unit: string;
  /** The peer measured in the same run, and how many times better we are: above 1 is better. */
  peer?: Peer;
  aim?: Aim;
}

export interface Peer {
  name: string;
  value: number;
  ratio: number;
}

/** What a figure has to reach, and what we are here for; where the floor is not below the goal, less is better. */
export interface Aim {
  /** Row of the goals; absent where the aim is of another kind. */
  row?: number;
  floor: number;
  goal: number;
  /** What the figure would be on the machine that the aim was written on, where the speed of the machine is in it. */
  scaled?: number;
  /** It is the ratio to the peer that has to reach them. */
  of?: 'ratio';
}

/** The figure that has to reach the aim of a row. */
export function aimed({ value, peer, aim }: Row): number {
  return aim?.of === 'ratio' ? peer!.ratio : (aim?.scaled ?? value);
}

/** How many times better than an aim a figure is: at 1 it is reached. */
export function timesOf(figure: number, aim: number, { floor, goal }: Aim): number {
  return goal > floor ? figure / aim : aim / figure;
}

/**
 * Milliseconds of processor time that this process has used, its helping threads included (the collector's, the
 * compiler's). On a machine that others use too it is more honest than the time on the wall; that others empty the caches
 * meanwhile it does not hide.
 */
export function cpuMillis(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Runs `work` once to warm up and then `rounds` times; the median of what it did a second. */
export async function rateOf(rounds: number, work: () => Promise<number>): Promise<number> {
  await work();
  const rates: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const done = await work();
    rates.push((done * 1000) / (performance.now() - start));
  }
  return median(rates);
}

export function beside(what: string, unit: string, ours: number, name: string, theirs: number): Row {
  return { what, value: ours, unit, peer: { name, value: theirs, ratio: ours / theirs } };
}
