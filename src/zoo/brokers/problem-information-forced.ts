import type { Mutant } from '../mutation.ts';
import { deafTo } from '../rewrites.ts';

export const problemInformationForced: Mutant = {
  name: 'problem-information-forced',
  of: 'broker',
  wrong: 'who asks for no problem information gets Reason Strings with acknowledgements all the same',
  seen: ['eclipse-mosquitto/mosquitto#3604', 'eclipse-mosquitto/mosquitto#3612'],
  rule: 'request.problem-information',
  story: 'terms',
  begin: () => deafTo('requestProblemInformation'),
};
