import { scenario } from 'mqtt-amber';

/** Six jobs at once for a robot that is far away. How many the hub may have under way is for the robot to say. */
export default scenario(
  'Lesson 16: order and flow control',
  {
    parameters: {
      receiveMaximum: {
        default: 65_535,
        range: [1, 65_535],
        whole: true,
        description: 'how many messages may be under way to the robot that it has not acknowledged',
      },
    },
  },
  async (sim, { receiveMaximum }) => {
    const hub = sim.broker('hub');
    const office = sim.client('office');
    const robot = sim.client('robot', { receiveMaximum });
    sim.link(office, hub, { latency: '1ms' });
    sim.link(robot, hub, { latency: '400ms' });
    await robot.connect(hub);
    await robot.subscribe('job', { qos: 1 });
    await office.connect(hub);
    for (let job = 1; job <= 6; job++) office.publish('job', `${job}`, { qos: 1 });
    await sim.quiet();
  },
);
