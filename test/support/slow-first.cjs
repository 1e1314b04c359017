'use strict';
const { statSync } = require('node:fs');
const Sequencer = require('@jest/test-sequencer').default;

/** Where a file stands in the run. On a new machine nothing is known of how long one takes, and Jest goes by size alone. */
const order = ['/test/e2e/', '/test/integration/', '/test/fuzz/', '/test/unit/'];
const placeOf = ({ path }) => order.findIndex((folder) => path.includes(folder));

/** What takes a minute comes first, so that at the end no worker waits for another's last file. */
module.exports = class SlowFirst extends Sequencer {
  sort(tests) {
    const sized = [...tests].map((test) => ({ test, place: placeOf(test), size: statSync(test.path).size }));
    sized.sort((a, b) => a.place - b.place || b.size - a.size);
    return sized.map(({ test }) => test);
  }
};
