/** A retelling as the scenario that a person would have written: what {@link scenarioOf} does, spelt out. */
import type { CallDeed, WorldDeed } from '../scenario/deed.ts';
import { callText, Identifier, literal, quotedText } from './literal.ts';
import { callsByTime, type Retelling } from './retelling.ts';
import { micros } from './without-chance.ts';

/**
 * @param name of the scenario.
 * @throws TypeError when a value cannot be written down.
 */
export function storyText({ options, world, calls, endsAt, rests }: Retelling, name: string): string {
  const names = identifiersOf(world);
  const used = new Set(calls.map(({ client }) => client));
  for (const deed of world) if (deed.kind === 'link') used.add(deed.a).add(deed.b);
  for (const { op, args } of calls) if (op === 'connect') used.add(String(args[0]));
  const timeline = [...callsByTime(calls)].map(([at, together]) => {
    const lines = together.map((call) => callLine(call, names, at === 0 ? 1 : 2));
    if (at === 0) return lines.join('\n');
    return `  sim.at('${micros(at)}', () => {\n${lines.join('\n')}\n  });`;
  });
  const body = [
    ...world.map((deed) => worldLine(deed, names, used)),
    '',
    ...timeline,
    `  await sim.sleep('${micros(endsAt)}');`,
    ...(rests ? ['  await sim.quiet();'] : []),
  ].join('\n');
  const said = Object.keys(options).length === 0 ? '' : `${literal(options)}, `;
  return `const story = scenario(${quotedText(name)}, ${said}async (sim) => {\n${body}\n});`;
}

function worldLine(
  deed: WorldDeed,
  names: ReadonlyMap<string, Identifier>,
  used: ReadonlySet<string>,
): string {
  const said = Object.keys(deed.settings).length === 0 ? [] : [deed.settings];
  if (deed.kind === 'link')
    return `  ${callText('sim.link', [names.get(deed.a)!, names.get(deed.b)!, ...said], 1, 2)};`;
  const head = used.has(deed.name) ? `  const ${names.get(deed.name)!.text} = ` : '  ';
  return `${head}${callText(`sim.${deed.kind}`, [deed.name, ...said], 1, head.length)};`;
}

/** What a call comes to is nobody's business here: the judge looks on. */
function callLine(
  { client, op, args }: CallDeed,
  names: ReadonlyMap<string, Identifier>,
  depth: number,
): string {
  const indent = '  '.repeat(depth);
  const told = op === 'connect' ? [names.get(String(args[0])) ?? args[0]] : withoutEmptyOptions(args);
  const head = `${indent}void ${names.get(client)!.text}.`;
  return `${head}${callText(op, told, depth, head.length)};`;
}

function withoutEmptyOptions(args: readonly unknown[]): readonly unknown[] {
  const last = args.at(-1);
  const isEmpty =
    typeof last === 'object' && !ArrayBuffer.isView(last) && Object.keys(last as object).length === 0;
  return isEmpty ? args.slice(0, -1) : args;
}

/** `visitor-5` is visitor5; names that would be the same are told apart. */
function identifiersOf(world: readonly WorldDeed[]): ReadonlyMap<string, Identifier> {
  const taken = new Set(['sim', 'story', 'faults', 'test', 'expect', 'scenario']);
  const names = new Map<string, Identifier>();
  for (const deed of world) {
    if (deed.kind === 'link') continue;
    const words = deed.name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
    const camel = words
      .map((word, at) => (at === 0 ? word : word[0]!.toUpperCase() + word.slice(1)))
      .join('');
    const plain = /^[A-Za-z]/.test(camel) && !RESERVED.has(camel) ? camel : `${deed.kind}${camel}`;
    let name = plain;
    for (let copy = 2; taken.has(name); copy++) name = `${plain}_${copy}`;
    taken.add(name);
    names.set(deed.name, new Identifier(name));
  }
  return names;
}

const RESERVED: ReadonlySet<string> = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false ' +
    'finally for function if implements import in instanceof interface let new null package private protected public return ' +
    'static super switch this throw true try typeof undefined var void while with yield'
  ).split(' '),
);
