const { isThere } = require('./counter.cjs');

let counted = 0;
exports.count = () => (isThere() ? ++counted : Number.NaN);
exports.isThere = () => true;
