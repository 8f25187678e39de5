/**
 * The build's part in the judge of the engine: there a rule has its name, its statements and its vantage, and no words. What it means
 * nobody reads there, for the page has it from the worker that judges what is shown; the words would be two kilobytes of the engine.
 */
import { type Plugin, parseSync } from 'vite';

const RULES = /\/src\/check\/rules\/(\w+-)?rules\.ts$/;
const ENGINE = 'engine-worker.ts';

export function bareRules(): Plugin {
  let engine = false;
  return {
    name: 'amber-bare-rules',
    buildStart({ input }) {
      engine = Object.values(input).some((path: string) => path.endsWith(ENGINE));
    },
    transform(code, id) {
      return engine && RULES.test(id) ? { code: withoutMeanings(code), map: null } : undefined;
    },
  };
}

/** The text of a module, with nothing where an object says what it means. */
export function withoutMeanings(text: string): string {
  let bare = text;
  // From behind, so that what stands before keeps its place.
  for (const { start, end } of meaningsIn(parseSync('rules.ts', text).program).reverse())
    bare = `${bare.slice(0, start)}''${bare.slice(end)}`;
  return bare;
}

interface Place {
  start: number;
  end: number;
}

/** The values of all properties `meaning`, in the order of the text. */
function meaningsIn(node: unknown): Place[] {
  if (typeof node !== 'object' || node === null) return [];
  if ('type' in node && node.type === 'Property') {
    const { key, value } = node as unknown as { key: { name?: string }; value: Place };
    if (key.name === 'meaning') return [value];
  }
  return Object.values(node).flatMap(meaningsIn);
}
