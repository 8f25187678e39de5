/**
 * A failure as a file for vitest, to be checked in beside the mend: the story that is left, the faults as a list, and the promise that has
 * to hold. It is read by people who know neither the run it came from nor Amber.
 */

import { RULES, type RuleId } from '../check/rules/rules.ts';
import { describeGround } from '../host/run-identity.ts';
import type { Fault } from '../sim/fault.ts';
import { describeFault } from '../sim/fault-words.ts';
import type { SavedFailure } from './failure.ts';
import { LINE_WIDTH, literal, quotedText } from './literal.ts';
import { describeMargins } from './margin.ts';
import { describeSize, storyOf, summaryOf } from './narration.ts';
import type { Candidate, Left, Size } from './reduction.ts';
import { storyText } from './story-text.ts';

export interface TestFile {
  readonly failure: SavedFailure;
  /** Of the whole story. */
  readonly before: Size;
  /** Without a retelling, the test imports the story. */
  readonly left: Left;
  /** Where the story is, as seen from the test: `../sims/story.ts`. */
  readonly storyPath: string;
  /** It is TypeScript, and not JavaScript. */
  readonly typed: boolean;
}

/** A story of more lines is cut in the middle. */
const STORY_LINES = 40;
/** A story that is imported may be long; vitest itself would wait 5 s. */
const TIMEOUT_MILLIS = 60_000;

/** @throws TypeError when a value of the story cannot be written down. */
export function testFileOf(file: TestFile): string {
  const { failure, left } = file;
  const { attempt, candidate } = left;
  const { retelling } = candidate;
  const title = summaryOf(attempt, candidate, failure.broke);
  const { plan = [] } = candidate;
  const parts = [
    headOf(file, title),
    importsOf(file, plan),
    ...(plan.length === 0 ? [] : [faultsText(plan, file.typed)]),
    ...(retelling === undefined ? [] : [storyText(retelling, failure.broke)]),
    testText(file, title),
  ];
  return `${parts.join('\n\n')}\n`;
}

function headOf({ failure, before, left }: TestFile, title: string): string {
  const { amber, file, seed, profile, mutant, hosted, broke } = failure;
  const { attempt, after, margins, sure } = left;
  const from = [
    `${file}, seed ${seed}`,
    ...(profile === undefined ? [] : [`profile ${profile}`]),
    ...(mutant === undefined ? [] : [`mutant ${mutant}`]),
    ...(hosted === undefined ? [] : [`on ${describeGround(hosted)}`]),
  ];
  const lines = [
    ...wrapped(`${title}.`),
    '',
    ...wrapped(
      `Found by amber ${amber} in ${from.join(', ')}: ${describeSize(before)} -> ${describeSize(after)}.`,
    ),
    sure
      ? 'Nothing in it is left to chance.'
      : `How long each segment takes, and which are lost, is the luck of seed ${seed}.`,
    '',
    `How '${broke}' broke:`,
    '',
    ...storyOf(attempt, STORY_LINES).map((line) => `  ${line}`),
    '',
    ...describeMargins(margins),
  ];
  const body = lines.map((line) => ` * ${line.replaceAll('*/', '* /')}`.trimEnd());
  while (body.at(-1) === ' *') body.pop();
  return `/**\n${body.join('\n')}\n */`;
}

/** Lines that are not too long. */
function wrapped(text: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    if (lines.at(-1)!.length + word.length >= LINE_WIDTH - 4) lines.push('');
    lines.push(`${lines.pop()!}${lines.at(-1) === '' ? '' : ' '}${word}`.trim());
  }
  return lines;
}

function importsOf(
  { failure: { mutant }, left, storyPath, typed }: TestFile,
  plan: readonly Fault[],
): string {
  const { retelling } = left.candidate;
  const names = [
    ...(plan.length === 0 || !typed ? [] : ['type Fault']),
    ...(retelling === undefined ? [] : ['scenario']),
  ];
  const ofAmber = retelling === undefined ? 'import type { Fault }' : `import { ${names.join(', ')} }`;
  return [
    ...(names.length === 0 ? [] : [`${ofAmber} from 'mqtt-amber';`]),
    "import { runScenario } from 'mqtt-amber/vitest';",
    ...(mutant === undefined ? [] : ["import { substitutionNamed } from 'mqtt-amber/zoo';"]),
    "import { expect, test } from 'vitest';",
    ...(retelling === undefined ? [`import story from ${quotedText(storyPath)};`] : []),
  ].join('\n');
}

