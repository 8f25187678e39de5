import type { Lesson } from './lesson.ts';

export const topics: Lesson = {
  name: 'topics',
  title: 'Topics and filters',
  about: 'What `+` and `#` stand for, and why a filter does not match.',
  story: 'lessons/topics',
  seed: 1,
  begin: [
    'A topic has levels, with a slash between them: `home/kitchen/light`. A subscription names a *filter*: a topic, or a pattern for many topics.',
    'Two *wildcards* make a pattern. `+` stands for exactly one level, whatever it is called. `#` stands for all that follows, and comes last.',
    'A `house` publishes four messages: on `home/kitchen/light`, `home/kitchen/temperature`, `home/hall/light` and on `home`. A `reader` subscribes with a filter. A `guard` listens to what the broker, `hub`, says of itself.',
  ],
  watch: [
    {
      at: 'type:SUBSCRIBE from:reader',
      text: 'The reader subscribes to `home/kitchen/light`: no wildcard, so this one topic and nothing else.',
    },
    {
      at: 'type:PUBLISH to:guard topic:$SYS/#',
      text: 'This broker publishes figures about itself, below `$SYS`. The standard does not ask for them, but many brokers have some. The guard wants to know how long the broker has been running. It has asked for that topic by its full name, and gets it at once.',
    },
    {
      at: 'type:PUBLISH from:house topic:home/kitchen/light',
      text: 'The house publishes on that very topic: it matches, and is passed on.',
    },
    {
      at: 'type:PUBLISH from:house topic:home/kitchen/temperature',
      text: 'Another topic. It arrives at the hub and goes no further: nobody has asked for it.',
    },
    {
      at: { filter: 'kind:packet.sent type:PUBLISH from:house', nth: 4 },
      text: 'Four messages, one match.',
    },
  ],
  change: {
    text: 'Give the reader another filter.',
    parameter: 'filter',
    choices: [
      {
        value: 'home/+',
        label: 'home/+',
        steps: [
          {
            at: 'type:PUBLISH from:house topic:home/kitchen/light',
            text: 'This topic has three levels, and `home/+` has two. `+` is one level, not “anything from here on”.',
          },
          {
            at: { filter: 'kind:packet.sent type:PUBLISH from:house', nth: 4 },
            text: '`home` has one level. So none of the four matches, though each of them begins with `home`.',
          },
        ],
      },
      {
        value: 'home/+/light',
        label: 'home/+/light',
        steps: [
          {
            at: 'type:PUBLISH to:reader topic:home/kitchen/light',
            text: 'The `+` stands for `kitchen`.',
          },
          {
            at: 'type:PUBLISH from:house topic:home/kitchen/temperature',
            text: 'Here the third level is another one: no match.',
          },
          {
            at: 'type:PUBLISH to:reader topic:home/hall/light',
            text: 'And here it stands for `hall`. All lights of the house with one filter.',
          },
        ],
      },
      {
        value: 'home/#',
        label: 'home/#',
        steps: [
          {
            at: 'type:PUBLISH to:reader topic:home/kitchen/light',
            text: '`#` stands for all levels that follow, as many as there are.',
          },
          {
            at: 'type:PUBLISH to:reader topic:home',
            text: 'Also when there are none: `home/#` matches `home` itself.',
          },
        ],
      },
      {
        value: '#',
        label: '#',
        steps: [
          {
            at: 'type:SUBSCRIBE from:reader',
            text: '`#` alone should be everything there is.',
          },
          {
            at: 'type:PUBLISH to:reader topic:home',
            text: 'All four topics of the house match.',
          },
          {
            at: { filter: 'kind:packet.sent type:PUBLISH to:guard topic:$SYS/#', nth: 2 },
            text: 'But look: this message of `$SYS` goes to the guard alone. A filter that begins with a wildcard does not match a topic that begins with `$`. The filter `$SYS/#` would.',
          },
        ],
      },
    ],
  },
  goal: {
    text: 'Find a filter with which the reader gets all four messages of the house.',
    holds: [{ of: 'kind:app.delivered at:reader', is: 4 }],
    notYet: 'Not all four. Which wildcard stands for more than one level?',
  },
  prediction: {
    question: 'How many messages does the reader get with it?',
    expectations: [
      {
        text: 'None',
        holds: [{ of: 'kind:app.delivered at:reader', is: 0 }],
        hint: 'Write the filter below a topic, level under level. Is there really none of the four in which all levels fit?',
      },
      {
        text: 'Two',
        holds: [{ of: 'kind:app.delivered at:reader', is: 2 }],
        hint: 'Count the levels of each topic, and compare them with what the wildcard stands for.',
      },
      {
        text: 'Four',
        holds: [{ of: 'kind:app.delivered at:reader', is: 4 }],
        hint: 'How many levels may `+` stand for? And do all four topics have as many levels as the filter?',
      },
      {
        text: 'More than four: also what the broker says of itself',
        holds: [{ of: 'kind:app.delivered at:reader', least: 5 }],
        hint: 'The topics of the broker begin with a `$`, and there is a reason for that. Did the guard use a wildcard to get one?',
      },
    ],
  },
  bytes: {
    question:
      'In MQTT a text is preceded by its length, in two bytes: the first counts 256s, the second ones. This PUBLISH is about `home/kitchen/light`. Which number says how long that topic is?',
    packet: 'type:PUBLISH from:house topic:home/kitchen/light',
    read: { field: 'Length' },
    hint: 'Look for the letter h, `68`. The two bytes before it are the length. They are in base 16: the first digit of a byte counts sixteens, the second ones.',
    told: '`00 12`: no 256s, and 12 in base 16, which is one sixteen and two. Count the letters and slashes of the topic: eighteen.',
  },
  standard:
    'A `#` stands alone or after a slash, and is the last character of a filter [5.0/MQTT-4.7.1-1]; a `+` fills a whole level [5.0/MQTT-4.7.1-2]. Wildcards are for filters: a topic that is published has none [5.0/MQTT-4.7.0-1]. A filter that begins with a wildcard does not match a topic that begins with `$` [5.0/MQTT-4.7.2-1]. Names are compared as they are written: `Home` is not `home` [5.0/MQTT-4.7.3-4]. A slash at the beginning or the end counts, too: `/home`, `home` and `home/` are three topics. In 3.1.1: [3.1.1/MQTT-4.7.1-2] [3.1.1/MQTT-4.7.1-3] [3.1.1/MQTT-4.7.2-1].',
};
