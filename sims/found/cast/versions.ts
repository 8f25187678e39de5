/**
 * The versions of aedes and of MQTT.js that these stories are told with: those that are installed under their own names, and older ones
 * under aliases of npm, in which there is what a later version has mended.
 */

export const AEDES = {
  '0.51.3': () => import('aedes-0.51'),
  '1.1.3': () => import('aedes-1.1'),
  '1.2.0': () => import('aedes'),
} as const;

export const MQTTJS = {
  '4.3.8': () => import('mqtt-4.3'),
  '5.3.4': () => import('mqtt-5.3'),
  '5.5.5': () => import('mqtt-5.5'),
  '5.8.0': () => import('mqtt-5.8'),
  '5.16.0': () => import('mqtt'),
} as const;
