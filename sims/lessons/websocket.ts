import { scenario } from 'mqtt-amber';

/** A page in a browser publishes two short messages and a longer one. Frames carry bytes, and do not know where a packet ends. */
export default scenario(
  'Lesson 14: MQTT over WebSocket',
  {
    protocol: '3.1.1',
    parameters: {
      framing: {
        default: 'each',
        values: ['each', 'joined', 'split'],
        description: 'how the page puts packets into frames',
      },
    },
  },
  async (sim, { framing }) => {
    const hub = sim.broker('hub');
    const page = sim.client('page');
    const lamp = sim.client('lamp');
    sim.link(page, hub, {
      latency: '20ms',
      websocket:
        framing === 'joined' ? { packetsPerFrame: 2 } : framing === 'split' ? { bytesPerFrame: 16 } : true,
    });
    sim.link(lamp, hub, { latency: '10ms' });
    await lamp.connect(hub);
    await lamp.subscribe('light/#', { qos: 0 });
    await page.connect(hub);
    await sim.sleep('100ms');
    page.publish('light/1', 'on', { qos: 0 });
    page.publish('light/2', 'off', { qos: 0 });
    await sim.sleep('1s');
    await page.publish('light/3', 'warm white', { qos: 0 });
    await sim.quiet();
  },
);
