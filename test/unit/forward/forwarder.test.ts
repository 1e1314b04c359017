import { startForwarder, type ForwarderDeps } from '../../../src/forward/forwarder';

it('ends although the database went away, and says what it could not write', async () => {
  const troubles: string[] = [];
  let isAway = false;
  const unused = () => Promise.reject(new Error('not used here'));
  const queue: ForwarderDeps['queue'] = {
    instances: () => Promise.resolve([1]),
    lead: () =>
      isAway
        ? Promise.reject(new Error('the database is away'))
        : Promise.resolve({ version: 1, isPaused: true, pace: null, breaker: null }),
    ...{ leave: unused, claim: unused, finish: unused, refreshContacts: unused },
  };
  let closed = 0;
  const openPoster = () => {
    const close = () => {
      closed++;
      return Promise.resolve();
    };
    return Promise.resolve({ version: 1, kind: 'glpi', post: unused, close } as const);
  };
  const forwarder = startForwarder({
    ...{
      queue,
      openPoster,
      plans: { glpi: new Map(), gatehouse: new Map() },
      proxyId: '',
      now: () => new Date(),
      random: Math.random,
    },
    ...{ onDelivered: () => undefined, onAnswer: () => undefined, onTurn: () => Promise.resolve() },
    onTrouble: (what) => troubles.push(what),
    settings: {
      ...{ forwardMaxConcurrency: 1, forwardMaxPerMinute: undefined, forwardTimeoutMs: 1000 },
      ...{ forwardMaxAttempts: 1, forwardRefreshHours: 1 },
    },
  });
  await new Promise(setImmediate);
  isAway = true;
  await forwarder.close();
  expect([troubles, closed]).toEqual([['leaving an upstream to others'], 1]);
});
