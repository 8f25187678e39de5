import type { Mutant } from '../mutation.ts';
import { sending } from '../rewrites.ts';

export const retainLost: Mutant = {
  name: 'retain-lost',
  of: 'broker',
  wrong: 'a retained message comes to a new subscription without RETAIN',
  seen: ['dotnet/MQTTnet#482', 'moscajs/mosca#612'],
  rule: 'delivery.retain-flag',
  story: 'exchange',
  begin: () => sending('publish', (packet) => [{ ...packet, retain: false }]),
};
