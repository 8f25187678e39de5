/** docs/malformed.md: what nobody may send, how it is answered, and what mosquitto does with it. */
import { corpus, type Entry } from './corpus.ts';
import { sentBy } from './offence.ts';
import { MOSQUITTO, recorded, SILENT_END, UNTOLD } from './theirs.ts';

const LONGEST_SHOWN = 72;

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function answerOf({ answer }: Entry): string {
  const [kind, code] = answer.split(' ');
  if (kind === 'refusal') return `DISCONNECT ${code}, close`;
  return kind === 'connack' ? `CONNACK ${code}, close` : 'close';
}

export function malformedPage(): string {
  const theirs = recorded();
  const all = corpus.map((entry, index) => ({ entry, index, said: theirs(entry) }));
  const count = (test: (said: string) => boolean) => all.filter(({ said }) => test(said)).length;
  const otherwise = count((said) => said !== '' && said !== SILENT_END && said !== UNTOLD);
  const rows = (version: Entry['version']) =>
    all
      .filter(({ entry }) => entry.version === version)
      .map(({ entry, index, said }) => {
        const sent = sentBy(entry, `${index}`.padStart(3, '0')).replace(/^hex /, '');
        const shown = sent.length > LONGEST_SHOWN ? `${sent.slice(0, LONGEST_SHOWN - 3)}...` : sent;
        const told = entry.broker === undefined ? '' : `, \`${entry.broker}\``;
        return `| ${cell(entry.what)} | ${entry.state}${told} | \`${cell(shown)}\` | ${entry.rule} | ${answerOf(entry)} | ${said} |`;
      })
      .join('\n');
  const head = `| what | state | what is sent | breaks | answer | mosquitto |\n|---|---|---|---|---|---|`;
  return `<!-- Written by \`npx vitest run test/dialogues -u\` from test/dialogues/malformed: do not edit it by hand. -->

# Malformed packets

${corpus.length} packets and sequences of packets that a client must not send, each on a connection of its own, with the statement it breaks and the answer
of Amber's broker: in the simulation, where the judge looks on, and on TCP. Somebody else is connected to the same broker, and its messages of QoS 1
go through before and after. Who was connected when it went wrong has its will published, and what it sent behind a malformed
packet is not looked at.

The same is done to Amber's client by a server that misbehaves, in
[test/mqtt/client/malformed.test.ts](../test/mqtt/client/malformed.test.ts): it says why in 5.0, closes, believes nothing of it, and what was under way
goes on with the next connection.

## Where the standards leave a choice

- The connection is closed: that is no choice, neither in 3.1.1 [3.1.1/MQTT-4.8.0-1] nor in 5.0 [5.0/MQTT-4.13.1-1].
- 3.1.1 has no packet to say why, but for CONNACK, and that only for what its table of return codes has: an unknown level and an identifier that is
  rejected. A malformed CONNECT is closed without one [3.1.1/MQTT-3.1.4-1].
- 5.0: a server MAY say in CONNACK why it refuses a CONNECT, and SHOULD say in DISCONNECT what was wrong with anything else (section
  4.13.1). Amber always does. It says nothing to a connection that has not begun with CONNECT [5.0/MQTT-3.14.0-1].
- Where the section of a packet names a code it is that one; else 0x81 for bytes that cannot be read, 0x82 for what can be read and is not
  allowed (section 4.13.1). Which of the two a broken rule is, the text does not always say.
- A name that is not MQTT may be taken for another protocol [3.1.1/MQTT-3.1.2-1]; Amber has no other. A level that is not served may be answered in
  5.0 or in the words of 3.1.1; Amber does the latter, which every client reads.
- Acknowledgements that come at the wrong moment break the protocol for a server that knows the moment. One that has forgotten the identifier
  ignores PUBACK, PUBREC and PUBCOMP for it, and so does Amber.

## mosquitto

mosquitto ${MOSQUITTO}, for comparison. It does the same with ${count((said) => said === '')} of them; with ${count((said) => said === SILENT_END)} it ${SILENT_END}, which is its right; with ${otherwise} it does
otherwise: the last column says what. ${count((said) => said === UNTOLD)} need an option that it does not have.

## 3.1.1

${head}
${rows('3.1.1')}

## 5.0

${head}
${rows('5.0')}
`;
}
