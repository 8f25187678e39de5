/** What MQTT 3.1.1 and 5.0 demand, statement by statement: 120 identifiers mean something else in the other version. */
import { STATEMENTS_3_1_1 } from './statements-3.1.1.ts';
import { STATEMENTS_5_0 } from './statements-5.0.ts';

/** Identifier, who has to keep it, what it says; `unseen` when nobody who reads the packets can tell. */
export type StatementRow = readonly [
  id: string,
  actor: Statement['actor'],
  gist: string,
  observable?: 'unseen',
];

export interface Statement {
  version: '3.1.1' | '5.0';
  /** With the version in front, as code and tests name it: `5.0/MQTT-3.3.1-2`. */
  id: string;
  /** Who has to keep it. */
  actor: 'client' | 'server' | 'both';
  /** What it says, in our words. The OASIS text decides. */
  gist: string;
  /** Whether who reads the packets can tell that it was broken. */
  observable: boolean;
}

function statementsOf(version: Statement['version'], rows: readonly StatementRow[]): Statement[] {
  return rows.map(([id, actor, gist, unseen]) => ({
    version,
    id: `${version}/${id}`,
    actor,
    gist,
    observable: unseen === undefined,
  }));
}

/** Every normative statement of both versions, in the order of the texts. */
export const STATEMENTS: readonly Statement[] = [
  ...statementsOf('3.1.1', STATEMENTS_3_1_1),
  ...statementsOf('5.0', STATEMENTS_5_0),
];
