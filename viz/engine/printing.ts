/** What a story prints with `console`: lines for whoever ran it. */

/** More than anybody reads; a story that prints in a loop would fill the page. */
const CHARACTERS_MAX = 200_000;

const LEVELS = ['log', 'info', 'debug', 'warn', 'error', 'trace', 'dir', 'table'] as const;

export function installPrinting(print: (line: string) => void): void {
  let left = CHARACTERS_MAX;
  for (const level of LEVELS) {
    console[level] = (...values: unknown[]) => {
      if (left <= 0) return;
      const line = values.map(shown).join(' ');
      left -= line.length + 1;
      print(left > 0 ? line : `${line.slice(0, left + line.length)}… (more was printed than is shown)`);
    };
  }
}

/** Text as it is, the rest as near to how it is written as JSON comes. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Uint8Array) return `Uint8Array [${value.join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? `${inner}n` : inner));
  } catch {
    return Object.prototype.toString.call(value);
  }
}
