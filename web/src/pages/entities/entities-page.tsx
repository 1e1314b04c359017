import { Button, Card, Grid, Group, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, give } from '../../api/client';
import { entitiesQuery } from '../../api/queries';
import type { Entity } from '../../api/types';
import { Confirm } from '../../parts/confirm';
import { ExportLinks } from '../../parts/export-links';
import { EntitySelect } from '../../parts/entity-select';
import { EntityTree } from '../../parts/entity-tree';
import { ButtonLink } from '../../parts/links';
import { Loaded } from '../../parts/loaded';
import { PageHead } from '../../parts/page-head';
import { Section } from '../../parts/section';
import { useAction } from '../../parts/use-action';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { GlpiImport } from './glpi-import';
import { GlpiMenu } from './glpi-menu';
import { NewEntity } from './new-entity';

export function EntitiesPage() {
  const { t } = useTexts();
  const { may, limit } = useRights();
  const entities = useQuery(entitiesQuery);
  const [chosen, setChosen] = useState<string>();
  const one = entities.data?.find(({ id }) => id === chosen);
  return (
    <>
      <PageHead
        title={t('entities.title')}
        about={t('entities.about')}
        actions={
          <>
            <ExportLinks list="/entities" />
            <GlpiMenu />
            {may('admin') ? (
              <>
                {/* The import concerns the whole tree. */}
                {limit === undefined ? <GlpiImport /> : null}
                <NewEntity below={chosen} />
              </>
            ) : null}
          </>
        }
      />
      <Grid>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Card withBorder padding="sm">
            <Loaded query={entities}>
              {(all) => (
                <EntityTree
                  entities={all}
                  selected={chosen}
                  onSelect={setChosen}
                  label={t('entities.tree')}
                />
              )}
            </Loaded>
          </Card>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 7 }}>
          {one === undefined ? (
            <Text c="dimmed">{t('entities.choose')}</Text>
          ) : (
            <EntityCard
              key={one.id}
              of={one}
              onGone={() => {
                setChosen(undefined);
              }}
            />
          )}
        </Grid.Col>
      </Grid>
    </>
  );
}

function EntityCard({ of: entity, onGone }: { readonly of: Entity; readonly onGone: () => void }) {
  const { t } = useTexts();
  const { may } = useRights();
  const [name, setName] = useState(entity.name);
  const [tag, setTag] = useState(entity.tag ?? '');
  const [parentId, setParentId] = useState(entity.parentId);
  const isAdmin = may('admin');
  const isUnchanged = name === entity.name && tag === (entity.tag ?? '') && parentId === entity.parentId;
  const save = useAction({
    run: () =>
      give(
        api.PATCH('/entities/{id}', {
          params: { path: { id: entity.id } },
          body: {
            name,
            tag: tag === '' ? null : tag,
            ...(parentId === null || parentId === entity.parentId ? {} : { parentId }),
          },
        }),
      ),
    done: () => t('entities.saved'),
    refresh: [['entities'], ['keys'], ['assets']],
  });
  return (
    <Section
      title={entity.completeName}
      actions={
        <ButtonLink
          to="/assets"
          search={{ entity: entity.id, recursive: 'true' }}
          size="xs"
          variant="default"
        >
          {t('entities.seeAssets')}
        </ButtonLink>
      }
    >
      <Stack>
        <TextInput
          label={t('entities.name')}
          maxLength={255}
          value={name}
          readOnly={!isAdmin}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <TextInput
          label={t('entities.tag')}
          description={t('entities.tagHint')}
          maxLength={255}
          value={tag}
          readOnly={!isAdmin}
          onChange={(event) => {
            setTag(event.currentTarget.value);
          }}
        />
        {entity.parentId === null ? null : (
          <EntitySelect
            label={t('entities.parent')}
            allowDeselect={false}
            readOnly={!isAdmin}
            value={parentId}
            onChange={setParentId}
          />
        )}
        {entity.glpiId === null ? null : (
          <Text size="sm" c="dimmed">
            {t(entity.goneFromGlpi ? 'entities.goneFromGlpi' : 'entities.inGlpi', { id: entity.glpiId })}
          </Text>
        )}
        {isAdmin ? (
          <Group justify="space-between">
            <Remove id={entity.id} onGone={onGone} />
            <Button
              loading={save.isPending}
              disabled={name.trim() === '' || isUnchanged}
              onClick={() => {
                save.mutate(undefined);
              }}
            >
              {t('common.save')}
            </Button>
          </Group>
        ) : null}
      </Stack>
    </Section>
  );
}

function Remove({ id, onGone }: { readonly id: string; readonly onGone: () => void }) {
  const { t } = useTexts();
  const remove = useAction({
    run: () => give(api.DELETE('/entities/{id}', { params: { path: { id } } })),
    done: () => t('entities.removed'),
    refresh: [['entities']],
    onDone: onGone,
  });
  return (
    <Confirm
      isDangerous
      title={t('entities.removeTitle')}
      action={t('entities.remove')}
      onConfirm={() => {
        remove.mutate(undefined);
      }}
      button={(open) => (
        <Button variant="subtle" color="red" onClick={open}>
          {t('entities.remove')}
        </Button>
      )}
    >
      <Text size="sm">{t('entities.removeText')}</Text>
    </Confirm>
  );
}
