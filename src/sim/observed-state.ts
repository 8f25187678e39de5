/** What a machine tells of its state, as changes: the last values are kept, so that a change can say what was before. */
import type { StateValue } from '../mqtt/machine.ts';
import type { StateCell } from '../trace/event.ts';
import type { Recorder } from '../trace/recorder.ts';

interface Observed {
  /** As events have it. */
  readonly name: string;
  readonly values: Map<string, StateCell>;
}

export class ObservedState {
  readonly #recorder: Recorder;
  readonly #node: string;
  readonly #entities = new Map<string, Observed>();

  constructor(recorder: Recorder, node: string) {
    this.#recorder = recorder;
    this.#node = node;
  }

  /** The value of a key is now this one; undefined when it is gone. */
  set(entity: string, key: string, value: StateValue | undefined): void {
    let observed = this.#entities.get(entity);
    if (observed === undefined) {
      observed = { name: entity === '' ? this.#node : `${this.#node}/${entity}`, values: new Map() };
      this.#entities.set(entity, observed);
    }
    const { values } = observed;
    const old = values.get(key) ?? null;
    const now = value ?? null;
    if (old === now) return;
    if (now === null) values.delete(key);
    else values.set(key, now);
    this.#record(observed.name, [[key, old, now]]);
  }

  /** What a process knew is gone with it. */
  clear(): void {
    for (const { name, values } of this.#entities.values()) {
      const changes: [string, StateCell, StateCell][] = [];
      for (const [key, old] of values) changes.push([key, old, null]);
      if (changes.length > 0) this.#record(name, changes);
    }
    this.#entities.clear();
  }

  #record(entity: string, d: [string, StateCell, StateCell][]): void {
    this.#recorder.emit({ i: 0, t: 0, c: 0, k: 'state', n: this.#node, entity, d });
  }
}
