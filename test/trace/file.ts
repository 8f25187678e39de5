/** Traces as bytes of a file, for tests. */
import { TraceWriter } from '../../src/trace/jsonl.ts';
import { bytesOf, type Stage } from './stage.ts';

export function textOf(stage: Stage): string {
  let text = '';
  const writer = new TraceWriter(stage.recorder.header, (chunk) => {
    text += chunk;
  });
  for (const event of stage.events) writer.listener(event);
  writer.finish({ digest: stage.recorder.digest(), verdict: 'passed' });
  return text;
}

export function fileOf(stage: Stage): Uint8Array {
  return bytesOf(textOf(stage));
}
