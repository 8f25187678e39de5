export { Burial, READ_AGAIN_MAX } from './burial.ts';
export { type Fate, fateOf } from './fate.ts';
export { Lives } from './lives.ts';
export { OBITUARIES_MAX, type Obituary, obituariesOf } from './obituary.ts';
export { type MessagePage, pageOf, titleOf } from './page.ts';
export { Life, Publication, type Step } from './publication.ts';
