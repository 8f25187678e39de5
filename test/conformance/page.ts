/** `docs/conformance.md`, as the tests and the sources make it. */
import { STATEMENTS, type Statement } from '../../src/check/rules/statements.ts';
import type { Evidence, Proof } from './evidence.ts';
import { REASONS } from './reasons.ts';
import { TRAPS } from './traps.ts';

/** How many tests a line of a table names before it only counts them. */
const NAMED = 3;

/** Text that a table can hold: what cannot be seen or written in UTF-8 is escaped. */
const cell = (text: string) =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, (unit) => `\\\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;');
const link = (path: string) => `[${path.replace(/^(test|src)\/(mqtt\/)?/, '')}](../${path})`;

function proofsText(proofs: readonly Proof[]): string {
  // One test of each file first: they show a statement from different sides.
  const first = new Set(proofs.map(({ path }) => proofs.find((proof) => proof.path === path)!));
  const ordered = [...first, ...proofs.filter((proof) => !first.has(proof))];
  const shown = ordered
    .slice(0, NAMED)
    .map(({ path, title }) => `${link(path)}${title && `: ${cell(title)}`}`);
  if (ordered.length > NAMED) shown.push(`and ${ordered.length - NAMED} more`);
  return shown.join('<br>');
}

function row(statement: Statement, evidence: Evidence): string {
  const proofs = evidence.proofs.get(statement.id) ?? [];
  const rules = evidence.rules.get(statement.id) ?? [];
  const reason = REASONS[statement.id];
  const shown = [
    ...(proofs.length > 0 ? [proofsText(proofs)] : []),
    ...(reason === undefined ? [] : [`not shown: ${cell(reason)}`]),
    ...(rules.length > 0 ? [`judge: ${rules.map((rule) => `\`${rule}\``).join(', ')}`] : []),
  ];
  const places = (evidence.places.get(statement.id) ?? []).map(link);
  return `| ${statement.id.replace(/^.*\//, '')} | ${cell(statement.gist)} | ${statement.actor} | ${shown.join('<br>')} | ${places.join('<br>')} |`;
}

function table(version: Statement['version'], evidence: Evidence): string {
  const rows = STATEMENTS.filter((statement) => statement.version === version);
  return [
    `## MQTT ${version}`,
    '',
    '| Statement | What it says | Who | How it is shown | In the code |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map((statement) => row(statement, evidence)),
  ].join('\n');
}

function summary(evidence: Evidence): string {
  const lines = (['3.1.1', '5.0'] as const).map((version) => {
    const all = STATEMENTS.filter((statement) => statement.version === version);
    const count = (holds: (id: string) => boolean) => all.filter(({ id }) => holds(id)).length;
    const shown = count((id) => evidence.proofs.has(id));
    const judged = count((id) => evidence.rules.has(id));
    const reasons = count((id) => REASONS[id] !== undefined);
    return `| ${version} | ${all.length} | ${shown} | ${judged} | ${reasons} |`;
  });
  const trapped = TRAPS.filter((_, i) => evidence.proofs.has(`trap ${i + 1}`)).length;
  return [
    '| Version | Statements | Shown by a test | Watched by the judge | Cannot be shown |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
    '',
    `Of ${TRAPS.length} traps that implementations fall into, ${trapped} have a test.`,
  ].join('\n');
}

function traps(evidence: Evidence): string {
  return [
    '## Traps',
    '',
    '| | What others get wrong | How it is shown |',
    '| --- | --- | --- |',
    ...TRAPS.map(
      (trap, i) => `| ${i + 1} | ${cell(trap)} | ${proofsText(evidence.proofs.get(`trap ${i + 1}`) ?? [])} |`,
    ),
  ].join('\n');
}

export function page(evidence: Evidence): string {
  return `${[
    '# Conformance',
    'What MQTT 3.1.1 and 5.0 demand, statement by statement, in our words (the OASIS texts decide), with the tests that would fail if it did not hold, the rules by which the judge watches it, and the files that keep it. `npm run conformance` writes this page from the titles of the tests; do not edit it.',
    summary(evidence),
    table('3.1.1', evidence),
    table('5.0', evidence),
    traps(evidence),
  ].join('\n\n')}\n`;
}
