// An application that starts itself where it is what was started, and is started by whoever asks otherwise.
let started = 0;

exports.start = ({ name }) => {
  started++;
  return { name, started, isMain: require.main === module };
};

if (require.main === module) exports.start({ name: 'itself' });
