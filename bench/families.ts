/** The families of rows, in the order in which they are measured and told. */
import type { Cal } from './cal.ts';
import { codecRows } from './codec.ts';
import { countRows } from './counts.ts';
import { endToEndRows } from './end-to-end.ts';
import { enduranceRows } from './endurance.ts';
import { growthRows } from './growth.ts';
import { hostedRows } from './hosted.ts';
import type { Pace, Row } from './measure.ts';
import { pageRows } from './page.ts';
import { queueRows } from './queue.ts';
import { recordingRows } from './recording.ts';
import { rerunRows } from './rerun.ts';
import { scriptRows } from './script.ts';
import { seedRows, workerRows, zooRows } from './seeds.ts';
import { serveRows } from './serve.ts';
import { simulationRows } from './simulation.ts';
import { startRows } from './start.ts';
import { statementRows } from './statements.ts';
import { topicRows } from './topic.ts';
import { viewerRows } from './viewer.ts';

export interface Family {
  /** As a heading. */
  readonly title: string;
  /** What is measured, how, and beside whom: a paragraph of docs/performance.md. */
  readonly about: string;
  /** Where its time or its memory goes, as a profile told, where a goal is missed: a paragraph below the figures. */
  readonly profile?: string;
  readonly rows: (pace: Pace, cal: Cal) => Row[] | Promise<Row[]>;
}

