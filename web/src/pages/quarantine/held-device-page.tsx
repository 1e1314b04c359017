import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, give } from '../../api/client';
import { heldDeviceQuery } from '../../api/queries';
import type { HeldDeviceDetail } from '../../api/types';
import { useLive } from '../../live/use-live';
import { AgentText, isolated } from '../../parts/agent-text';
import { ButtonLink } from '../../parts/links';
import { JsonView } from '../../parts/json-view';
import { Loaded } from '../../parts/loaded';
import { PageHead } from '../../parts/page-head';
import { Section } from '../../parts/section';
import { useAction } from '../../parts/use-action';
import { When } from '../../parts/when';
import { useRights } from '../../session/session';
import { useMeaning, useTexts } from '../../texts/texts';
import { ContentDifferences, IdentityComparison } from './comparison';
import { Decision } from './decision';

/** Least time between two looks. */
const liveEveryMs = 1000;

const route = getRouteApi('/console/quarantine/$id');

export function HeldDevicePage() {
  const { id } = route.useParams();
  const query = useQuery(heldDeviceQuery(id));
  // Somebody else may decide meanwhile.
  useLive({ queryKeys: [['held', id]], kinds: ['quarantine.decided'], intervalMs: liveEveryMs });
  return <Loaded query={query}>{(held) => <HeldDeviceView of={held} />}</Loaded>;
}

function HeldDeviceView({ of: held }: { readonly of: HeldDeviceDetail }) {
  const { t } = useTexts();
  const meaningOf = useMeaning();
  const { may } = useRights();
  const name = held.name ?? held.deviceid ?? t('common.unnamed');
  return (
    <>
      <PageHead
        title={`${t('quarantine.title')}: ${isolated(name)}`}
        heading={<AgentText value={name} />}
        about={
          <Group gap={6}>
            <span className="mono">{held.reason}</span>·<When at={held.lastSeen} />·
            <span className="mono">{held.sourceAddress}</span>
          </Group>
        }
        actions={
          <ButtonLink to="/submissions/$id" params={{ id: held.lastSubmission }} variant="default">
            {t('submissions.one')}
          </ButtonLink>
        }
      />
      <Stack>
        <Alert color="orange" title={t('quarantine.why')}>
          {meaningOf(held.reason, held.meaning)}
        </Alert>
        {held.resolution === null ? may('operator') ? <Decision of={held} /> : null : <Decided of={held} />}
        <Section title={t('quarantine.compare')}>
          {held.compared === null ? (
            <Text size="sm">{t('quarantine.noConflict')}</Text>
          ) : (
            <IdentityComparison of={held} rows={held.compared.identity} />
          )}
        </Section>
        {held.compared?.content == null ? null : <ContentDifferences content={held.compared.content} />}
        <Section title={t('submissions.evidence')}>
          <JsonView value={held.evidence} />
        </Section>
      </Stack>
    </>
  );
}

function Decided({ of: held }: { readonly of: HeldDeviceDetail }) {
  const { t } = useTexts();
  const { may } = useRights();
  const reopen = useAction({
    run: () =>
      give(api.POST('/quarantine/{submissionId}/reopen', { params: { path: { submissionId: held.id } } })),
    done: () => t('quarantine.reopened'),
    refresh: [['held'], ['quarantine'], ['overview']],
  });
  const action = held.resolution === null ? '' : t(`quarantine.actions.${held.resolution}`);
  return (
    <Alert color="teal" title={t('quarantine.resolved', { who: isolated(held.resolvedBy ?? ''), action })}>
      <Group>
        <When at={held.resolvedAt} />
        {may('operator') ? (
          <Button
            size="xs"
            variant="default"
            loading={reopen.isPending}
            onClick={() => {
              reopen.mutate(undefined);
            }}
          >
            {t('quarantine.reopen')}
          </Button>
        ) : null}
      </Group>
    </Alert>
  );
}
