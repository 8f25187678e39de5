import { scenario } from 'mqtt-amber';

/** A question says where its answer goes and what it answers; whoever answers passes that on, and needs to know nothing else. */
export default scenario('Request and response', async (sim) => {
  const hub = sim.broker('hub', { responseInformation: 'answers' });
  const meter = sim.client('meter');
  await meter.connect(hub);
  await meter.subscribe('meter/read', { qos: 1 });
  meter.on('message', async ({ text, responseTopic, correlationData }) => {
    // The second question is the harder one.
    if (text === 'total') await sim.sleep('2s');
    if (responseTopic !== undefined) {
      meter.publish(responseTopic, `${text}: 42`, { qos: 1, correlationData });
    }
  });

  const asker = async (name: string) => {
    const client = sim.client(name, { requestResponseInformation: true });
    const { properties } = await client.connect(hub);
    const inbox = `${properties.responseInformation}/${name}`;
    await client.subscribe(inbox, { qos: 1 });
    return { client, inbox };
  };
  const desk = await asker('desk');
  const phone = await asker('phone');

  sim.note('The desk asks two things at once, the phone one.');
  const ask = ({ client, inbox }: typeof desk, question: string, number: string) =>
    client.publish('meter/read', question, { qos: 1, responseTopic: inbox, correlationData: number });
  await ask(desk, 'total', '1');
  await ask(desk, 'now', '2');
  await ask(phone, 'now', '1');
  await sim.sleep('5s');
  await sim.quiet();

  const answers = ({ client }: typeof desk) =>
    [...client.received].map(({ text, correlationData }) => `${correlationData?.[0]} ${text}`).join(', ');
  const [one, two] = ['1', '2'].map((digit) => digit.charCodeAt(0));
  sim.always(
    answers(desk) === `${two} now: 42, ${one} total: 42`,
    'answers come when they are ready, and tell what they answer',
  );
  sim.always(answers(phone) === `${one} now: 42`, 'everybody gets their own answers alone');
});
