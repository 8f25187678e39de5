/** Statements and traps that still lack a test or a place in the code. These lists only shrink. */
export const OPEN: { unshown: readonly string[]; unnamed: readonly string[] } = {
  unshown: [],
  unnamed: [],
};
