import { maxCredentials, presentedCredentials } from '../../../src/http/presented-credentials';

const key = `grk_abcdefghijkl_${'s'.repeat(43)}000000`;
const basic = (pair: string) => ['Authorization', `Basic ${Buffer.from(pair).toString('base64')}`];
const texts = (target: string, rawHeaders: string[]) =>
  presentedCredentials(target, rawHeaders).credentials.map(({ carrier, text }) => `${carrier} ${text}`);

describe('presented credentials', () => {
  it('finds the key as Basic user or password, as Bearer and in its own header', () => {
    expect(texts('/', basic(`${key}:x`))).toContain(`basic ${key}`);
    expect(texts('/', basic(`x:${key}`))).toContain(`basic ${key}`);
    expect(texts('/', ['authorization', `bearer ${key}`])).toEqual([`bearer ${key}`]);
    expect(texts('/', ['X-Registration-Key', ` ${key} `])).toEqual([`header ${key}`]);
  });

  it('takes the key out of the path, behind any prefix, so that no later stage sees it', () => {
    for (const [target, path] of [
      [`/k/${key}/front/inventory.php`, '/front/inventory.php'],
      [`/glpi/k/${key}/`, '/glpi/'],
      [`/k/${key}`, ''],
      [`http://inv.example/k/${key}/x?action=getConfig`, '/x'],
    ] as const) {
      const asked = presentedCredentials(target, []);
      expect(asked.path).toBe(path);
      expect(asked.credentials).toEqual([{ carrier: 'path', text: key }]);
    }
  });

  it('presents nothing when there is nothing', () => {
    expect(texts('/front/inventory.php?action=getConfig', ['Host', 'x', 'User-Agent', key])).toEqual([]);
    expect(texts('/k/', [])).toEqual([]);
  });

  it('looks at no more than 4096 characters of a request target', () => {
    expect(texts(`/${'a'.repeat(4096)}/k/${key}/`, [])).toEqual([]);
  });

  it('looks at as many as may be, and at none after them', () => {
    const headers = (count: number) =>
      Array.from({ length: count }, (_, n) => ['X-Registration-Key', `grt_${n}`]).flat();
    expect(texts('/', headers(maxCredentials))).toHaveLength(maxCredentials);
    const first = texts(`/k/${key}/`, [...headers(maxCredentials - 1), ...basic('a:b'), ...headers(100)]);
    expect(first).toEqual([...texts('/', headers(maxCredentials - 1)), 'basic b']);
  });
});
