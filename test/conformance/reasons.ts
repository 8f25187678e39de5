/** Statements that no test shows, each with the reason why none can. */
export const REASONS: Readonly<Record<string, string>> = {};
