import { Pool } from 'pg';
import { issuerIdOf } from '../../../src/domain/client-ca';
import { createCertificateKeys } from '../../../src/store/keys/certificate-keys';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { makeCertificate } from '../../support/certificates';

let gateway: TestGateway;
let pool: Pool;
let queries: number;
/** Runs once, in the middle of the next look-up. */
let meanwhile: () => void;
const counting: Pick<Pool, 'query'> = {
  query: (async (text: string, values: unknown[]) => {
    queries++;
    const result = await pool.query(text, values);
    meanwhile();
    meanwhile = () => undefined;
    return result;
  }) as unknown as Pool['query'],
};
beforeAll(async () => {
  gateway = await startTestGateway();
  pool = new Pool({ connectionString: gateway.database.url, max: 2 });
});
beforeEach(() => {
  queries = 0;
  meanwhile = () => undefined;
});
afterAll(async () => {
  await pool.end();
  await gateway.close();
});

const keysOf = (keyCacheMaxKeys = 10) =>
  createCertificateKeys(counting, { keyCacheTtlMs: 30_000, keyCacheMaxKeys });

test('finds keys by the name of their CA, and nothing for a name that nobody has', async () => {
  const ca = makeCertificate({ isCa: true, subject: [['CN', 'Known CA']] });
  const first = await gateway.newKey({ clientCa: ca.pem });
  const second = await gateway.newKey({ clientCa: ca.pem });
  const found = await keysOf().find('00', issuerIdOf('CN=known ca'));
  expect(found).toEqual({ pinned: [], issued: [first.kid, second.kid].sort() });
  expect(await keysOf().find('00', issuerIdOf('CN=other'))).toEqual({ pinned: [], issued: [] });
});

test('asks once, also for what is not there, until something changed', async () => {
  const keys = keysOf();
  await keys.find('aa', 'bb');
  const once = queries;
  await keys.find('aa', 'bb');
  expect(queries).toBe(once);
  keys.forgetAll();
  await keys.find('aa', 'bb');
  expect(queries).toBe(2 * once);
});

test('remembers as many as it may, and not one more', async () => {
  const keys = keysOf(3);
  for (const spki of ['1', '2', '3']) await keys.find(spki, 'x');
  const three = queries;
  for (const spki of ['1', '2', '3']) await keys.find(spki, 'x');
  expect(queries).toBe(three);
  await keys.find('4', 'x');
  await keys.find('1', 'x');
  expect(queries).toBe(three + (2 * three) / 3);
});

test('does not remember what was read while something changed', async () => {
  const keys = keysOf();
  meanwhile = () => {
    keys.forgetAll();
  };
  await keys.find('aa', 'bb');
  const once = queries;
  await keys.find('aa', 'bb');
  expect(queries).toBe(2 * once);
});

test('a database that is away is a fault, and is not remembered as a miss', async () => {
  const keys = createCertificateKeys(
    { query: () => Promise.reject(new Error('away')) },
    { keyCacheTtlMs: 30_000, keyCacheMaxKeys: 10 },
  );
  await expect(keys.find('aa', 'bb')).rejects.toThrow('away');
  await expect(keys.find('aa', 'bb')).rejects.toThrow('away');
});
