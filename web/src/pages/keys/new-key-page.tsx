import { Button, Card, Grid, Group, Stack, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, give } from '../../api/client';
import { fieldErrorsOf } from '../../api/problem';
import { entitiesQuery } from '../../api/queries';
import { ButtonLink } from '../../parts/links';
import { NeedsRole } from '../../parts/needs-role';
import { PageHead } from '../../parts/page-head';
import { ProblemAlert } from '../../parts/problem-alert';
import { useAction } from '../../parts/use-action';
import { useTexts } from '../../texts/texts';
import { KeyFields } from './key-form';
import { bodyOf, emptyKey, type KeyFormValues } from './key-form-values';
import { KeyMade } from './key-made';
import { KeySummary } from './key-summary';

interface Made {
  readonly kid: string;
  readonly key: string;
}

export function NewKeyPage() {
  const { t } = useTexts();
  const [made, setMade] = useState<Made>();
  return made === undefined ? (
    <>
      <PageHead title={t('keys.form.title')} about={t('keys.form.about')} />
      <NeedsRole role="admin">
        <NewKeyForm onMade={setMade} />
      </NeedsRole>
    </>
  ) : (
    <>
      <PageHead title={t('keys.made.title')} />
      <KeyMade kid={made.kid} secret={made.key} />
    </>
  );
}

function NewKeyForm({ onMade }: { readonly onMade: (made: Made) => void }) {
  const { t } = useTexts();
  const { data: entities = [] } = useQuery(entitiesQuery);
  const [only] = entities.length === 1 ? entities : [];
  const form = useForm<KeyFormValues>({ initialValues: emptyKey });
  const values = { ...form.values, entityId: form.values.entityId ?? only?.id ?? null };
  const create = useAction({
    run: ({ entityId, ...given }: KeyFormValues) =>
      give(api.POST('/keys', { body: { ...bodyOf({ entityId, ...given }), entityId: entityId ?? '' } })),
    refresh: [['keys']],
    onDone: onMade,
    isShown: (error) => Object.keys(fieldErrorsOf(error)).length > 0,
  });
  const submit = (): void => {
    create.mutate(values, {
      onError: (error) => {
        form.setErrors(fieldErrorsOf(error));
      },
    });
  };
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Grid>
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Card withBorder padding="lg">
            <KeyFields form={form} isNew />
          </Card>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Card withBorder padding="lg" pos="sticky" top={76}>
            <Stack>
              <Title order={2}>{t('keys.form.summary')}</Title>
              <KeySummary values={values} />
              {create.error === null ? null : <ProblemAlert error={create.error} />}
              <Group>
                <Button type="submit" loading={create.isPending}>
                  {t('keys.form.submit')}
                </Button>
                <ButtonLink to="/keys" variant="subtle">
                  {t('common.cancel')}
                </ButtonLink>
              </Group>
            </Stack>
          </Card>
        </Grid.Col>
      </Grid>
    </form>
  );
}
