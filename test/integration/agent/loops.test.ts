import { deviceNumber, jsonInventory } from '../../support/devices';
import { proxyIdOf } from '../../../src/domain/proxy-id';
import { startTestGateway, type TestGateway } from '../../support/gateway';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(async () => {
  await gateway.close();
});

const chainOf = (length: number) =>
  Array.from({ length }, (_, i) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`);
const post = (n: number, proxyIds: readonly string[], key?: string | false) =>
  gateway.post('/', {
    body: jsonInventory(deviceNumber(n)),
    headers: { 'glpi-proxy-id': proxyIds.join(',') },
    ...(key === undefined ? {} : { key }),
  });
const own = () => proxyIdOf(gateway.options.peppers.active);

test('what was passed on from here and comes back is refused, and stored nowhere', async () => {
  const answer = await post(1, [chainOf(1)[0]!, own()]);
  expect([answer.status, answer.phrase]).toEqual([508, 'Message came round in a loop']);
  expect(await gateway.sql('SELECT 1 FROM asset')).toEqual([]);
  expect(await gateway.sql(`SELECT 1 FROM submission WHERE verdict = 'accepted'`)).toEqual([]);
  // In either case of writing, and wherever it stands in the chain.
  expect((await post(1, [own().toUpperCase(), ...chainOf(2)])).status).toBe(508);
});

test('a chain of as many proxies as GLPI Agent’s own takes is good, one more is not', async () => {
  expect((await post(2, chainOf(5))).status).toBe(200);
  const answer = await post(3, chainOf(6));
  expect([answer.status, answer.phrase]).toEqual([508, 'Too many proxies on the way']);
});

test('the chain is kept with the submission, as words of its sender', async () => {
  const { headers } = await post(4, chainOf(2));
  const id = String(headers['gatehouse-submission']);
  expect(await gateway.api('GET', `/submissions/${id}`)).toMatchObject({
    via: { proxyIds: chainOf(2), relayed: null },
  });
  const direct = await gateway.post('/', { body: jsonInventory(deviceNumber(5)) });
  expect(
    await gateway.api('GET', `/submissions/${String(direct.headers['gatehouse-submission'])}`),
  ).toMatchObject({
    via: null,
  });
});

test('whoever has no key learns nothing of it', async () => {
  expect((await post(6, [own()], false)).status).toBe(401);
});

test('it is counted by its reason, not a row each', async () => {
  for (let n = 0; n < 5; n++) await post(7, [own()]);
  const { items } = await gateway.api<{ items: { reason: string }[] }>(
    'GET',
    '/submissions?reason=proxy_loop',
  );
  expect(items.length).toBeLessThanOrEqual(1);
});
