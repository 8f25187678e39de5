/** What `amber --help` and `amber help VERB` print, from the table of verbs. */
import { CommandError, exitCodeMeanings, exitCodes } from './exit-code.ts';
import type { Verb } from './verb.ts';
import { verbs } from './verbs.ts';

/** @throws CommandError for a verb that does not exist. */
export function help(name?: string): string {
  if (name === undefined) return overview();
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (verb === undefined) {
    throw new CommandError(
      exitCodes.usage,
      `there is no command '${name}'; the commands are ${Object.keys(verbs).join(', ')}`,
    );
  }
  return verbHelp(verb);
}

function overview(): string {
  const lines = [
    'amber: deterministic simulation for MQTT networks',
    '',
    ...table(Object.entries(verbs).map(([name, verb]) => [`amber ${name}`, verb.summary])),
    '',
    ...table([
      ['amber help COMMAND', 'options and examples of a command'],
      ['amber --version', 'the version of this package'],
    ]),
    '',
    'Exit codes',
    ...table(Object.entries(exitCodeMeanings).map(([code, meaning]) => [code, meaning])),
  ];
  return `${lines.join('\n')}\n`;
}

function verbHelp(verb: Verb): string {
  const options = Object.entries(verb.options).map(([option, { short, value, help }]) => {
    const name = `${short === undefined ? '    ' : `-${short}, `}--${option}${value === undefined ? '' : ` ${value}`}`;
    return [name, help] as [string, string];
  });
  const lines = [verb.usage, '', `${capitalize(verb.summary)}.`];
  if (options.length > 0) lines.push('', ...table(options));
  if (verb.details.length > 0) lines.push('', ...verb.details);
  lines.push('', 'Examples', ...verb.examples.map((example) => `  ${example}`));
  return `${lines.join('\n')}\n`;
}

function table(rows: readonly (readonly [string, string])[] | string[][]): string[] {
  const width = Math.max(...rows.map(([left]) => left!.length));
  return rows.map(([left, right]) => `  ${left!.padEnd(width)}  ${right}`);
}

function capitalize(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
