import { Button, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api, give } from '../../api/client';
import type { HeldDeviceDetail } from '../../api/types';
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
  const decide = useAction({
    run: (action: Action) =>
      give(
        api.POST('/quarantine/{submissionId}/resolve', {
          params: { path: { submissionId: held.id } },
          body: { action, ...(note === '' ? {} : { note }) },
        }),
      ),
    done: () => t('quarantine.done'),
    refresh: [['held'], ['quarantine'], ['assets'], ['asset'], ['overview']],
  });
  const offered = actions.filter((action) => {
    if (action === 'same') return held.assetId !== null;
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
      </Stack>
    </Section>
  );
}
