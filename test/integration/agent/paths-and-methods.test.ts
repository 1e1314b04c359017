import { startTestGateway, basic, request, type TestGateway } from '../../support/gateway';

let gateway: TestGateway;
const prolog =
  '<?xml version="1.0" encoding="UTF-8"?><REQUEST><DEVICEID>pc-2026-01-02-03-04-05</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>';

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(async () => {
  await gateway.close();
});

const paths = [
  '/',
  '/index.php',
  '/front/inventory.php',
  '/Inventory',
  '/marketplace/glpiinventory',
  '/plugins/glpiinventory',
  '/plugins/glpiinventory/index.php',
  '/plugins/fusioninventory',
  '/ocsinventory',
  '/any/prefix/of/theirs',
  '/plugins/fusioninventory/front/plugin_fusioninventory.communication.php',
];

describe('every path that agents are configured with', () => {
  it.each(paths.flatMap((path) => [path, path.endsWith('/') ? `${path}?x=1` : `${path}/`]))(
    'POST %s is answered in place',
    async (path) => {
      const answer = await gateway.post(path, { body: prolog });
      expect(answer.status).toBe(200);
      expect(answer.text).toContain('<RESPONSE>SEND</RESPONSE>');
      expect(answer.headers.location).toBeUndefined();
    },
  );

  it('leaves a person who opens it in a browser with a sentence', async () => {
    const answer = await gateway.get('/');
    expect([answer.status, answer.headers.allow]).toEqual([405, 'POST']);
    expect(answer.text).toContain('/api/v1');
  });

  it('takes no other method', async () => {
    const { port } = new URL(gateway.url);
    const answer = await request(
      Number(port),
      'PUT',
      '/',
      { authorization: basic(gateway.key) },
      Buffer.from('x'),
    );
    expect(answer.status).toBe(405);
  });

  it('does not take a path of the admin API for an agent', async () => {
    const answer = await gateway.post('/api/v1/nothing', { body: prolog });
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const [page, below, beside] = await Promise.all(
      ['/api/docs', '/api/docs/index.php', '/api/docs.php'].map((path) =>
        gateway.post(path, { body: prolog }),
      ),
    );
    expect([page?.status, below?.status, beside?.status]).toEqual([405, 404, 200]);
  });
});
