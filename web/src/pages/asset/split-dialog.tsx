import { Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, give } from '../../api/client';
import { assetIdentifiersQuery } from '../../api/queries';
import type { AssetIdentifiers } from '../../api/types';
import { isolated } from '../../parts/agent-text';
import { Dialog } from '../../parts/dialog';
import { Loaded } from '../../parts/loaded';
import { ProblemAlert } from '../../parts/problem-alert';
import { useAction } from '../../parts/use-action';
import { useTexts } from '../../texts/texts';
import type { AssetDialogProps } from './move-dialog';

type Identifier = AssetIdentifiers['items'][number];

/** The API takes as many characters. */
const maxNoteLength = 1000;
const uuidLength = 36;

/** Takes out what was chosen, or all that one submission alone showed. */
export function SplitDialog({ of: { id }, onClose }: AssetDialogProps) {
  const { t } = useTexts();
  const query = useQuery(assetIdentifiersQuery(id));
  return (
    <Dialog opened onClose={onClose} title={t('asset.actions.split')}>
      <Loaded query={query}>
        {({ items }) => <SplitForm id={id} all={items.filter(isKept)} onClose={onClose} />}
      </Loaded>
    </Dialog>
  );
}

/** What was left out was never the asset's. */
const isKept = ({ firstSeen }: Identifier): boolean => firstSeen !== null;
const nameOf = ({ kind, value }: Identifier): string => `${kind} ${value}`;

interface SplitFormProps {
  readonly id: string;
  readonly all: readonly Identifier[];
  readonly onClose: () => void;
}

function SplitForm({ id, all, onClose }: SplitFormProps) {
  const { t } = useTexts();
  const [chosen, setChosen] = useState<string[]>([]);
  const [submissionId, setSubmissionId] = useState('');
  const [note, setNote] = useState('');
  const split = useAction({
    run: () => {
      const identifiers = all.filter((one) => chosen.includes(nameOf(one)));
      const body = {
        ...(submissionId === ''
          ? { identifiers: identifiers.map(({ kind, value }) => ({ kind, value })) }
          : { submissionId }),
        ...(note === '' ? {} : { note }),
      };
      return give(api.POST('/assets/{id}/split', { params: { path: { id } }, body }));
    },
    done: () => t('asset.splitDone'),
    refresh: [['asset'], ['assets'], ['overview']],
    onDone: onClose,
    isShown: () => true,
  });
  return (
    <Stack>
      <Text size="sm">{t('asset.splitHint')}</Text>
      <Checkbox.Group value={chosen} onChange={setChosen}>
        <Stack gap="xs">
          {all.map((one) => (
            <Checkbox
              key={nameOf(one)}
              value={nameOf(one)}
              disabled={submissionId !== ''}
              label={`${t(`words.field.${one.kind}`)}: ${isolated(one.value)}`}
            />
          ))}
        </Stack>
      </Checkbox.Group>
      <TextInput
        label={t('asset.splitSubmission')}
        description={t('asset.splitSubmissionHint')}
        maxLength={uuidLength}
        disabled={chosen.length > 0}
        value={submissionId}
        onChange={(event) => {
          setSubmissionId(event.currentTarget.value.trim());
        }}
      />
      <TextInput
        label={t('common.note')}
        description={t('common.noteHint')}
        maxLength={maxNoteLength}
        value={note}
        onChange={(event) => {
          setNote(event.currentTarget.value);
        }}
      />
      {split.error === null ? null : <ProblemAlert error={split.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button
          disabled={chosen.length === 0 && submissionId === ''}
          loading={split.isPending}
          onClick={() => {
            split.mutate(undefined);
          }}
        >
          {t('asset.actions.split')}
        </Button>
      </Group>
    </Stack>
  );
}
