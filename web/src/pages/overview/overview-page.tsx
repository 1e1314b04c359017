import { PageHead } from '../../parts/page-head';
import { useTexts } from '../../texts/texts';

export function OverviewPage() {
  const { t } = useTexts();
  return <PageHead title={t('overview.title')} />;
}
