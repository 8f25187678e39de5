/** Stacks without places inside of Node and of Amber are for hosted code: who asks here who called it has to see them. */
import { describe, expect, it } from 'vitest';
import { answerOf, NODES } from './on-each-node.ts';

describe('what Node does for hosted code', () => {
  for (const [name, node] of NODES) {
    it.skipIf(node === undefined)(
      `is done in virtual time and refused to nobody on ${name}: pieces of a blob, pipes, warnings`,
      async () => {
        const runs = await answerOf<{ verdict: string; why?: string; seen: unknown }[]>(node!, 'insides.mjs');
        expect(runs[0]).toMatchObject({ verdict: 'passed', seen: [200_000, 0] });
        expect(runs[1]).toEqual(runs[0]);
      },
    );
  }
});

describe('what hosted code sees of where it is', () => {
  for (const [name, node] of NODES.filter(([name]) => name !== 'node22')) {
    it.skipIf(node === undefined)(
      `is its own places alone on ${name}, and of no run: in errors of the loader, stacks and calls`,
      async () => {
        const app = new URL('./apps/marks.js', import.meta.url);
        const [seen, again] = await answerOf<string[][]>(node!, 'marks.mjs');
        expect(again).toEqual(seen);
        const [missing, missingAt, wrong, wrongAt, immediate, calls] = seen!;
        expect(missing).toContain(`"${new URL('../../package.json', import.meta.url)}" needs an import at`);
        expect(wrong).toContain(`"${app}" is not of type`);
        for (const at of [missingAt, wrongAt]) expect(at).not.toContain('\n    at ');
        expect(immediate!.split('\n').slice(1)).toEqual([
          expect.stringMatching(`^ {4}at .*${app.pathname}:\\d+:\\d+\\)?$`),
        ]);
        for (const call of JSON.parse(calls!) as object[])
          expect(call).toMatchObject({ scriptName: app.href, scriptId: '0' });
      },
    );
  }
});
