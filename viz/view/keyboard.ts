/** The keys of a viewer: each does what the list of commands says, unless what has the focus needs it itself. */
import { type Command, commandOf, keyOf } from './commands.ts';
import { keepSingleKeys, keptSingleKeys } from './single-keys.ts';

export class Keyboard {
  readonly commands: readonly Command[];
  readonly #root: () => ParentNode;
  #singleKeys = true;

  /** While a dialog is open within `root`, the keys are the dialog's. */
  constructor(root: () => ParentNode, commands: readonly Command[]) {
    this.#root = root;
    this.commands = commands;
  }

  /** Keys without Ctrl or ⌘ are taken. */
  get singleKeys(): boolean {
    return this.#singleKeys;
  }

  /** As it was kept by this browser. */
  recall(): void {
    this.#singleKeys = keptSingleKeys();
  }

  setSingleKeys(on: boolean): void {
    this.#singleKeys = on;
    keepSingleKeys(on);
  }

  /** @param target what the key was pressed in: an event that waited has forgotten it */
  press(event: KeyboardEvent, target: EventTarget | undefined): void {
    if (event.defaultPrevented || event.altKey) return;
    if (this.#root().querySelector('dialog[open]') !== null) return;
    const key = keyOf(event);
    if (target instanceof Element && !mayTakeKey(target, key)) return;
    if (!this.#singleKeys && key.length === 1) return;
    const command = commandOf(this.commands, key);
    if (command === undefined) return;
    event.preventDefault();
    command.run();
  }
}

/** Fields keep what is typed, and lists and panels their arrows. */
function mayTakeKey(target: Element, key: string): boolean {
  // What has closed keeps the focus until the next frame.
  if (target.closest('dialog:not([open])') !== null) return true;
  if (target.closest('input, textarea, select, [contenteditable]') !== null) {
    return target.matches('[type=checkbox], [type=radio]')
      ? key.length === 1 && key !== ' '
      : key.startsWith('Mod+');
  }
  if ((key === ' ' || key === 'Enter') && target.closest('button, a, summary, [role=button]') !== null)
    return false;
  if (key === 'ArrowUp' || key === 'ArrowDown')
    return target.closest('.panel, [role=grid], [role=tree]') === null;
  if (key === 'ArrowLeft' || key === 'ArrowRight')
    return target.closest('[role=tablist], [role=slider]') === null;
  return true;
}
