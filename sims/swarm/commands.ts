import { type ClientAuthentication, scenario } from 'mqtt-amber';
import { arrive } from './cast/arrive.ts';
import { insist } from './cast/insist.ts';
import { Luck } from './cast/luck.ts';
import { cargoOf, LASTING, mannersOf, protocol } from './cast/manners.ts';

/**
 * Operators command a machine, which answers where it is told to. A 5.0 question says so in its properties, one before 5.0 in its payload;
 * operators of 5.0 prove who they are, now and then once more. Every question that was accepted has its answer, and nobody has another's.
 */
export default scenario(
  'Commands and answers',
  {
    parameters: {
      protocol,
      questions: { default: 10, range: [1, 1_000], whole: true, unit: 'questions of each operator' },
    },
  },
  async (sim, p) => {
    const hubsLuck = new Luck(sim, 'hub');
    const hub = sim.broker('hub', {
      receiveMaximum: hubsLuck.between(1, 8),
      topicAliasMaximum: hubsLuck.between(0, 4),
      responseInformation: 'answers',
      authenticationMethods: {
        TOKEN: () => (data) => ({ outcome: data?.[0] === 7 ? 'success' : 'continue' }),
      },
    });

    const machinesLuck = new Luck(sim, 'machine');
    const manners = mannersOf(machinesLuck, p.protocol);
    const machine = sim.client('machine', { ...manners, ...LASTING });
    machine.on('message', async ({ text, responseTopic, correlationData }) => {
      const [inbox, question] = responseTopic === undefined ? text.split(' ') : [responseTopic, text];
      // 5.0 sends a question on without its properties to a machine that does not know them: then nobody can answer.
      if (question === undefined) return;
      const answer = {
        qos: 1,
        correlationData: manners.protocol === '5.0' ? correlationData : undefined,
      } as const;
      await insist(sim, () => machine.publish(inbox!, `done ${question}`, answer));
    });
    await arrive(sim, machine, hub);
    await insist(sim, () => machine.subscribe('machine/commands', { qos: 2 }));

    const operate = async (name: string) => {
      const luck = new Luck(sim, name);
      const manners = mannersOf(luck, p.protocol);
      const modern = manners.protocol === '5.0';
      const proves = modern && luck.chance(0.5);
      const operator = sim.client(name, {
        ...manners,
        ...LASTING,
        ...(proves ? { authentication: token } : {}),
        ...(modern ? { requestResponseInformation: luck.chance(0.5) } : {}),
      });
      const inbox = `answers/${name}`;
      await arrive(sim, operator, hub);
      await insist(sim, () => operator.subscribe(`${inbox}/#`, { qos: luck.pick([1, 2] as const) }));
      const asked: string[] = [];
      let proving = false;
      const prove = () => {
        proving = true;
        const done = () => {
          proving = false;
        };
        // A connection that is lost meanwhile begins with a proof anyway.
        operator.authenticate().then(done, done);
      };
      for (let number = 1; number <= p.questions; number++) {
        const question = `${name}-${number}`;
        const text = modern && speaksProperties ? question : `${inbox} ${question}`;
        const properties =
          modern && speaksProperties ? { responseTopic: inbox, correlationData: question } : {};
        const options = {
          qos: luck.pick([1, 2] as const),
          ...cargoOf(luck, manners.protocol),
          ...properties,
        };
        operator.publish('machine/commands', text, options).then(
          () => asked.push(question),
          () => {},
        );
        if (proves && !proving && luck.chance(0.2)) prove();
        await sim.sleep(luck.pause(500, 5_000));
      }
      return { operator, inbox, asked, name };
    };
    const speaksProperties = manners.protocol === '5.0';
    const operators = await Promise.all([operate('ida'), operate('joe')]);
    await sim.quiet();

    for (const { operator, inbox, asked, name } of operators) {
      const answers = [...operator.received];
      const texts = answers.map(({ text }) => text);
      sim.always(
        asked.every((question) => texts.includes(`done ${question}`)),
        'every question has its answer',
      );
      sim.always(
        answers.every(({ topic, text }) => topic === inbox && text.startsWith(`done ${name}-`)),
        'and nobody has the answer of another',
      );
    }
  },
);

/** A toy: the exchange is real. Whoever does not say the token at once is asked for it. */
const token: ClientAuthentication = {
  name: 'TOKEN',
  begin: () => ({ opening: undefined, answer: () => ({ data: Uint8Array.of(7) }), accept: () => true }),
};
