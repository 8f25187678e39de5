import { type ClientAuthentication, scenario } from 'mqtt-amber';

/**
 * Enhanced authentication: the hub asks, the client answers, the hub proves itself in turn, and all of it can be done again on a
 * connection that stands. The method is a toy, the exchange is not.
 */
export default scenario('Enhanced authentication', async (sim) => {
  const SECRET = 77;
  const seal = (challenge: number, secret: number) => (challenge * secret) % 251;
  let asked = 0;

  const hub = sim.broker('hub', {
    authenticationMethods: {
      SEAL: () => {
        let challenge: number | undefined;
        return (data) => {
          if (challenge === undefined) {
            asked++;
            challenge = 1 + Math.floor(sim.random('challenge') * 250);
            return { outcome: 'continue', data: Uint8Array.of(challenge) };
          }
          if (data?.[0] !== seal(challenge, SECRET))
            return { outcome: 'failure', text: 'the seal is broken' };
          // The last word: only who knows the secret can say it.
          return { outcome: 'success', data: Uint8Array.of(seal(challenge, SECRET + 1)) };
        };
      },
    },
  });

  const sealed = (secret: number, expected = secret): ClientAuthentication => ({
    name: 'SEAL',
    begin: () => {
      let challenge = 0;
      return {
        opening: undefined,
        answer: (data) => {
          challenge = data?.[0] ?? 0;
          return { data: Uint8Array.of(seal(challenge, secret)) };
        },
        accept: (data) => data?.[0] === seal(challenge, expected + 1),
      };
    },
  });
  const knock = async (name: string, authentication: ClientAuthentication) => {
    const client = sim.client(name, { authentication, reconnect: 'off' });
    return client.connect(hub).then(
      () => 'let in',
      ({ reasonCode, message }) => (reasonCode === undefined ? message : `0x${reasonCode.toString(16)}`),
    );
  };

  sim.note('One knows the secret, one does not, one has a method that nobody knows.');
  sim.always((await knock('friend', sealed(SECRET))) === 'let in', 'who knows the secret is let in');
  sim.always((await knock('thief', sealed(SECRET + 3))) === '0x87', 'who does not is not authorized');
  const strange = { ...sealed(SECRET), name: 'STRANGE' };
  sim.always((await knock('stranger', strange)) === '0x8c', 'a method the hub does not have is a bad one');

  sim.note('One is let in, and does not believe that this is the hub.');
  const doubt = await knock('sceptic', sealed(SECRET, SECRET + 9));
  sim.always(doubt.includes('does not satisfy'), 'the client leaves a hub that cannot prove itself');

  sim.note('An hour later the friend proves itself again. Messages go on meanwhile.');
  const friend = sim.client('friend');
  await friend.subscribe('news', { qos: 1 });
  await sim.sleep('1h');
  const before = asked;
  const again = friend.authenticate();
  await friend.publish('news', 'still here', { qos: 1 });
  await again;
  sim.always(asked === before + 1 && friend.connected, 'it was asked once more, on the same connection');
  await sim.quiet();
  sim.always(friend.received.length === 1, 'and its message arrived');
});
