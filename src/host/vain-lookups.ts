/** What hosted code looked up in vain: mistyped names of nodes, and names and addresses of the world outside. */
import { isIP } from 'node:net';
import type { RunResult } from '../runner/run.ts';
import { describeUnknown, type UnknownName } from '../scenario/unknown-name.ts';
import type { Process } from '../sim/process-node.ts';
import type { Recorder } from '../trace/recorder.ts';

/** Of each run. */
const found = new WeakMap<Recorder, Map<string, UnknownName>>();

/** Nobody has the name, or the address: the trace says so once for each node that asks. */
export function lookedUpInVain(process: Process, name: string): void {
  const { name: by, recorder } = process.node;
  const names = found.get(recorder) ?? new Map<string, UnknownName>();
  found.set(recorder, names);
  const key = `${by} ${name}`;
  const before = names.get(key);
  process.lookedUpInVain();
  if (before !== undefined) {
    before.times++;
    return;
  }
  names.set(key, { by, name, times: 1 });
  recorder.emit({
    k: 'note',
    n: by,
    text: `${by} looked up ${isIP(name) === 0 ? `'${name}'` : name}: no node has it`,
  });
}

/**
 * The result with the names that nobody had; one that the script waited for in vain says them too.
 *
 * @param nodes of the run, by name.
 */
export function withUnknownNames(result: RunResult, recorder: Recorder, nodes: readonly string[]): RunResult {
  // Who was looked up too early may have come since.
  const unknown = [...(found.get(recorder)?.values() ?? [])].filter(({ name }) => !nodes.includes(name));
  const [first] = unknown;
  if (first === undefined) return result;
  const told: RunResult = { ...result, unknownNames: { looked: unknown, nodes: [...nodes] } };
  const { error } = result;
  if (error === undefined || (result.verdict !== 'stalled' && result.verdict !== 'limit')) return told;
  return { ...told, error: { ...error, message: `${error.message}; ${describeUnknown(first, nodes)}` } };
}
