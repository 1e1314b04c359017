import { createAdminClient } from '../../src/cli/demo/admin-client';
import { playFleet, type PlayedStep } from '../../src/cli/demo/play-fleet';
import { setUpDemo, type DemoHouse } from '../../src/cli/demo/set-up-demo';
import { startTestGateway, type TestGateway } from './gateway';

export interface FleetGateway extends TestGateway {
  readonly house: DemoHouse;
  readonly played: readonly PlayedStep[];
}

/** A gateway that the fleet of the demo has been played through: sites, keys, assets, held devices, refusals. */
export async function startFleetGateway(): Promise<FleetGateway> {
  const gateway = await startTestGateway();
  const api = createAdminClient(`${gateway.url}/api/v1`, gateway.adminToken);
  const house = await setUpDemo(api);
  const played = await playFleet(Number(new URL(gateway.url).port), api, house);
  return { ...gateway, house, played };
}