export const FAMILIES: Readonly<Record<string, Family>> = {
  counts: {
    title: 'Counts',
    about:
      'What no machine changes. A hundred clients that each send themselves a message of 64 bytes a second at QoS 1; `bench/counts.json` pins the figures, and every run of the tests compares them. ' +
      'Allocations are counted without the optimiser, which would take some of them away.',
    rows: countRows,
  },
  queue: {
    title: 'The event queue',
    about:
      'The next event is taken and another scheduled a random time later, beside a plain binary heap of objects and closures with the same number pending. What that heap takes for an event with 1,000 pending, in a process of its own, is CAL, the measure of the machine. ' +
      'A deadline that moves must cost no more than two events.',
    profile:
      'Once more than 128 are pending, those that are not due for a while wait in spans of 65 ms, and the span that is next is cut into parts of a few events each, so that the heap has three or four levels whatever is pending: with 1,000 an event takes 63 ns in the place of 84, with 100,000 some 110 in the place of 190, half of which waits for memory: that the ids of a span are side by side, so that nobody waits for one to find the next, is a sixth of it. ' +
      'Of a heap alone a walk of ten levels takes 57 to 66 ns; a hole at the root that is left for the next event to fill and ids that are integers in the heap made it no quicker, and all that is known of an event in half a cache line made many of them slower. A deadline that moves takes a tenth longer than in the heap. The figures are those of the last of three runs; the others had 15.1 and 16.5 M events a second with 1,000 pending, scaled, and 5.7 and 5.8 M with 100,000.',
    rows: queueRows,
  },
  script: {
    title: 'Scripts',
    about:
      'A script that sleeps again and again in an empty world: an event, and the way into the script and out of it.',
    rows: scriptRows,
  },
  codec: {
    title: 'The codec',
    about:
      'Packets that change from one to the next, encoded and decoded one at a time, beside mqtt-packet, by processor time. Each of both has a loop of its own: one loop for all, which called a function for each packet, took 5 ns of it, a third of an acknowledgement.',
    profile:
      'Of the 68 ns of a PUBLISH that is encoded some 30 make a view of a slab, which has to be made and cleared too, 16 copy the payload, 10 find the bytes of the topic, and 5 copy them, in words of four; to ask the string for its characters took 40. ' +
      'An acknowledgement that was made before is found in 4 ns (5 in 5.0, where an object of another shape says Reason Code 0), and nearly all of that asks of what shape the packet is. It is read in 5 to 6.',
    rows: codecRows,
  },
  topic: {
    title: 'Topics',
    about:
      '20,000 subscriptions of a plant, some with wildcards, beside the qlobber of aedes; both give the same answers. A subscription is weighed without its text, which a session keeps anyway.',
    rows: topicRows,
  },
  simulation: {
    title: 'Many clients',
    about:
      'Each client publishes 64 bytes a second at QoS 1 to itself, over a link with 10 to 40 ms of latency and 1 % of loss, keep-alive 60 s, digest only, nobody judges. The clock is that of the processor. Idle clients are weighed with their link, connection and session, those of a script with their application as well.',
    profile:
      'A packet over `ideal` has a flat profile: segments, links and the ends of connections take 15 %, the broker 15, the codec 14, the event queue 13, the client 12, windows and identifiers 10, the loop 8, nodes 6, recording 4, the collector of garbage 2. ' +
      'It allocates 450 bytes: 87 are what a PUBLISH is decoded into, 63 its segment, 48 its view of a slab, 47 the stretch that keeps it between write and read, 43 its exchange, the rest is less than that each. Among twenty clients it takes two thirds of what it takes among a thousand: a third is waiting for memory, for the way of a message leads through dozens of objects of each client. ' +
      'To make the end of a connection and its transport one, and the client and its port, changed less of that than to put what every packet needs side by side and the only identifier in use where the set is: together a packet takes about a twentieth less. ' +
      'The figures are those of the quietest of sixteen runs of twenty-five minutes, in which the same code took 5.5 to 15.5 CAL for a packet of 3.1.1 and 6.0 to 13.8 for one of 5.0: what others do to the memory of the machine is no part of CAL. The shares of the codec and of the queue are from before both became quicker.',
    rows: simulationRows,
  },
  growth: {
    title: 'Growth',
    about:
      'What a packet costs among more clients, a million idle clients that only keep their connections alive, topics among more subscriptions, and ten idle clients for up to a year.',
    profile:
      'Of an idle client on the `ideal` transport, at 10,000 of them, 2,150 bytes are: three connections 360 (of the network, of the broker, of the client), its two ends 256, taps 240, its node 200, the lifeline 160, the two directions of its link 144, its session at the broker 104, its link 88, three names 80, four numbers that are times 64, its machine 32; some 330 are columns of the event queue, what events are about and six tables, which are seldom full, so that it is 400 more at 2,000. ' +
      'On `tcp` there are 1,900 more: senders 368, ends 320, some twenty numbers that are times 350, scoreboards 240, receivers 208, congestion windows 192, round trips 112. What is in flight, what repairs, probes and loses patience is made when it is needed. ' +
      'The headers of fourteen objects are 340 bytes of an idle client: to be at the goal, the ends of a connection and the machines would have to be records in arrays.',
    rows: growthRows,
  },
  endurance: {
    title: 'Memory over time',
    about:
      'The heap after each day of a week in which a thousand clients publish once a minute, and the resident memory of a sweep of a hundred thousand small seeds with two workers.',
    rows: enduranceRows,
  },
  recording: {
    title: 'Recording',
    about:
      'The same run with recorders of each level, beside one that does nothing. Kept: every event stays in memory, as for the judge. As a file: as lines of JSON, before they are packed. Of four runs of an hour the one in which others disturbed least: digest took 0.85 to 1.55 times, packets 1.30 to 1.89, all 2.51 to 3.78.',
    rows: recordingRows,
  },
  'end-to-end': {
    title: 'Beside aedes and MQTT.js',
    about:
      'A publisher, a broker and a subscriber, a hundred messages under way. Ours run in the simulation, which decides when each segment arrives; the peers are joined in memory.',
    profile:
      'QoS 1 is not slow here: a message takes as long as one of QoS 0, of which the peers carry a third of what they do at QoS 1. Of a message of QoS 1 the calls of the script and their promises take 17 %, the collector of garbage 13, sessions 10, what is recorded of the application and of packets 9, the codec 8, the network 8, the broker 6, Node’s immediates 6, the client 5, the event queue 5. ' +
      'Each acknowledgement settles a promise that the script awaits, and before anything else happens it may go on: an event and an immediate for each message, which cannot be shared.',
    rows: endToEndRows,
  },
  hosted: {
    title: 'Hosted code',
    about:
      'MQTT.js and aedes, unmodified, in the simulation, by processor time: as fast as they go with a hundred messages under way, beside the same two joined in memory; and ten clients that publish once a second at QoS 1. The heap is weighed, with what is beside it, when a tenth of a million messages has arrived, a half, and all.',
    profile:
      'Of ten clients that publish once a second, packages take 33 % (MQTT.js 8.5, mqtt-packet 7, aedes 6, debug 5.5, bl and others 6), Node 29 (ticks and immediates 10, streams 7, buffers 5), the collector of garbage 8.5, and what is ours 29: network and sockets 12.5, the event queue, event loops and their drive 10, other hosting 3, the short forms 2.5, the trace 1.5. ' +
      'A message comes to 17 events: eight segments, four of which only acknowledge, eight tasks and a timer. No function takes more than 6 %, and that is `process.nextTick`, which the streams call. ' +
      'Were our share nothing, there would be some 24,500 messages a second. A first attempt counted 22 events for a message: its 422,000 events a second were 19,000 messages.',
    rows: hostedRows,
  },
  seeds: {
    title: 'Seeds',
    about:
      'QoS 2 over reconnects ([bench/stories/reconnects.ts](../bench/stories/reconnects.ts)): links with latency and loss are reset every few seconds, every store is synced before anything is acknowledged, all rules judge, nothing is recorded. One core, with as much room for young objects as threads of stories have. Of three runs of half an hour the one with the most seeds a second: the judge took 1.50 to 1.77 times and 1.65 to 1.91.',
    profile:
      'The profile of a judged seed is flat. Of its own code nodes with their links and disks take 35 %, sessions, broker, client and codec 31, the judge 23, recording 7; what that calls of the engine is two fifths as much again. An eighth of all processor time is the compiler’s and the collector’s threads. ' +
      'There are about two events for a packet, and 13 KB are allocated for a message: 1 of them is what waits for a disk, 0.9 are segments, 0.7 the PUBLISH that was decoded, 0.6 copies of payloads, 0.4 bytes between write and read. ' +
      'Room for 32 MB of young objects in the place of 16 takes an eighth less of the processor; that an acknowledgement under way is kept as nothing but itself, and goes through the judge by a way of its own, a twentieth and more. More room still, more inlining and a collector without helpers change nothing; ' +
      'entries of a journal that are links of its chain themselves, and lists that are made for one, allocate a twentieth less and make nothing quicker. ' +
      'What a judged seed takes more, sampled with judged and unjudged ones in turn, is half of it the judge’s code, a tenth that of the recorder that tells it, and two fifths that of the machines, which take a quarter to two fifths longer beside it. Fed from memory, event by event, the judge takes 6 ms for a seed of 10 x 100 (some 0.1 µs for an acknowledgement, 0.2 to 0.8 for what happens to a PUBLISH, and the rest to tell events apart), where a run takes 8 ms more with it than without it, and a second judge of the same run 5.7. ' +
      'That is not the collector’s doing (the judge allocates 300 B a packet of 1,500), nor is it less where nothing of the judge is compiled into the code of the machines, or where it is fed 32, 256 or 1,024 events at once. ' +
      'It was 11.4 ms before the judge kept what it knows of a way at the way, took an acknowledgement for a number, gave what is pending once a place of its own, and was told without an event what applications do.',
    rows: seedRows,
  },
  sweep: {
    title: 'Two workers',
    about:
      'The same story swept by threads, as `amber sweep` does it: 300 seeds and 900, the start of the threads included, and what the longer of the sweeps takes more, for which they are warm. ' +
      'That is what has to be reached, as it is for the seeds a second of one core: where something is to be cold, the goals say so.',
    profile:
      'Each thread has a compiler and a heap of its own. With nobody else on the cores the first seed takes 460 ms of the processor, the second 330, one of those from the 64th on 36, and until then it is 1.6 s more than it would have been warm: the optimising compiler takes 1.2 of them, for some 570 functions, of which none takes 5 %; some 80 times it had optimised in vain. ' +
      'While two threads warm up on two cores, nobody compiles for them: what is optimised comes later, and they run the slow code for longer. So a sweep of a few hundred seeds has less of a second worker than a long one. ' +
      'A larger young generation, a collector without helpers and a compiler that waits for longer make it no less; one that inlines less takes a quarter of it away and makes each seed after it a twelfth slower; on Node 22 and 24 it is an eighth less.',
    rows: workerRows,
  },
  zoo: {
    title: 'The zoo',
    about: 'How many seeds it takes until the rule that has to catch a bug does, bug by bug.',
    rows: zooRows,
  },
  statements: {
    title: 'Statements',
    about:
      'What of the statements of both standards the stories of `sims/` and `sims/swarm/` exercise under the profile `swarm`.',
    rows: statementRows,
  },
  start: {
    title: 'One seed from a shell',
    about:
      '`amber run sims/topics.ts`, a process each time, beside a Node that does nothing, both without NODE_EXTRA_CA_CERTS, which Node 20 reads at its start. What Node itself takes is in the figure.',
    profile:
      'Of a cold start on Node 20 Node itself takes 26 ms; 5 later the thread of the run is begun, which takes 27 to come to its first line, the engine 54; what a run must not touch is refused in 7, the story is there 7 later, its run takes 45, the report and the end 14: of thirty starts the median of each. ' +
      'Meanwhile the other core loads the command, in 8, and leaves out the types of the story, in 50. All of it takes 250 ms of the processor. A story that imports more than this package takes 40 longer, for there the hooks of the loader have a thread of their own. Half of what the engine takes is to compile it: from a code cache of V8, which fits one version of Node, it is there in 30 ms of the processor in the place of 57, but where the cache does not fit a script takes ten longer than modules do. Where Node keeps what it compiled of modules itself (22 and 24, NODE_COMPILE_CACHE), a start takes 17 ms less. Room for 8 or 16 MB of young objects from the start on costs more than the collections it saves; to end the thread of the run while its report is made is not to be told from noise.',
    rows: startRows,
  },
  serve: {
    title: 'amber serve',
    about:
      'Each broker is a process of its own on loopback and stores nothing; one and the same lean client makes the load, MQTT 3.1.1, payloads of 64 bytes. mosquitto has `set_tcp_nodelay true`: without it, it waits 40 ms for acknowledgements of TCP. ' +
      'Processor time is counted in ticks of 10 ms; time on the wall depends on the client too, which shares the machine.',
    rows: serveRows,
  },
  viewer: {
    title: 'Reading a long trace',
    about:
      'A run of 200 clients with about a million packets, read and indexed as the worker of the viewer does it, but through the streams of Node.',
    profile:
      'Three fifths of the time are the reader: names, numbers and base64 of each line, its checksum and its digest; the rest is the index. No line makes an object: what it says goes from its bytes to the columns. Nearly all lines of such a trace are read from their bytes, in the one form in which they are written; JSON.parse and the table of fields look at any other.',
    rows: viewerRows,
  },
  page: {
    title: 'The viewer in a browser',
    about:
      'The same trace in the built viewer, in Chromium without a GPU, 1440 by 900 pixels. A frame is never shorter than that of the screen. A seek is over when the event that was sought is in view.',
    profile:
      'No frame is shorter than the screen’s, 16.7 ms: that it is no longer is all that can be asked of it, and the goal of 8 ms is asked of what the main thread does for one while the head moves through the whole trace. While a wheel zooms from the whole to one event it takes 5.7 ms. A long trace is unpacked on a thread of its own while another reads it, so that with two cores the reading is the longest part of what it takes to be complete. Among hundreds of lines a seek waits for the worker, which lays out 3,000 lines in 23 ms.',
    rows: pageRows,
  },
  rerun: {
    title: 'Runs in the page',
    about:
      'A story of 20 clients and a minute of virtual time, everything recorded and shown to its end, beside the same in Node without a page.',
    rows: rerunRows,
  },
};
