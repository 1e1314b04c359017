import { createOriginResolver } from '../http/request-origin';
import type { Metrics } from '../observability/metrics';
import { isDatabaseUnavailable } from '../store/database';
import { SettleQueueFull } from '../store/settle/settle-queue';
import type { GatewayOptions } from './gateway-options';

/** What agents' and admins' requests are looked at by alike. */
export interface RequestDoor {
  readonly resolveOrigin: ReturnType<typeof createOriginResolver>;
  readonly isUnavailable: (error: unknown) => boolean;
}

export function openRequestDoor({ origin }: GatewayOptions, metrics: Metrics): RequestDoor {
  return {
    resolveOrigin: createOriginResolver(origin, (why) => {
      metrics.ignoredForwarding(why);
    }),
    isUnavailable: (error) => error instanceof SettleQueueFull || isDatabaseUnavailable(error),
  };
}
