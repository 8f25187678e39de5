import { readFileSync } from 'node:fs';

// As packages do that look at what lies beside them.
const { length } = readFileSync(new URL(import.meta.url));
let counted = 0;
export const next = () => (length > 0 ? ++counted : 0);
