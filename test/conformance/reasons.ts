/** Statements that no test shows, each with the reason why none can. */
export const REASONS: Readonly<Record<string, string>> = {
  '3.1.1/MQTT-7.0.0-1':
    'it is about servers that also connect to others, as bridges do; this broker connects to nobody',
  '3.1.1/MQTT-7.0.0-2':
    'it is about the whole: foreign clients and servers work with ours (test/net), and no test can show that nothing else is needed',
};
