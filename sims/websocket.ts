import { scenario } from 'mqtt-amber';

const ascii = (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));

/** What a browser sends to change from HTTP to WebSocket, by hand. */
const upgrade = (subprotocol: string) =>
  ascii(
    [
      'GET /mqtt HTTP/1.1',
      'Host: hub',
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      `Sec-WebSocket-Protocol: ${subprotocol}`,
      '\r\n',
    ].join('\r\n'),
  );

/**
 * A page in a browser speaks MQTT over WebSocket, a sensor over TCP, with the same broker. Frames know nothing of packets: one packet may
 * lie in two of them, and two packets in one. What is no MQTT is shown the door.
 */
export default scenario('MQTT over WebSocket', async (sim) => {
  const hub = sim.broker('hub');
  const page = sim.client('page');
  const sensor = sim.client('sensor');
  sim.link(page, hub, { latency: '20ms', websocket: { packetsPerFrame: 2, bytesPerFrame: 40 } });
  sim.link(sensor, hub, { latency: '5ms' });

  sim.note('The page asks for an upgrade first; then both are clients like any other.');
  await page.connect(hub);
  await page.subscribe('room/#', { qos: 1 });
  await sensor.connect(hub);
  await sensor.subscribe('light/#', { qos: 1 });

  sim.note('One packet over two frames: 40 bytes are all that fits into one.');
  await page.publish('light/scene', 'a warm evening, dimmed to a third', { qos: 1 });

  sim.note('Two packets in one frame: the page has written both at once.');
  page.publish('light/1', 'on', { qos: 1 });
  await page.publish('light/2', 'off', { qos: 1 });

  sim.note('The way back is framed by the broker.');
  await sensor.publish('room/temperature', '21.5', { qos: 1 });

  sim.note('Who asks for a subprotocol that is not of MQTT is answered 400.');
  const stranger = sim.peer('stranger');
  sim.link(stranger, hub, { websocket: true });
  const chat = stranger.dial(hub);
  await chat.opened();
  chat.send(upgrade('chat'));
  const answer = String.fromCharCode(...(await chat.read()).subarray(0, 12));
  sim.always(answer === 'HTTP/1.1 400', 'a wrong subprotocol is refused');
  sim.always((await chat.ended()) === 'finished', 'and the connection is closed');

  sim.note('A text frame ends the connection: control packets travel in binary frames.');
  const talker = stranger.dial(hub);
  await talker.opened();
  talker.send(upgrade('mqtt'));
  await talker.read();
  const [FIN_TEXT, MASKED_5, NO_MASK] = [0x81, 0x85, [0, 0, 0, 0]];
  talker.send(Uint8Array.of(FIN_TEXT, MASKED_5, ...NO_MASK, ...ascii('Hello')));
  const close = await talker.read();
  sim.always(
    close[0] === 0x88 && close[2]! * 256 + close[3]! === 1003,
    'a text frame is refused with code 1003',
  );
  await talker.ended();

  await sim.quiet();
  const heard = [...sensor.received].map(({ topic }) => topic).join(' ');
  sim.always(
    heard === 'light/scene light/1 light/2',
    'the sensor hears the page, each message once and in order',
  );
  sim.always(page.received.length === 1, 'the page hears the sensor');
});
