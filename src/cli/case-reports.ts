/** Failures as test cases, in the forms that a test server and a pull request read. */
import type { SeedOutcome } from '../runner/seed-record.ts';

export interface FailedCase {
  /** Of the scenario. */
  readonly file: string;
  readonly outcome: SeedOutcome;
  readonly broke: string;
  /** A sentence. */
  readonly detail: string;
  /** All there is to say, and how to see it again; lines. */
  readonly text: string;
}

/** JUnit's XML: one test case for all that passed, and one for each kind of failure. */
export function junit(
  suite: string,
  passed: string,
  realMillis: number,
  failed: readonly FailedCase[],
): string {
  const seconds = (realMillis / 1000).toFixed(3);
  const cases = failed.map(
    ({ file, outcome, broke, detail, text }) =>
      `    <testcase classname="${xml(file)}" name="${xml(broke)}">\n` +
      `      <failure type="${xml(outcome)}" message="${xml(detail)}">${xml(text)}</failure>\n` +
      '    </testcase>\n',
  );
  cases.push(`    <testcase classname="${xml(suite)}" name="${xml(passed)}" time="${seconds}"/>\n`);
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<testsuites tests="${cases.length}" failures="${failed.length}" time="${seconds}">\n` +
    `  <testsuite name="${xml(suite)}" tests="${cases.length}" failures="${failed.length}" time="${seconds}">\n` +
    `${cases.join('')}  </testsuite>\n</testsuites>\n`
  );
}

const XML_SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML 1.0 has no room for most control characters. */
function xml(text: string): string {
  return text
    .replace(/[&<>"]/g, (sign) => XML_SIGNS[sign]!)
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}

/** A line that a workflow of GitHub shows beside the file. */
export function annotation({ file, broke, text }: Pick<FailedCase, 'file' | 'broke' | 'text'>): string {
  const escaped = (part: string) =>
    part.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (part: string) => escaped(part).replaceAll(':', '%3A').replaceAll(',', '%2C');
  return `::error file=${property(file)},title=${property(broke)}::${escaped(text)}\n`;
}
