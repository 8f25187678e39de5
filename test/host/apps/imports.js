// Loads packages, and a module of Node, while it boots.
const { default: client } = await import('mqtt');
const { Aedes } = await import('aedes');

export const net = typeof (await import('node:net')).connect;
export const mqtt = typeof client.connect;
export const aedes = typeof Aedes;
export const now = performance.now();