function faultsText(plan: readonly Fault[], typed: boolean): string {
  const faults = plan.map((fault) => `  // ${describeFault(fault)}\n  ${literal(fault, 1)},\n`);
  return `/** All that befalls the world; times and lengths are microseconds. */\nconst faults${typed ? ': Fault[]' : ''} = [\n${faults.join('')}];`;
}

function testText({ failure, left }: TestFile, title: string): string {
  const { seed, parameters, transport, mutant, hosted, broke } = failure;
  const { candidate, sure } = left;
  const imports = candidate.retelling === undefined;
  const omit = [...(failure.omit ?? []), ...candidate.omit];
  const options = [
    ...(sure ? [] : [`seed: ${quotedText(seed)},`]),
    ...(candidate.chance === undefined
      ? []
      : [
          '// A link takes the middle of what it may take, and loses nothing that comes through more often than not.',
          `chance: ${quotedText(candidate.chance)},`,
        ]),
    ...(imports && Object.keys(parameters).length > 0 ? [`parameters: ${literal(parameters, 2)},`] : []),
    ...(transport === 'tcp' ? [] : [`transport: ${quotedText(transport)},`]),
    ...faultOptions(failure, candidate),
    ...(imports && omit.length > 0 ? [`omit: ${literal(omit, 2)},`] : []),
    ...(mutant === undefined
      ? []
      : [
          '// The bug. Without this line, the machines are healthy and the test passes.',
          `substitute: substitutionNamed(${quotedText(mutant)}),`,
        ]),
    ...(hosted === undefined
      ? []
      : [
          '// Where it runs on others, it says so: it may show something else then.',
          `foundOn: ${literal(hosted, 2)},`,
        ]),
  ];
  const { looksAt, expects } = expectationOf(broke);
  return [
    `test(${quotedText(title)}, ${imports ? `${literal({ timeout: TIMEOUT_MILLIS })}, ` : ''}async () => {`,
    `  const { ${looksAt} } = await runScenario(story, {`,
    ...options.map((option) => `    ${option}`),
    '  });',
    ...expects.map((line) => `  ${line}`),
    '});',
  ].join('\n');
}

/** The list; without one, what the story strikes itself and the nemesis of its seed, for the story does not break without them. */
function faultOptions({ profile, filter }: SavedFailure, { plan }: Candidate): string[] {
  if (plan !== undefined) return [`faults: { plan: ${plan.length === 0 ? '[]' : 'faults'} },`];
  return [
    ...(profile === undefined ? [] : [`profile: ${quotedText(profile)},`]),
    ...(filter === undefined ? [] : [`faults: ${literal(filter, 2)},`]),
  ];
}

/** What has to hold. A story that does not come to its end has shown nothing. */
function expectationOf(broke: string): { looksAt: string; expects: readonly string[] } {
  if (Object.hasOwn(RULES, broke)) {
    return {
      looksAt: 'report, error',
      expects: [
        `const broken = report?.violations.filter(({ rule }) => rule === ${quotedText(broke)});`,
        `expect(broken, ${quotedText(`${broke}: ${RULES[broke as RuleId].meaning}`)}).toEqual([]);`,
        'expect(error).toBeUndefined();',
      ],
    };
  }
  const claim = /^always: (.*)$/s.exec(broke)?.[1];
  if (claim === undefined)
    return {
      looksAt: 'error',
      expects: ["expect(error, error && [error.name, error.message].join(': ')).toBeUndefined();"],
    };
  return {
    looksAt: 'asserts, error',
    expects: [
      `const claims = asserts.filter(({ text }) => text === ${quotedText(claim)});`,
      "expect(claims, 'the story still makes this claim').not.toEqual([]);",
      'const broken = claims.filter(({ held, evaluated }) => held < evaluated);',
      `expect(broken, ${quotedText(claim)}).toEqual([]);`,
      'expect(error).toBeUndefined();',
    ],
  };
}
