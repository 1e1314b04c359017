import { useMemo } from 'react';
import type { Submission } from '../../api/types';
import { AgentText } from '../../parts/agent-text';
import { VerdictBadge } from '../../parts/badges';
import type { Column } from '../../parts/endless-table';
import { TextLink } from '../../parts/links';
import { When } from '../../parts/when';
import { useTexts } from '../../texts/texts';

export function useSubmissionColumns(): Column<Submission>[] {
  const { t } = useTexts();
  return useMemo(
    () => [
      {
        id: 'at',
        header: t('words.field.receivedAt'),
        width: 140,
        cell: ({ id, receivedAt }) => (
          <TextLink to="/submissions/$id" params={{ id }} size="sm">
            <When at={receivedAt} brief />
          </TextLink>
        ),
      },
      {
        id: 'verdict',
        header: t('words.field.verdict'),
        width: 110,
        cell: ({ verdict }) => <VerdictBadge verdict={verdict} />,
      },
      {
        id: 'name',
        header: t('words.field.name'),
        cell: ({ name, deviceid }) => <AgentText value={name ?? deviceid} oneLine />,
      },
      {
        id: 'why',
        header: t('words.field.reason'),
        cell: ({ outcome, reason }) =>
          outcome === null ? <span className="mono">{reason}</span> : t(`words.outcome.${outcome}`),
      },
      {
        id: 'agent',
        header: t('words.field.userAgent'),
        cell: ({ userAgent }) => <AgentText value={userAgent} oneLine />,
      },
      {
        id: 'from',
        header: t('words.field.sourceAddress'),
        width: 140,
        cell: ({ sourceAddress }) => <span className="mono">{sourceAddress}</span>,
      },
    ],
    [t],
  );
}
