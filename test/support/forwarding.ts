import type { FakeGlpi } from './fake-glpi';
import { startTestGateway, type TestGateway, type TestGatewayOptions } from './gateway';
import { eventually } from './refusals';

export const forwardingSettings = {
  forwardMaxConcurrency: 4,
  forwardMaxPerMinute: undefined,
  forwardTimeoutMs: 5000,
  forwardMaxAttempts: 2,
  forwardRefreshHours: 1,
  idleMs: 50,
};

/** A gateway that passes on to this GLPI. */
export async function startForwardingGateway(
  glpi: FakeGlpi,
  over: TestGatewayOptions = {},
): Promise<TestGateway> {
  const gateway = await startTestGateway({ forwarding: forwardingSettings, ...over });
  await gateway.api('POST', '/upstream', { url: glpi.url, user: 'gatehouse', password: 'pw' });
  return gateway;
}

/** What it took in of a device, when that is so many. */
export const arrivals = (glpi: FakeGlpi, deviceid: string, count = 1) =>
  eventually(`${count} of ${deviceid}`, () => {
    const found = glpi.stored.filter(({ body }) => body.deviceid === deviceid);
    return Promise.resolve(found.length >= count ? found : undefined);
  });
