import { createAdminClient } from '../../src/cli/demo/admin-client';
import { playFleet, type PlayedStep } from '../../src/cli/demo/play-fleet';
import { setUpDemo, type DemoHouse } from '../../src/cli/demo/set-up-demo';
import { forwardingSettings } from './forwarding';
import { startTestGateway, type TestGateway } from './gateway';

export interface FleetGateway extends TestGateway {
  readonly house: DemoHouse;
  readonly played: readonly PlayedStep[];
}

/** A gateway that the fleet of the demo has been played through: sites, keys, assets, held devices, refusals. */
export async function startFleetGateway(): Promise<FleetGateway> {
  // Each page that follows what happens holds a stream, and one token may hold a tenth of them.
  const gateway = await startTestGateway({ maxEventStreams: 200, forwarding: forwardingSettings });
  const api = createAdminClient(`${gateway.url}/api/v1`, gateway.adminToken);
  const house = await setUpDemo(api);
  const played = await playFleet(Number(new URL(gateway.url).port), api, house);
  return { ...gateway, house, played };
}
