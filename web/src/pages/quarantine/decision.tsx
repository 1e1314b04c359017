import { Button, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { api, give } from '../../api/client';
import type { HeldDeviceDetail } from '../../api/types';
import { AssetSelect } from '../../parts/asset-select';
import { EntitySelect } from '../../parts/entity-select';
import { Section } from '../../parts/section';
import { useAction } from '../../parts/use-action';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';

const actions = ['same', 'new', 'reject', 'ban'] as const;
type Action = (typeof actions)[number];
const colours = { same: undefined, new: 'teal', reject: 'orange', ban: 'red' } as const;

/** One click each, with what it does below it. */
export function Decision({ of: held }: { readonly of: HeldDeviceDetail }) {
  const { t } = useTexts();
  const { may, limit } = useRights();
  const [note, setNote] = useState('');
  const [assetId, setAssetId] = useState<string | null>(null);
  const [entityId, setEntityId] = useState<string | null>(null);
  const decide = useAction({
    run: (action: Action) =>
      give(
        api.POST('/quarantine/{submissionId}/resolve', {
          params: { path: { submissionId: held.id } },
          body: {
            action,
            ...(action === 'same' && assetId !== null ? { assetId } : {}),
            ...(action === 'new' && entityId !== null ? { entityId } : {}),
            ...(note === '' ? {} : { note }),
          },
        }),
      ),
    done: () => t('quarantine.done'),
    refresh: [['held'], ['quarantine'], ['assets'], ['asset'], ['overview']],
  });
  const offered = actions.filter((action) => {
    if (action === 'same') return held.assetId !== null || assetId !== null;
    // A ban counts under every key: not for whoever is limited to an entity.
    return action !== 'ban' || (may('admin') && limit === undefined);
  });
  return (
    <Section title={t('quarantine.decide')}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 2, lg: offered.length }}>
          {offered.map((action) => (
            <Stack key={action} gap={4}>
              <Button
                variant="light"
                color={colours[action]}
                loading={decide.isPending && decide.variables === action}
                onClick={() => {
                  decide.mutate(action);
                }}
              >
                {t(`quarantine.actions.${action}`)}
              </Button>
              <Text size="xs" c="dimmed">
                {t(`quarantine.hints.${action}`)}
              </Text>
            </Stack>
          ))}
        </SimpleGrid>
        <Group>
          <TextInput
            flex={1}
            size="xs"
            maxLength={2000}
            placeholder={`${t('common.note')}: ${t('common.noteHint')}`}
            aria-label={t('common.note')}
            value={note}
            onChange={(event) => {
              setNote(event.currentTarget.value);
            }}
          />
        </Group>
        <Otherwise>
          <AssetSelect
            label={t('quarantine.asAsset')}
            description={t('quarantine.asAssetHint')}
            within={{ key: held.kid }}
            value={assetId}
            onChange={setAssetId}
          />
          <EntitySelect
            clearable
            label={t('quarantine.intoEntity')}
            description={t('quarantine.intoEntityHint')}
            value={entityId}
            onChange={setEntityId}
          />
        </Otherwise>
      </Stack>
    </Section>
  );
}

/** Where what is usual is wrong. */
function Otherwise({ children }: { readonly children: ReactNode }) {
  const { t } = useTexts();
  return (
    <details>
      <summary>{t('quarantine.otherwise')}</summary>
      <SimpleGrid cols={{ base: 1, sm: 2 }} mt="xs">
        {children}
      </SimpleGrid>
    </details>
  );
}
