import type { Delivery } from '../../mqtt/client/application.ts';
import type { Mutant } from '../mutation.ts';

export const acknowledgesUnhandled: Mutant = {
  name: 'acknowledges-unhandled',
  of: 'client',
  wrong:
    'a message is acknowledged before the application has it, and is gone when the application fails meanwhile',
  seen: ['eclipse-mosquitto/mosquitto#188', 'AtherEnergy/rumqtt#94', '256dpi/gomqtt#1'],
  rule: 'delivery.handed-over',
  story: 'exchange',
  begin: () => {
    let count = 0;
    return {
      /** The application fails at every tenth. */
      delivered: (delivery: Delivery) => (delivery.message.qos > 0 && ++count % 10 === 0 ? [] : [delivery]),
    };
  },
};
