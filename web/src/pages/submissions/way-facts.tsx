import { Stack, Text } from '@mantine/core';
import type { Submission } from '../../api/types';
import { AgentText } from '../../parts/agent-text';
import type { Fact } from '../../parts/facts';
import { When } from '../../parts/when';
import type { useTexts } from '../../texts/texts';

type T = ReturnType<typeof useTexts>['t'];
type Way = NonNullable<Submission['via']>;

/** By whose hands it came: what the relays vouch for, then the proxies that the sender names. */
export function wayFacts({ relayed, proxyIds }: Way, t: T): Fact[] {
  const proxies = proxyIds.map((id) => <AgentText key={id} mono value={id} />);
  return [
    ...(relayed === null ? [] : relayFacts(relayed, t)),
    ...(proxies.length === 0
      ? []
      : [{ label: t('submissions.proxies'), value: <Stack gap={0}>{proxies}</Stack> }]),
  ];
}

function relayFacts({ origin, relays }: NonNullable<Way['relayed']>, t: T): Fact[] {
  return [
    {
      label: t('submissions.atRelay'),
      value: (
        <Stack gap={0}>
          <AgentText mono value={origin.address} />
          <When at={origin.receivedAt} empty="–" />
          <AgentText mono value={origin.kid} />
        </Stack>
      ),
    },
    {
      label: t('submissions.relays'),
      value: (
        <Stack gap={0}>
          {relays.map(({ registrationId, name, address, receivedAt }) => (
            <Text key={registrationId} size="sm" component="span">
              <AgentText value={name ?? registrationId} /> · <span className="mono">{address}</span> ·{' '}
              <When at={receivedAt} />
            </Text>
          ))}
        </Stack>
      ),
    },
  ];
}
