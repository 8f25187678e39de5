/** What a machine tells of its state, as changes: the last values are kept, so that a change can say what was before. */
import type { StateValue } from '../mqtt/machine.ts';
import type { StateCell } from '../trace/event.ts';
import type { Recorder } from '../trace/recorder.ts';

export class ObservedState {
  readonly #recorder: Recorder;
  readonly #node: string;
  readonly #entities = new Map<string, Map<string, StateCell>>();

  constructor(recorder: Recorder, node: string) {
    this.#recorder = recorder;
    this.#node = node;
  }

  /** The value of a key is now this one; undefined when it is gone. */
  set(entity: string, key: string, value: StateValue | undefined): void {
    let values = this.#entities.get(entity);
    if (values === undefined) {
      values = new Map();
      this.#entities.set(entity, values);
    }
    const old = values.get(key) ?? null;
    const now = value ?? null;
    if (old === now) return;
    if (now === null) values.delete(key);
    else values.set(key, now);
    this.#record(entity, [[key, old, now]]);
  }

  /** What a process knew is gone with it. */
  clear(): void {
    for (const [entity, values] of this.#entities) {
      const changes: [string, StateCell, StateCell][] = [];
      for (const [key, old] of values) changes.push([key, old, null]);
      if (changes.length > 0) this.#record(entity, changes);
    }
    this.#entities.clear();
  }

  #record(entity: string, d: [string, StateCell, StateCell][]): void {
    const name = entity === '' ? this.#node : `${this.#node}/${entity}`;
    this.#recorder.emit({ k: 'state', n: this.#node, entity: name, d });
  }
}
