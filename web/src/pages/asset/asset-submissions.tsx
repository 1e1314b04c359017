import { Group, Stack } from '@mantine/core';
import { submissionsQuery } from '../../api/queries';
import { EndlessTable } from '../../parts/endless-table';
import { ExportLinks } from '../../parts/export-links';
import { useTexts } from '../../texts/texts';
import { useSubmissionColumns } from '../submissions/submission-columns';

export function AssetSubmissions({ id }: { readonly id: string }) {
  const { t } = useTexts();
  const columns = useSubmissionColumns();
  return (
    <Stack gap="xs">
      <Group justify="flex-end">
        <ExportLinks size="xs" list={`/assets/${id}/submissions`} />
      </Group>
      <EndlessTable
        label={t('asset.tabs.submissions')}
        list={submissionsQuery({ asset: id })}
        columns={columns}
        keyOf={(one) => one.id}
        minWidth={820}
        height={520}
        empty={{ title: t('submissions.empty') }}
      />
    </Stack>
  );
}
