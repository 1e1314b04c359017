import { deviceNumber, jsonInventory } from '../../support/devices';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { submissionOf } from '../../support/refusals';

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startTestGateway();
});
afterEach(async () => {
  await gateway.close();
});
const post = (n: number, key: string) =>
  gateway.post('/', {
    body: jsonInventory(deviceNumber(n)),
    key,
    headers: { 'content-type': 'application/x-compress-zlib', 'glpi-agent-id': agentidOf(n) },
  });
const agentidOf = (n: number) => `acd1a9fa-e74d-11f1-ba19-${n.toString(16).padStart(12, '0')}`;
const verdictOf = async (n: number, key: string) => {
  const { verdict, reason, outcome } = await submissionOf(gateway, await post(n, key));
  return reason ?? outcome ?? verdict;
};
const assets = async () => (await gateway.sql('SELECT FROM asset')).length;

it('of fifty first contacts at once exactly as many become assets as the hour allows; the rest is held', async () => {
  const { key } = await gateway.newKey({ newAssetsPerHour: 10 });
  const verdicts = await Promise.all(Array.from({ length: 50 }, (_, n) => verdictOf(n, key)));
  expect(verdicts.filter((verdict) => verdict === 'created')).toHaveLength(10);
  expect(verdicts.filter((verdict) => verdict === 'enrolment_burst')).toHaveLength(40);
  expect(await assets()).toBe(10);
});

it('devices that are known go on, other keys go on, and the next hour has room again', async () => {
  const start = Date.now() - 10 * 3_600_000;
  gateway.clock.now = new Date(start);
  const { key } = await gateway.newKey({ newAssetsPerHour: 2 });
  const { key: other } = await gateway.newKey({ newAssetsPerHour: 2 });
  expect([await verdictOf(1, key), await verdictOf(2, key)]).toEqual(['created', 'created']);
  const held = await submissionOf(gateway, await post(3, key));
  expect(held).toMatchObject({
    verdict: 'quarantined',
    reason: 'enrolment_burst',
    evidence: { newAssetsPerHour: 2, newAssets: 2, sourceAddress: '127.0.0.1' },
  });
  expect(await verdictOf(1, key)).toBe('unchanged');
  expect(await verdictOf(4, other)).toBe('created');
  gateway.clock.now = new Date(start + 3_600_000 - 1);
  expect(await verdictOf(5, key)).toBe('enrolment_burst');
  gateway.clock.now = new Date(start + 3_600_000);
  expect(await verdictOf(5, key)).toBe('created');
});

it('mode observe takes them and says what would have been', async () => {
  const { key } = await gateway.newKey({ newAssetsPerHour: 1, mode: 'observe' });
  expect(await verdictOf(1, key)).toBe('created');
  const { outcome, evidence } = await submissionOf(gateway, await post(2, key));
  expect([outcome, evidence.wouldRefuse]).toEqual(['created', ['enrolment_burst']]);
});
