/**
 * All that can be done by a key, by the palette, and what the help says: one list, so that the three agree.
 */

export interface Command {
  /** What it does, as an order. */
  title: string;
  group: 'Play' | 'Run' | 'Move' | 'View' | 'Zoom' | 'Sequence' | 'Panel' | 'Share';
  /** Keys as `KeyboardEvent.key` has them; `Shift+` and `Mod+` (Ctrl or ⌘) before. */
  keys: readonly string[];
  run(): void;
  /** False while there is nothing to do. */
  enabled?(): boolean;
}

/** Keys as people know them. */
const KEY_NAMES: Readonly<Record<string, string>> = {
  ' ': 'Space',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  'Mod+k': 'Ctrl K',
};

export function keyName(key: string): string {
  const named = KEY_NAMES[key];
  if (named !== undefined) return named;
  if (key.startsWith('Shift+')) return `Shift ${keyName(key.slice('Shift+'.length))}`;
  return key.length === 1 ? key.toUpperCase() : key;
}

/** What is looked at of a keyboard event. */
export interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
}

/** How a command writes the key of an event. */
export function keyOf(event: Pressed): string {
  const mod = event.ctrlKey || event.metaKey ? 'Mod+' : '';
  // Of a key that writes a sign, the sign says whether Shift was held.
  const shift = event.shiftKey && (event.key.length > 1 || /^[a-z]$/i.test(event.key)) ? 'Shift+' : '';
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return `${mod}${shift}${key}`;
}

export function commandOf(commands: readonly Command[], key: string): Command | undefined {
  const known = (wanted: string): Command | undefined =>
    commands.find((command) => command.keys.includes(wanted) && (command.enabled?.() ?? true));
  // A capital letter means the small one, unless it has a meaning of its own.
  return known(key) ?? (/^Shift\+[a-z]$/.test(key) ? known(key.slice('Shift+'.length)) : undefined);
}

/** The commands whose titles have all words of what was typed, those that begin with it first. */
export function matching(commands: readonly Command[], typed: string): Command[] {
  const words = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found = commands.filter(
    ({ title, enabled }) =>
      (enabled?.() ?? true) && words.every((word) => title.toLowerCase().includes(word)),
  );
  const begins = ({ title }: Command): boolean => title.toLowerCase().startsWith(words[0] ?? '');
  return [...found.filter(begins), ...found.filter((command) => !begins(command))];
}
