import { Alert, Grid, Group, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { submissionQuery } from '../../api/queries';
import type { Submission } from '../../api/types';
import { AgentText, isolated } from '../../parts/agent-text';
import { VerdictBadge, verdictColours } from '../../parts/badges';
import { Facts } from '../../parts/facts';
import { JsonView } from '../../parts/json-view';
import { ButtonLink, TextLink } from '../../parts/links';
import { Loaded } from '../../parts/loaded';
import { PageHead } from '../../parts/page-head';
import { Section } from '../../parts/section';
import { When } from '../../parts/when';
import { useMeaning, useTexts } from '../../texts/texts';
import { wayFacts } from './way-facts';

const route = getRouteApi('/console/submissions/$id');

export function SubmissionPage() {
  const { id } = route.useParams();
  const query = useQuery(submissionQuery(id));
  return <Loaded query={query}>{(submission) => <SubmissionView of={submission} />}</Loaded>;
}

function SubmissionView({ of: one }: { readonly of: Submission }) {
  const { t } = useTexts();
  const meaningOf = useMeaning();
  const name = one.name ?? one.deviceid ?? t('common.unnamed');
  return (
    <>
      <PageHead
        title={`${t('submissions.one')} ${isolated(name)}`}
        heading={
          <Group gap="sm">
            <AgentText value={name} />
            <VerdictBadge verdict={one.verdict} />
          </Group>
        }
        about={<When at={one.receivedAt} />}
        actions={
          <>
            {one.caseId === null ? null : (
              <ButtonLink to="/quarantine/$id" params={{ id: one.caseId }}>
                {t('submissions.seeCase')}
              </ButtonLink>
            )}
            {one.assetId === null ? null : (
              <ButtonLink to="/assets/$id" params={{ id: one.assetId }} variant="default">
                {t('submissions.seeAsset')}
              </ButtonLink>
            )}
          </>
        }
      />
      <Stack>
        <Alert
          color={verdictColours[one.verdict]}
          title={
            one.outcome === null ? (
              <span className="mono">{one.reason}</span>
            ) : (
              t(`words.outcome.${one.outcome}`)
            )
          }
        >
          {meaningOf(one.reason, one.meaning)}
        </Alert>
        <Grid>
          <Grid.Col span={{ base: 12, md: 6 }}>
            <Section title={t('submissions.evidence')}>
              {Object.keys(one.evidence).length === 0 ? (
                <Text size="sm">{t('submissions.noEvidence')}</Text>
              ) : (
                <JsonView value={one.evidence} />
              )}
            </Section>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 6 }}>
            <Origin of={one} />
          </Grid.Col>
        </Grid>
        {one.notes.length === 0 ? null : <Notes notes={one.notes} />}
      </Stack>
    </>
  );
}

function Origin({ of: one }: { readonly of: Submission }) {
  const { t } = useTexts();
  return (
    <Section title={t('submissions.from')}>
      <Facts
        facts={[
          { label: t('words.field.itemtype'), value: one.itemtype ?? '–' },
          { label: t('words.field.deviceid'), value: <AgentText mono value={one.deviceid} /> },
          { label: t('words.field.agentid'), value: <AgentText mono value={one.agentid} /> },
          {
            label: t('words.field.key'),
            value:
              one.kid === null ? (
                '–'
              ) : (
                <TextLink to="/keys/$kid" params={{ kid: one.kid }} size="sm" className="mono">
                  {one.kid}
                </TextLink>
              ),
          },
          { label: t('words.field.userAgent'), value: <AgentText value={one.userAgent} /> },
          { label: t('words.field.sourceAddress'), value: <span className="mono">{one.sourceAddress}</span> },
          ...(one.via === null ? [] : wayFacts(one.via, t)),
          { label: t('words.field.dialect'), value: one.dialect ?? '–' },
          { label: t('words.field.partial'), value: t(one.partial ? 'common.yes' : 'common.no') },
          { label: t('words.field.wireBytes'), value: `${one.wireBytes} B` },
          ...(one.folded > 1 ? [{ label: '', value: t('submissions.folded', { count: one.folded }) }] : []),
        ]}
      />
    </Section>
  );
}

function Notes({ notes }: { readonly notes: Submission['notes'] }) {
  const { t } = useTexts();
  return (
    <Section title={t('submissions.notes')}>
      <Table className="plain-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('submissions.path')}</Table.Th>
            <Table.Th>{t('submissions.remark')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {notes.map(({ path, note }, index) => (
            <Table.Tr key={index}>
              <Table.Td>
                <AgentText mono value={path} />
              </Table.Td>
              <Table.Td>
                <AgentText value={note} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}
