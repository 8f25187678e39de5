// An application as it ships: its state is in its module, and it awaits at the top of it.
import { basename } from 'node:path';
import { unit } from './parts/unit.js';

let reports = 0;
export const file = basename(new URL(import.meta.url).pathname);
export const startedAt = Date.now();
await new Promise((resolve) => setTimeout(resolve, 500));
export const readyAt = Date.now();

export function report() {
  reports++;
  return `${reports} ${unit}`;
}
