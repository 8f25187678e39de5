/** How reports write numbers, nouns and arguments of a shell. */
export { quoted } from '../runner/run-command.ts';

/** 1234567 as 1,234,567: the same in every locale. */
export function number(value: number): string {
  return `${value}`.replace(/\B(?=(\d{3})+$)/g, ',');
}

export function counted(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}
