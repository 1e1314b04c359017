import { createSender } from '../../../src/webhooks/send';
import { createTargetRules, objectionToAny, targetFault } from '../../../src/webhooks/target-rules';
import { proxyServer } from '../../support/path-faults';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver';

const none = createTargetRules([]);
const own = createTargetRules(['10.1.2.0/24', '127.0.0.0/8', 'fd00::/8']);
/** Whatever `localhost` leads to here. */
const local = createTargetRules(['127.0.0.0/8', '::1/128']);

describe('an address', () => {
  it.each([
    '127.0.0.1',
    '127.8.9.1',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fd12::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'no address',
  ])('that is not public is refused: %s', (address) => {
    expect(none.objectionTo(address, true)).toContain('WEBHOOK_ALLOWED_NETWORKS');
  });

  it('that is public is taken by https, and by plain http not', () => {
    for (const address of ['93.184.216.34', '2606:2800:220:1::1']) {
      expect(none.objectionTo(address, true)).toBeUndefined();
      expect(none.objectionTo(address, false)).toContain('https');
    }
  });

  it('of an allowed network is taken by both, its neighbour not', () => {
    for (const address of ['10.1.2.255', 'fd00::5', '::ffff:10.1.2.3'])
      expect(own.objectionTo(address, false)).toBeUndefined();
    expect(own.objectionTo('10.1.3.0', true)).toBeDefined();
  });
});

describe('a URL', () => {
  it.each([
    'ftp://example.org',
    'file:///etc/passwd',
    'https://user:pw@example.org',
    'https://127.0.0.1/',
    'https://0x7f000001/',
    'https://2130706433/',
    'https://[::1]/',
    'https://[::ffff:7f00:1]/',
    'https://localhost/',
    'https://api.localhost./',
    'http://93.184.216.34/',
    'nonsense',
    `https://example.org/${'x'.repeat(2048)}`,
  ])('is refused when it is made: %s', (url) => {
    expect(targetFault(url, none)).toEqual(expect.any(String));
  });

  it('with a name is taken: where it leads is looked at when it is sent to', () => {
    expect(targetFault('https://hooks.example.org/x?y=1', none)).toBeUndefined();
  });
});

test('a name of which one address lies inside is refused where a proxy chooses the address', () => {
  const outside = ['203.0.114.1', '2606:4700::1'];
  expect(objectionToAny(none, outside, true)).toBeUndefined();
  expect(objectionToAny(none, [...outside, '169.254.169.254'], true)).toContain('169.254.169.254');
});

describe('sending', () => {
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    receiver = await startWebhookReceiver();
  });
  afterAll(async () => {
    await receiver.close();
  });
  const send = async (rules: typeof none, url: string, timeoutMs = 2000, proxy?: string) => {
    const sender = createSender(rules, { timeoutMs, proxy });
    const result = await sender.send(url, { 'content-type': 'application/json' }, '{"data":{"detail":{}}}');
    await sender.close();
    return result;
  };

  it('connects to nothing that a name leads to inside, nor to an address inside', async () => {
    const port = new URL(receiver.url).port;
    for (const url of [
      `http://localhost:${port}/`,
      `http://127.0.0.1:${port}/`,
      `https://localhost:${port}/`,
    ]) {
      expect(await send(none, url)).toEqual({
        kind: 'no-answer',
        why: expect.stringContaining('WEBHOOK_ALLOWED_NETWORKS') as string,
      });
    }
    expect(receiver.received).toHaveLength(0);
    expect(await send(own, `http://localhost:${port}/`)).toMatchObject({ kind: 'answered', status: 204 });
    expect(receiver.received).toHaveLength(1);
  });

  it('goes through a proxy, but not where a name leads inside as far as this host knows', async () => {
    const port = new URL(receiver.url).port;
    const [proxy, closed] = await Promise.all([proxyServer('open'), proxyServer('forbidden')]);
    const via = (rules: typeof none, url: string, to = proxy) =>
      send(rules, url, 2000, `http://127.0.0.1:${to.port}`);
    expect(await via(local, `http://localhost:${port}/`)).toMatchObject({ status: 204 });
    expect(proxy.passed.splice(0)).toEqual([`localhost:${port}`]);
    for (const url of [`https://localhost:${port}/`, 'https://10.0.0.1/', 'http://nowhere.invalid/']) {
      expect(await via(none, url)).toMatchObject({
        why: expect.stringContaining('WEBHOOK_ALLOWED_NETWORKS') as string,
      });
    }
    expect(proxy.passed).toEqual([]);
    // What nobody here knows is for the proxy to know.
    expect(await via(none, 'https://nowhere.invalid/')).toMatchObject({ kind: 'no-answer' });
    expect(proxy.passed).toEqual(['nowhere.invalid:443']);
    expect(await via(local, `https://localhost:${port}/`, closed)).toMatchObject({
      why: 'the proxy answers 403',
    });
    await Promise.all([proxy.close(), closed.close()]);
  });

  it('follows no redirect', async () => {
    receiver.answers.push({ status: 307, headers: { location: `${receiver.url}/elsewhere` } });
    expect(await send(own, `${receiver.url}/first`)).toMatchObject({ kind: 'answered', status: 307 });
    expect(receiver.received.map(({ path }) => path)).not.toContain('/elsewhere');
  });

  it('waits for an answer so long and no longer', async () => {
    receiver.answers.push({ status: 200, waitMs: 1000 });
    expect(await send(own, receiver.url, 500)).toEqual({
      kind: 'no-answer',
      why: 'no answer within 500 ms',
    });
  });

  it('waits for as long as it is asked to, up to an hour', async () => {
    const waits = ['7', '999999', 'Wed, 21 Oct 2015 07:28:00 GMT'];
    for (const wait of waits) receiver.answers.push({ status: 503, headers: { 'retry-after': wait } });
    const asked = [];
    for (const _ of waits) asked.push(await send(own, receiver.url));
    expect(asked.map((one) => (one.kind === 'answered' ? one.retryAfterMs : 0))).toEqual([
      7000,
      3_600_000,
      undefined,
    ]);
  });
});
