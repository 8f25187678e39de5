import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isDigested } from '../../src/trace/digest.ts';
import type { TraceKind } from '../../src/trace/event.ts';
import { CALL_FIELDS, FIELDS, MESSAGE_FIELDS } from '../../src/trace/fields.ts';
import { TraceWriter } from '../../src/trace/jsonl.ts';
import { readTrace } from '../../src/trace/reader.ts';
import { isFullOnly } from '../../src/trace/recorder.ts';
import { bytesOf } from './stage.ts';

const page = readFileSync(new URL('../../docs/trace.md', import.meta.url), 'utf8');
const rows = new Map(
  [...page.matchAll(/^\| `([a-z.-]+)` \| (\w+) \| (\w+) \| (.*?) \| .+ \|$/gm)].map((match) => [
    match[1]!,
    {
      class: match[2]!,
      level: match[3]!,
      fields: [...match[4]!.matchAll(/`(\w+)`/g)].map((field) => field[1]!),
    },
  ]),
);
const kinds = Object.keys(FIELDS) as TraceKind[];

describe('docs/trace.md', () => {
  it('has a row for every kind of event and for nothing else', () => {
    expect([...rows.keys()].sort()).toEqual([...kinds].sort());
  });

  it.each(kinds)('has the fields and the level of %s', (kind) => {
    const fields = kind === 'app.call' ? ['call', 'op'] : Object.keys(FIELDS[kind]);
    expect(rows.get(kind)!.fields).toEqual(fields);
    expect(rows.get(kind)!.level).toBe(isFullOnly(kind) ? 'full' : 'packets');
  });

  it('calls seen exactly what the digest covers, and what was lost', () => {
    const seen = kinds.filter((kind) => rows.get(kind)!.class !== 'told');
    expect(seen).toEqual(
      kinds.filter((kind) => isDigested(kind) || (kind.endsWith('.lost') && !isFullOnly(kind))),
    );
  });

  it('names every field of calls and messages', () => {
    for (const fields of Object.values(CALL_FIELDS)) {
      for (const name of Object.keys(fields)) expect(page).toContain(`\`${name}\``);
    }
    for (const [name] of MESSAGE_FIELDS) expect(page).toContain(`\`${name}\``);
  });

  it('shows a trace that can be read', () => {
    const example = /```jsonl\n([\s\S]*?)```/.exec(page)![1]!;
    const trace = readTrace(bytesOf(example));
    expect(trace.problems).toEqual([]);
    let again = '';
    const writer = new TraceWriter(trace.header, (chunk) => {
      again += chunk;
    });
    for (const event of trace.list) writer.event(event);
    writer.finish({ digest: trace.digest, verdict: 'passed' });
    expect(again).toBe(example);
  });
});
