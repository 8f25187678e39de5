/** What can be wrong with a trace. A closed set, so that callers can tell them apart without reading sentences. */
export type TraceErrorCode =
  | 'not-a-trace'
  | 'newer-version'
  | 'bad-line'
  | 'truncated'
  | 'checksum'
  | 'digest'
  | 'limit';

/** The only error that reading or keeping a trace throws. `line` counts from 1, when a line is to blame. */
export class TraceError extends Error {
  readonly code: TraceErrorCode;
  readonly line: number | undefined;

  constructor(code: TraceErrorCode, message: string, line?: number) {
    super(message);
    this.name = 'TraceError';
    this.code = code;
    this.line = line;
  }
}
