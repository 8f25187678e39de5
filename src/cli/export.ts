/** `amber export`: a trace as a picture, a page or a capture. */
import { resolve } from 'node:path';
import { mermaidOf } from '../../viz/export/mermaid.ts';
import { drawPicture } from '../../viz/export/picture.ts';
import type { StretchChoice } from '../../viz/export/stretch.ts';
import type { Story } from '../../viz/index/story.ts';
import { readStory } from '../../viz/index/trace-index.ts';
import { TraceError } from '../trace/errors.ts';
import { pcapngOf } from '../trace/pcapng.ts';
import type { Trace } from '../trace/reader.ts';
import { readSaved } from './check.ts';
import { CommandError, type ExitCode, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { micros, oneOf, usage } from './option-values.ts';
import { styleFor } from './style.ts';
import type { Arguments } from './verb.ts';
import { viewerPageOf } from './viewer-page.ts';
import { writeWhole } from './whole-file.ts';
import { counted, number } from './wording.ts';

/** In the order in which they are written. */
const FORMS = ['svg', 'html', 'mermaid', 'pcapng'] as const;
type Form = (typeof FORMS)[number];
const THEMES = ['light', 'dark'] as const;
const LABEL_WIDTH = 11;

/** @throws CommandError for a file that is no trace, for a choice that fits nothing, and when the viewer is not built. */
export function exportCommand({ positionals, options }: Arguments, io: CommandIo): ExitCode {
  const [path] = positionals as [string];
  const asked = options as Readonly<Record<string, string | undefined>>;
  const targets = targetsOf(path, asked);
  const theme = oneOf(asked.theme ?? 'light', '--theme', THEMES);
  const trace = readSaved(path);
  const choice = choiceOf(asked, targets, trace);
  for (const { message } of trace.problems) io.err(`amber: ${path}: ${message}\n`);
  const style = styleFor(io);
  let story: Story | undefined;
  const told = (): Story => {
    story ??= storyOf(path, trace);
    return story;
  };
  for (const form of FORMS) {
    const target = targets.get(form);
    if (target === undefined) continue;
    const { content, said } = made(form, { path, trace, choice, theme, told });
    if (target === '-') io.out(content);
    else {
      writeWhole(target, content);
      io.out(`${style.dim(form.padEnd(LABEL_WIDTH))} ${target}: ${said}\n`);
    }
  }
  return exitCodes.passed;
}

interface Exported {
  readonly content: string | Uint8Array;
  /** What is in it, in a few words. */
  readonly said: string;
}

interface Exporting {
  readonly path: string;
  readonly trace: Trace;
  readonly choice: StretchChoice;
  readonly theme: (typeof THEMES)[number];
  readonly told: () => Story;
}

function made(form: Form, { path, trace, choice, theme, told }: Exporting): Exported {
  switch (form) {
    case 'svg': {
      const { svg, width, height, packets, leftOut } = drawPicture(told(), { ...choice, theme });
      return { content: svg, said: leftOut ?? `${counted(packets, 'packet')}, ${width} x ${height}` };
    }
    case 'mermaid': {
      const { text, packets, leftOut } = mermaidOf(told(), choice);
      return { content: text, said: leftOut ?? counted(packets, 'packet') };
    }
    case 'html': {
      const page = viewerPageOf(path);
      return { content: page, said: `the viewer with the whole trace, ${number(Buffer.byteLength(page))} B` };
    }
    case 'pcapng': {
      const packets = trace.list.reduce((sum, { k }) => sum + (k === 'packet.sent' ? 1 : 0), 0);
      return { content: pcapngOf(trace.list), said: `${counted(packets, 'packet')} for Wireshark` };
    }
  }
}

function targetsOf(path: string, asked: Readonly<Record<string, string | undefined>>): Map<Form, string> {
  const targets = new Map<Form, string>();
  for (const form of FORMS) {
    const target = asked[form];
    if (target === undefined) continue;
    if (target !== '-' && resolve(target) === resolve(path)) throw usage(`--${form} is the trace itself`);
    targets.set(form, target);
  }
  if (targets.size === 0) {
    throw usage('as what? say --svg, --html, --mermaid or --pcapng, each with a file, or - to print it');
  }
  const printed = [...targets.values()].filter((target) => target === '-').length;
  if (printed > 0 && targets.size > 1) throw usage('- prints one form; the others need files of their own');
  return targets;
}

function choiceOf(
  { from, to, event }: Readonly<Record<string, string | undefined>>,
  targets: ReadonlyMap<Form, string>,
  { list }: Trace,
): StretchChoice {
  const chosen = from !== undefined || to !== undefined || event !== undefined;
  if (chosen && !targets.has('svg') && !targets.has('mermaid')) {
    throw usage(
      '--from, --to and --event choose a part for --svg and --mermaid; the others have the whole trace',
    );
  }
  if (event !== undefined && (from !== undefined || to !== undefined)) {
    throw usage('--event finds its own time: leave --from and --to out');
  }
  if (event !== undefined) {
    const ordinal = /^[1-9][0-9]{0,15}$/.test(event) ? Number(event) : 0;
    if (ordinal === 0 || ordinal > list.length) {
      throw usage(`--event is '${event}'; the trace has the events 1 to ${number(list.length)}`);
    }
    return { about: ordinal };
  }
  const choice = {
    from: from === undefined ? undefined : micros(from, '--from'),
    to: to === undefined ? undefined : micros(to, '--to'),
  };
  const end = list.at(-1)?.t ?? 0;
  if ((choice.from ?? 0) > Math.min(choice.to ?? end, end)) {
    throw usage(
      choice.to !== undefined && choice.from! > choice.to
        ? '--from is after --to'
        : `--from is after the end of the trace (${end / 1_000_000}s)`,
    );
  }
  return choice;
}

/** @throws CommandError for a trace of more events than are kept. */
export function storyOf(path: string, { header, list, footer }: Trace): Story {
  try {
    return readStory({ header, events: list, footer });
  } catch (error) {
    if (error instanceof TraceError)
      throw new CommandError(exitCodes.environment, `${path}: ${error.message}`);
    throw error;
  }
}
