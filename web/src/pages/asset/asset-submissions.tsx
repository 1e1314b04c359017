import { submissionsQuery } from '../../api/queries';
import { EndlessTable } from '../../parts/endless-table';
import { useTexts } from '../../texts/texts';
import { useSubmissionColumns } from '../submissions/submission-columns';

export function AssetSubmissions({ id }: { readonly id: string }) {
  const { t } = useTexts();
  const columns = useSubmissionColumns();
  return (
    <EndlessTable
      label={t('asset.tabs.submissions')}
      list={submissionsQuery({ asset: id })}
      columns={columns}
      keyOf={(one) => one.id}
      minWidth={820}
      height={520}
      empty={{ title: t('submissions.empty') }}
    />
  );
}
