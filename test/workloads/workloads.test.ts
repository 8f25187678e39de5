/** Clients of the field at brokers of the field, through a tap: whoever is accused is accused rightly. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createChecker } from '../../src/check/checker.ts';
import { RULES, type RuleId } from '../../src/check/rules/rules.ts';
import { servers } from '../net/servers.ts';
import { tapBefore } from '../net/tapped.ts';
import { program } from '../programs.ts';
import { Packets, PROVED } from './proofs.ts';
import { Stage, WORKLOADS } from './workloads.ts';

/** Rules that aedes breaks in these whatever the timing: were it not accused, the judge would have gone blind. */
const ALWAYS: Readonly<Record<string, readonly string[]>> = {
  'a queue that grows while it is sent': ['ordering.messages'],
  'nine cells of QoS': ['delivery.qos'],
  'bursts of three publishers to three subscribers': ['delivery.qos'],
  'mosquitto_pub and mosquitto_sub: every QoS, retained, a session that lasts': ['delivery.qos'],
};

describe.each(['mosquitto', 'aedes', 'amber'])('a tap before %s', (server) => {
  const start = servers[server];
  for (const { name, versions, needs = [], play } of WORKLOADS) {
    // Aedes speaks 3.1.1.
    for (const version of versions.filter((each) => each === 4 || server !== 'aedes')) {
      const missing = start === undefined || needs.some((each) => program(each) === undefined);
      it.skipIf(missing)(`sees ${name}, in version ${version}`, async () => {
        const { port, end } = await tapBefore(Number(new URL((await start!()).tcp).port));
        await play(new Stage(port, version));
        const trace = await end();
        expect(trace.problems).toEqual([]);
        const checker = createChecker({ vantage: trace.header.vantage });
        for (const event of trace.list) checker.observe(event);
        const { rules, violations } = checker.finish({ quiet: false });
        expect(rules.filter(({ outcome }) => outcome === 'held').length).toBeGreaterThan(20);
        const packets = new Packets(trace.list);
        for (const violation of violations) {
          const { rule, text } = violation;
          const known = PROVED.find((each) => each.broker === server && each.rule === rule);
          expect(known, `${rule}: ${text}`).toBeDefined();
          expect(known!.proof(packets, violation), `${rule}: ${text}`).toBe(true);
        }
        if (server === 'aedes')
          expect(violations.map(({ rule }) => rule)).toEqual(
            expect.arrayContaining([...(ALWAYS[name] ?? [])]),
          );
      });
    }
  }
});

describe('what is proved', () => {
  it('stands for a statement of its rule, and is on the page docs/checking.md', () => {
    const page = readFileSync(new URL('../../docs/checking.md', import.meta.url), 'utf8');
    for (const { broker, rule, statement } of PROVED) {
      expect(page).toContain(`| ${broker} | \`${rule}\` | [${statement}] |`);
      expect(Object.keys(RULES)).toContain(rule as RuleId);
    }
  });
});
