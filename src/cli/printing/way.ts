import type { Via } from '../../domain/provenance';

/** By whose hands a submission came, a line each, in the order of the way. */
export function wayLines(via: Via | null): string[] {
  if (via === null) return ['straight from the agent'];
  const { relayed, proxyIds } = via;
  const lines =
    relayed === null ? [] : [agentLine(relayed.origin), ...relayed.relays.map((relay) => relayLine(relay))];
  // Words of the sender: nobody vouches for them.
  return proxyIds.length === 0 ? lines : [...lines, `proxies by its own word: ${proxyIds.join(', ')}`];
}

type Relayed = NonNullable<Via['relayed']>;

function agentLine({ address, receivedAt, kid, submissionId }: Relayed['origin']): string {
  const known = [
    `agent at ${address ?? 'an unknown address'}`,
    receivedAt === null ? undefined : `received ${receivedAt}`,
    kid === null ? undefined : `key ${kid}`,
    submissionId === null ? undefined : `submission ${submissionId} there`,
  ];
  return known.filter((part) => part !== undefined).join(', ');
}

function relayLine({ name, registrationId, address, receivedAt }: Relayed['relays'][number]): string {
  return `relay ${name ?? 'without a name'} at ${address}, handed on ${receivedAt}, registration ${registrationId}`;
}
