import { setTimeout as sleep } from 'node:timers/promises';

await sleep(250);
export const unit = 'celsius';
