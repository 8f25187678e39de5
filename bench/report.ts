/** Rows as lines of a terminal. */
import { aimed, type Pace, type Row, timesOf } from './measure.ts';

export function figure(value: number): string {
  return Math.abs(value) >= 100 || Number.isInteger(value)
    ? Math.round(value).toLocaleString('en-US')
    : value.toPrecision(3);
}

/** What a smoke run measures is beside no aim: it is too little. */
export function line(row: Row, pace: Pace): string {
  const { what, value, unit, peer, aim } = row;
  const ours = `${what.padEnd(58)} ${figure(value).padStart(12)} ${unit.padEnd(12)}`;
  const beside =
    peer === undefined ? '' : ` ${peer.ratio.toFixed(2).padStart(7)}x  ${peer.name} (${figure(peer.value)})`;
  return `${ours}${beside}${aim === undefined || pace === 'smoke' ? '' : `  ${reached(row)}`}`.trimEnd();
}

/** `as 265 at the reference: floor 120 (2.21x), goal 300 (0.88x)`: above 1x it is reached. */
function reached(row: Row): string {
  const aim = row.aim!;
  const times = (of: number) => timesOf(aimed(row), of, aim).toFixed(2);
  const said = aim.scaled === undefined ? '' : `as ${figure(aim.scaled)} at the reference: `;
  return `${said}floor ${figure(aim.floor)} (${times(aim.floor)}x), goal ${figure(aim.goal)} (${times(aim.goal)}x)`;
}
