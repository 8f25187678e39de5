/** How reports write numbers, nouns and arguments of a shell. */
export { quoted } from '../runner/run-command.ts';
export { counted, grouped as number } from '../trace/counted.ts';
