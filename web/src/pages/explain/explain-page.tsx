import { Alert, Button, Card, FileButton, Grid, Group, Select, Stack, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type SubmitEvent, useState } from 'react';
import { api, give } from '../../api/client';
import { keysQuery } from '../../api/queries';
import type { Explained } from '../../api/types';
import { verdictColours } from '../../parts/badges';
import { JsonView } from '../../parts/json-view';
import { TextLink } from '../../parts/links';
import { PageHead } from '../../parts/page-head';
import { ProblemAlert } from '../../parts/problem-alert';
import { Section } from '../../parts/section';
import { useAction } from '../../parts/use-action';
import { useMeaning, useTexts } from '../../texts/texts';

const route = getRouteApi('/console/explain');

/** What would become of an inventory, step by step. Nothing is written. */
export function ExplainPage() {
  const { t } = useTexts();
  const { key } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: keys = [] } = useQuery(keysQuery);
  const [inventory, setInventory] = useState('');
  const explain = useAction({
    run: (kid: string) => give(api.POST('/explain', { body: { kid, inventory } })),
    refresh: [],
    isShown: () => true,
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (key !== undefined) explain.mutate(key);
  };
  return (
    <>
      <PageHead title={t('explain.title')} about={t('explain.about')} />
      <Grid>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Card withBorder padding="lg">
            <form onSubmit={submit}>
              <Stack>
                <Select
                  required
                  searchable
                  label={t('explain.key')}
                  data={keys.map(({ kid, name }) => ({ value: kid, label: name }))}
                  value={key ?? null}
                  onChange={(chosen) => void navigate({ search: { key: chosen ?? undefined } })}
                />
                <Textarea
                  required
                  rows={14}
                  spellCheck={false}
                  classNames={{ input: 'mono' }}
                  label={t('explain.inventory')}
                  description={t('explain.inventoryHint')}
                  value={inventory}
                  onChange={(event) => {
                    setInventory(event.currentTarget.value);
                  }}
                />
                <Group justify="space-between">
                  <FromFile onRead={setInventory} />
                  <Button type="submit" disabled={key === undefined} loading={explain.isPending}>
                    {t('explain.try')}
                  </Button>
                </Group>
              </Stack>
            </form>
          </Card>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 7 }}>
          {explain.error === null ? null : <ProblemAlert error={explain.error} />}
          {explain.data === undefined ? null : <Result of={explain.data} />}
        </Grid.Col>
      </Grid>
    </>
  );
}

function FromFile({ onRead }: { readonly onRead: (text: string) => void }) {
  const { t } = useTexts();
  const read = (file: File | null): void => {
    void file?.text().then(onRead);
  };
  return (
    <FileButton onChange={read} accept=".json,.xml,.ocs,application/json,text/xml">
      {(props) => (
        <Button variant="default" {...props}>
          {t('explain.file')}
        </Button>
      )}
    </FileButton>
  );
}

function Result({ of: { verdict, outcome, reason, meaning, assetId, steps } }: { readonly of: Explained }) {
  const { t } = useTexts();
  const meaningOf = useMeaning();
  return (
    <Stack>
      <Alert
        role="status"
        color={verdictColours[verdict]}
        title={t('explain.would', { verdict: t(`words.verdict.${verdict}`) })}
      >
        <Text size="sm" className="mono">
          {reason ?? outcome}
        </Text>
        {meaning === null ? null : <Text size="sm">{meaningOf(reason, meaning)}</Text>}
        {assetId === null ? null : (
          <TextLink to="/assets/$id" params={{ id: assetId }} size="sm">
            {t('submissions.seeAsset')}
          </TextLink>
        )}
      </Alert>
      {steps.map(({ stage, result, facts }, index) => (
        <Section key={index} title={`${index + 1}. ${stage}: ${result}`}>
          <JsonView value={facts} />
        </Section>
      ))}
    </Stack>
  );
}
