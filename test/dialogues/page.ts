/** docs/dialogues.md: every dialogue, what it shows, and where mosquitto does otherwise. */
import type { Difference } from './differences.ts';
import { differences } from './differences.ts';
import { dialogues, versionNames } from './grounds.ts';

const RIGHT: Readonly<Record<Difference['right'], string>> = {
  ours: 'Amber',
  theirs: 'mosquitto',
  both: 'both may',
};

export function dialoguesPage(): string {
  const rows = dialogues.map(({ name, title, versions, proves }) => {
    const link = `[${name}](../test/dialogues/${name}.dialogue)`;
    return `| ${link} | ${cell(title)} | ${versions.map((version) => versionNames[version]).join(' ')} | ${proves.join(' ')} |`;
  });
  const deviating = differences.map(
    ({ dialogue, mosquitto, right, statement }) =>
      `| ${dialogue} | ${cell(mosquitto)} | ${RIGHT[right]} | ${statement} |`,
  );
  return `${PREFACE}
## The dialogues

${dialogues.length} dialogues. Each is played against Amber's broker in the simulation, where the judge looks on, against Amber's broker on TCP, and
against mosquitto on TCP. The first two give the same packets; so does mosquitto, but for what is listed below. What must not be sent at all is
played in the same way: [malformed packets](malformed.md).

| dialogue | what it shows | versions | statements |
|---|---|---|---|
${rows.join('\n')}

## Where mosquitto does otherwise

${differences.length} performances out of ${dialogues.reduce((sum, { versions }) => sum + versions.length, 0)}, with what decides who is right. \`npm test\` fails when one of them does not occur any more.

| dialogue | what mosquitto does | right is | decided by |
|---|---|---|---|
${deviating.join('\n')}
`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

const PREFACE = `<!-- Written by \`npx vitest run test/dialogues -u\` from test/dialogues: do not edit it by hand. -->

# Dialogues

A dialogue is a text that says what clients send to a broker and what has to come back. One file is played against a broker in the simulation,
against one on a socket, against any other:

\`\`\`sh
npx amber talk test/dialogues/retained-late.dialogue                       # Amber's broker, in the simulation
npx amber talk test/dialogues/*.dialogue --to 127.0.0.1:1883               # whatever listens there
\`\`\`

## The format

\`\`\`
title: The late subscriber gets the retained message, with RETAIN 1
versions: 3.1.1, 5.0
proves: 3.1.1/MQTT-3.3.1-8, 5.0/MQTT-3.3.1-9

b connects
b > publish t "kept" retain qos=1 id=1
b < puback 1 *
a connects
a > subscribe 1 t@1
any order:
  a < suback 1 1
  a < publish t "kept" qos=1 retain id=?id
a > puback ?id
\`\`\`

| line | meaning |
|---|---|
| \`title:\` \`versions:\` \`proves:\` | what is shown, in which versions it is played, and which statements say so |
| \`broker: receiveMaximum=2\` | what the broker has to be told, by the names of Amber's options |
| \`a connects FIELDS\` | a new connection, CONNECT, and a CONNACK that accepts |
| \`a > PACKET\` | the client \`a\` sends it; the first packet opens a connection |
| \`a > hex 10 0d 00 ..\` | any bytes |
| \`a < PACKET\` | it has to come next |
| \`any order:\` | the indented lines come in whatever order |
| \`a < close\` | the connection has to end |
| \`a < refusal 0x82\` | in 5.0 DISCONNECT with this code, then the end; before, the end |
| \`a < silence\`, \`a < silence 2s\` | nothing may come (300 ms unless it says otherwise) |
| \`a drops\` | the connection is reset without DISCONNECT |
| \`sleep 2s\` | time passes |
| \`[5.0] a > ..\` | only in these versions |
| \`# ..\` | a comment |

Packets have the names of the standard. What stands in a place: \`publish TOPIC PAYLOAD\`, \`puback ID CODE\` (and \`pubrec\`, \`pubrel\`, \`pubcomp\`),
\`subscribe ID FILTER@QOS,noLocal,retainAsPublished,retainHandling=1 ..\`, \`suback ID CODE ..\`, \`unsubscribe ID FILTER ..\`, \`unsuback ID CODE ..\`,
\`connack CODE\`, \`disconnect CODE\`, \`auth CODE\`. Flags are words: \`retain\`, \`dup\`, \`present\`. Everything else has a name: \`qos=1\`, \`id=7\`,
\`clientId=one\`, \`cleanStart=0\`, \`keepAlive=10\`, \`willTopic=w\`, \`willPayload="gone"\`, \`willQos=1\`, \`willRetain\`, \`username=\`, \`password=\`, and the
properties of 5.0 in camelCase, \`userProperty=name:value\` as often as there are pairs.

In what is expected, \`*\` is anything, \`8..10\` a range, \`?name\` is remembered the first time and compared from then on (and may be sent), and
\`!contentType\` must be absent. Flags, QoS, payload and codes that are not written are 0 or empty; other fields that are not written may be
anything. Bytes are text, \`hex:00ff\`, or \`bytes:5000\`.
`;
