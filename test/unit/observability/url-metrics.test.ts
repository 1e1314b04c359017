import { createMetrics } from '../../../src/observability/metrics';

describe('the count of keys under wrong URLs', () => {
  it('gives no more than 100 keys a line of their own', async () => {
    const metrics = createMetrics();
    const lines = async () =>
      (await metrics.registry.metrics())
        .split('\n')
        .filter((line) => line.startsWith('gatehouse_url_mismatches_total{'));
    for (let i = 0; i < 100; i++) metrics.urlMismatch(`kid${i}`);
    expect(await lines()).toHaveLength(100);
    for (const kid of ['kid100', 'kid101', 'kid0']) metrics.urlMismatch(kid);
    expect(await lines()).toHaveLength(101);
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'gatehouse_url_mismatches_total{kid="kid0"} 2',
        'gatehouse_url_mismatches_total{kid="other"} 2',
      ]),
    );
  });
});
