/** `amber tap`: a transparent proxy before a real broker, that records what passes. */
import { type Tap, tap } from '../net/tap.ts';
import { CommandError, type ExitCode, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { PORT_MAXIMUM, usage, wholeNumber } from './option-values.ts';
import { Recording, recordingGoal } from './recording.ts';
import { untilTold } from './until-told.ts';
import type { Arguments } from './verb.ts';

/** Passes on until it is told to end. @throws CommandError one line: usage, a port in use, a full disk */
export async function tapCommand(args: Arguments, io: CommandIo): Promise<ExitCode> {
  const { listen, to } = args.options as Readonly<Record<string, string | undefined>>;
  const goal = recordingGoal(args.options);
  if (listen === undefined || to === undefined || goal === undefined) {
    throw usage(
      '--listen, --to and --trace or --view are needed: amber tap --listen PORT --to HOST:PORT --trace FILE',
    );
  }
  const port = wholeNumber(listen, '--listen', 0, PORT_MAXIMUM);
  const server = placeOf(to);
  const signal = untilTold(io);
  let failed!: () => void;
  const failure = new Promise<void>((resolve) => {
    failed = resolve;
  });
  const what = { scenario: 'amber tap', vantage: 'wire' as const, parameters: { to } };
  const recording = await Recording.open(goal, what, io, failed);
  let told = '';
  // Clients come again and again: why they are not passed on is said once.
  const unreachable = ({ message }: Error): void => {
    if (message !== told) io.err(`amber: ${to} cannot be reached: ${message}\n`);
    told = message;
  };
  let running: Tap;
  try {
    running = await tap({ listen: { port }, to: server, trace: recording.recorder, unreachable });
  } catch (error) {
    await recording.abandon();
    signal.forget();
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new CommandError(exitCodes.environment, `port ${port} is in use: choose another with --listen`);
  }
  io.out(`mqtt://${running.address.host}:${running.address.port}\n`);
  if (recording.url !== undefined) io.out(`${recording.url}\n`);
  if (io.errIsTerminal) io.err('Ctrl-C ends it.\n');
  await Promise.race([signal.told, failure]);
  signal.forget();
  await running.close();
  await recording.finish();
  return exitCodes.passed;
}

/** `HOST:PORT`, with an IPv6 address in brackets. */
function placeOf(text: string): { host: string; port: number } {
  const found = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text);
  if (found === null) throw usage(`--to is '${text}'; write HOST:PORT`);
  return { host: found[1] ?? found[2]!, port: wholeNumber(found[3]!, '--to', 1, PORT_MAXIMUM) };
}
