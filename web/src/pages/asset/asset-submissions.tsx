import { useInfiniteQuery } from '@tanstack/react-query';
import { submissionsQuery } from '../../api/queries';
import { EndlessTable } from '../../parts/endless-table';
import { useTexts } from '../../texts/texts';
import { useSubmissionColumns } from '../submissions/submission-columns';

export function AssetSubmissions({ id }: { readonly id: string }) {
  const { t } = useTexts();
  const query = useInfiniteQuery(submissionsQuery({ asset: id }));
  const columns = useSubmissionColumns();
  return (
    <EndlessTable
      label={t('asset.tabs.submissions')}
      query={query}
      columns={columns}
      keyOf={(one) => one.id}
      minWidth={820}
      height={520}
      empty={{ title: t('submissions.empty') }}
    />
  );
}
