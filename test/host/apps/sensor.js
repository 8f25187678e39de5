// A client of MQTT.js that awaits its connection at the top of its module.
import mqtt from 'mqtt';

const client = await mqtt.connectAsync('mqtt://hub:1883', { clientId: 'sensor', keepalive: 10 });
export const connectedAt = Date.now();
export const received = [];
client.on('message', (topic, payload) => received.push(`${topic} ${payload}`));

export async function report() {
  await client.subscribeAsync('t/#', { qos: 1 });
  await client.publishAsync('t/1', '21.5', { qos: 1 });
}
