/** `amber`: finds the verb, reads its arguments, and turns whatever goes wrong into one line and an exit code. */
import { parseArgs } from 'node:util';
import { letThreadsGo } from '../host/waiting-threads.ts';
import { CommandError, type ExitCode, exitCodes } from './exit-code.ts';
import { type CommandIo, processIo } from './io.ts';
import { visible } from './style.ts';
import { type Arguments, BETWEEN_WORDS, type Verb } from './verb.ts';
import { verbs } from './verbs.ts';

/**
 * Runs one command line.
 *
 * @param argv what follows `amber`.
 * @returns the exit code; nothing is thrown.
 */
export async function main(argv: readonly string[], io: CommandIo): Promise<ExitCode> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    return report(error, io);
  }
}

async function dispatch(argv: readonly string[], io: CommandIo): Promise<ExitCode> {
  const [first, ...rest] = argv;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    const { help } = await import('./help.ts');
    io.out(help(first === 'help' ? rest[0] : undefined));
    return first === undefined ? exitCodes.usage : exitCodes.passed;
  }
  if (first === '--version' || first === '-V') {
    const { packageVersion } = await import('../host/package-version.ts');
    io.out(`${packageVersion()}\n`);
    return exitCodes.passed;
  }
  const verb = Object.hasOwn(verbs, first) ? verbs[first] : undefined;
  if (verb === undefined) throw new CommandError(exitCodes.usage, unknownVerb(first));
  // The host of a server, where a verb has one: -h is no cry for help there.
  const asksForHelp = Object.values(verb.options).some(({ short }) => short === 'h')
    ? ['--help']
    : ['--help', '-h'];
  if (asksForHelp.some((option) => rest.includes(option))) {
    const { help } = await import('./help.ts');
    io.out(help(first));
    return exitCodes.passed;
  }
  if (verb.loadRaw !== undefined) return (await verb.loadRaw())(rest, io);
  const args = parse(first, verb, rest);
  return (await verb.load!())(args, io);
}

function unknownVerb(given: string): string {
  const known = Object.keys(verbs);
  const what = given.startsWith('-') ? `unknown option '${given}'` : `there is no command '${given}'`;
  return `${what}; the commands are ${known.join(', ')} (amber --help)`;
}

function parse(name: string, verb: Verb, argv: string[]): Arguments {
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({
      args: folded(verb, argv),
      allowPositionals: true,
      strict: true,
      options: Object.fromEntries(
        Object.entries(verb.options).map(([option, { type, short, multiple }]) => [
          option,
          {
            type,
            ...(short === undefined ? {} : { short }),
            ...(multiple === undefined ? {} : { multiple }),
          },
        ]),
      ),
    });
  } catch (error) {
    const [sentence] = (error as Error).message.split('. ');
    throw new CommandError(exitCodes.usage, `${lowerFirst(sentence!)} (amber help ${name})`);
  }
  const [least, greatest] = verb.takes;
  const { positionals, values } = parsed;
  if (positionals.length < least || positionals.length > greatest) {
    const extra = positionals[greatest];
    const what = positionals.length < least ? 'something is missing' : `'${extra}' is one argument too many`;
    throw new CommandError(exitCodes.usage, `${what}: ${verb.usage} (amber help ${name})`);
  }
  return { positionals, options: values as Arguments['options'] };
}

/** A value of several words as one argument. */
function folded(verb: Verb, argv: readonly string[]): string[] {
  const args: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const arg = argv[at]!;
    const found = Object.entries(verb.options).find(
      ([name, { short, words }]) => words !== undefined && (arg === `--${name}` || arg === `-${short}`),
    );
    if (found === undefined) {
      args.push(arg);
      continue;
    }
    const count = found[1].words!(argv.slice(at + 1));
    args.push(`--${found[0]}=${argv.slice(at + 1, at + 1 + count).join(BETWEEN_WORDS)}`);
    at += count;
  }
  return args;
}

function report(error: unknown, io: CommandIo): ExitCode {
  if (error instanceof CommandError) {
    io.err(`amber: ${visible(error.message)}\n`);
    return error.exitCode;
  }
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code !== undefined && ENVIRONMENT_CODES.has(code)) {
    io.err(`amber: ${visible((error as Error).message)}\n`);
    return exitCodes.environment;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.err(`amber: this is a bug of amber itself; please report it with the command you typed\n${text}\n`);
  return exitCodes.bug;
}

/** What the operating system says when it, and not amber, is in the way. */
const ENVIRONMENT_CODES = new Set([
  ...['EACCES', 'EADDRINUSE', 'EDQUOT', 'EFBIG', 'EIO', 'EISDIR', 'EMFILE', 'ENAMETOOLONG'],
  ...['ENFILE', 'ENOENT', 'ENOSPC', 'ENOTDIR', 'EPERM', 'EROFS'],
]);

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

/** The process around {@link main}. */
export async function runProcess(): Promise<void> {
  const io = processIo();
  // Whether everything could be written is known only when nothing is left to do.
  process.once('exit', () => {
    const failure = io.failure?.();
    if (failure === undefined) return;
    process.exitCode = exitCodes.environment;
    io.err(`amber: the output could not be written: ${failure.message}\n`);
  });
  // A pipe may hold what was written; setting the code and leaving lets it drain, exiting would cut it off.
  process.exitCode = await main(process.argv.slice(2), io);
  letThreadsGo();
}
