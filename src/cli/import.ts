/** `amber import`: a trace from a capture of the network. */
import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { packageVersion } from '../host/package-version.ts';
import { TraceFile } from '../host/trace-file.ts';
import { CaptureError } from '../net/capture/capture-error.ts';
import { CaptureImport, type ImportSummary } from '../net/capture/capture-import.ts';
import { formatTime } from '../sim/time.ts';
import { TraceError } from '../trace/errors.ts';
import { Recorder } from '../trace/recorder.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { PORT_MAXIMUM, usage, wholeNumber } from './option-values.ts';
import { styleFor, visible } from './style.ts';
import type { Arguments } from './verb.ts';
import { counted, quoted } from './wording.ts';

const MQTT_PORT = 1883;
const READ_BYTES = 1 << 20;
const LABEL_WIDTH = 11;

/** @throws CommandError one line, for what is no capture or has no MQTT in it; then no trace is left. */
export function importCommand({ positionals, options }: Arguments, io: CommandIo): ExitCode {
  const [path] = positionals as [string];
  const given = (options.port as readonly string[] | undefined) ?? [`${MQTT_PORT}`];
  const ports = new Set(given.map((text) => wholeNumber(text, '--port', 1, PORT_MAXIMUM)));
  const target =
    (options.trace as string | undefined) ??
    `${basename(path).replace(/\.(pcapng|pcap|cap)$/, '')}.amber.jsonl.gz`;
  const trace = new Recorder({
    level: 'packets',
    header: {
      amber: packageVersion(),
      scenario: 'amber import',
      seed: '-',
      parameters: { from: basename(path), ports: [...ports].join(' ') },
      vantage: 'wire',
    },
  });
  const source = opened(path);
  let file: TraceFile | undefined;
  try {
    file = new TraceFile(target, trace.header);
    trace.listen(file.listener);
    const summary = read(source, path, new CaptureImport(trace, ports));
    if (summary.connections === 0) throw usage(nothingIn(path, summary, given));
    file.finish({ digest: trace.digest(), verdict: 'passed' });
    report({ path, target, summary, micros: trace.now }, io);
    return exitCodes.passed;
  } finally {
    file?.abandon();
    closeSync(source);
  }
}

function opened(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw usage(code === 'ENOENT' ? `there is no file ${path}` : `${path} cannot be read: ${message}`);
  }
}

function read(source: number, path: string, capture: CaptureImport): ImportSummary {
  try {
    for (;;) {
      const bytes = new Uint8Array(READ_BYTES);
      const length = readSync(source, bytes);
      if (length === 0) return capture.finish();
      capture.push(bytes.subarray(0, length));
    }
  } catch (error) {
    if (error instanceof CaptureError) throw usage(`${path} ${error.message}`);
    if (error instanceof TraceError) throw usage(`${path} cannot become a trace: ${error.message}`);
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') throw usage(`${path} is a folder`);
    throw error;
  }
}

function nothingIn(path: string, { frames, unknownLinks }: ImportSummary, ports: readonly string[]): string {
  if (unknownLinks > 0 && unknownLinks === frames)
    return `${path} was captured on a kind of link that is not known here: Ethernet, Linux cooked, loopback and raw IP are`;
  const where = `port ${ports.join(' or ')}`;
  return `${path} has ${counted(frames, 'frame')} and no connection to ${where}: --port names the ports of brokers`;
}

interface Imported {
  readonly path: string;
  readonly target: string;
  readonly summary: ImportSummary;
  readonly micros: number;
}

function report({ path, target, summary, micros }: Imported, io: CommandIo): void {
  const style = styleFor(io);
  const { frames, connections, packets, complaints, complained, fragments, unknownLinks, began } = summary;
  const row = (label: string, text: string): void => {
    io.out(`${style.dim(label.padEnd(LABEL_WIDTH))} ${text}\n`);
  };
  io.out('\n');
  row('capture', `${path}: ${counted(frames, 'frame')} in ${formatTime(micros)}`);
  if (began !== undefined && began > 0) row('began', new Date(began / 1000).toISOString());
  row('mqtt', `${counted(packets, 'packet')} on ${counted(connections, 'connection')}`);
  for (const complaint of complaints) row('incomplete', style.odd(visible(complaint)));
  if (complained > complaints.length) row('', style.odd(`and ${complained - complaints.length} more`));
  if (fragments > 0) row('left out', style.odd(`${counted(fragments, 'frame')} with fragments of IP`));
  if (unknownLinks > 0)
    row('left out', style.odd(`${counted(unknownLinks, 'frame')} of links that are not known`));
  row('trace', target);
  io.out('\n');
  row('judge', `npx amber check ${quoted(target)}`);
  row('look', `npx amber view ${quoted(target)}`);
}
