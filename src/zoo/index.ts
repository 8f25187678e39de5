export { canary } from './canary.ts';
export { MUTANTS, mutantNamed } from './mutants.ts';
export type { Life, Mutant, Mutation, Wire } from './mutation.ts';
export { substitutionNamed, substitutionOf } from './substitute.ts';
