/** A tap before a broker, and the trace it has left in a file. */
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { readTraceFile, TraceFile } from '../../src/host/trace-file.ts';
import { tap } from '../../src/net/tap.ts';
import { Recorder } from '../../src/trace/index.ts';
import type { Trace } from '../../src/trace/reader.ts';
import { directory } from './stage.ts';

export async function tapBefore(port: number): Promise<{ port: number; end: () => Promise<Trace> }> {
  const path = join(directory(), 'tap.amber.jsonl.gz');
  const header = {
    amber: 'test',
    scenario: 'amber tap',
    seed: '-',
    parameters: {},
    vantage: 'wire' as const,
  };
  const trace = new Recorder({ level: 'full', header });
  const file = new TraceFile(path, trace.header);
  trace.listen(file.listener);
  const running = await tap({ listen: { port: 0 }, to: { host: '127.0.0.1', port }, trace });
  onTestFinished(() => running.close());
  const end = async () => {
    await running.close();
    file.finish({ digest: trace.digest(), verdict: 'passed' });
    return readTraceFile(path);
  };
  return { port: running.address.port, end };
}
