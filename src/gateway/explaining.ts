import { Problem } from '../domain/problem';
import { explain, type Explained } from '../ingest/explain';
import type { FactsRequest } from '../ingest/ports';
import type { Validator } from '../ingest/validate';
import type { IngestStore } from '../store/ingest-store';
import type { GatewayOptions } from './gateway-options';
import type { Ground } from './ground';

export interface ExplainInput {
  readonly instanceId: number;
  readonly kid: string;
  /** An inventory: JSON or XML as text, or bytes as an agent sends them, also compressed. */
  readonly body: string | Buffer;
}

export type Explain = (input: ExplainInput) => Promise<Explained>;

/** Wires what says of an inventory what would become of it, without writing. */
export function createExplain(
  { decodeLimits }: GatewayOptions,
  { now, newId }: Ground,
  store: IngestStore,
  validate: Validator,
): Explain {
  const deps = {
    validate,
    decodeLimits,
    now,
    newId,
    decideWithoutWriting: (request: FactsRequest) => store.decideWithoutWriting(request),
  };
  return async ({ instanceId, kid, body }) => {
    const key = await store.findKey(kid);
    if (key?.instanceId !== instanceId) {
      throw new Problem('not_found', `There is no registration key ${kid}.`);
    }
    return explain(deps, key, typeof body === 'string' ? Buffer.from(body) : body);
  };
}
