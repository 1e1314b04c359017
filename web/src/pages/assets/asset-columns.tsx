import { useMemo } from 'react';
import type { Asset } from '../../api/types';
import { AgentText } from '../../parts/agent-text';
import { AssetStatusBadge, useItemtypeName } from '../../parts/badges';
import type { Column } from '../../parts/endless-table';
import { EntityPath } from '../../parts/entity-path';
import { TextLink } from '../../parts/links';
import { When } from '../../parts/when';
import { useTexts } from '../../texts/texts';

export function useAssetColumns(): Column<Asset>[] {
  const { t } = useTexts();
  const itemtypeName = useItemtypeName();
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('words.field.name'),
        width: '20%',
        cell: ({ id, name }) => (
          <TextLink to="/assets/$id" params={{ id }} size="sm" fw={550} className="one-line">
            <AgentText value={name} oneLine empty={t('common.unnamed')} />
          </TextLink>
        ),
      },
      {
        id: 'itemtype',
        header: t('words.field.itemtype'),
        width: 100,
        cell: ({ itemtype }) => itemtypeName(itemtype),
      },
      {
        id: 'serial',
        header: t('words.field.serial'),
        cell: ({ serial }) => <AgentText value={serial} oneLine mono />,
      },
      {
        id: 'entity',
        header: t('words.field.entity'),
        cell: ({ entity }) => <EntityPath path={entity} keep={1} />,
      },
      { id: 'os', header: t('words.field.os'), cell: ({ os }) => <AgentText value={os} oneLine /> },
      {
        id: 'lastSeen',
        header: t('assets.seen'),
        width: 112,
        cell: ({ lastSeen }) => <When at={lastSeen} brief />,
      },
      {
        id: 'status',
        header: t('words.field.status'),
        width: 96,
        cell: ({ status }) => <AssetStatusBadge status={status} />,
      },
    ],
    [t, itemtypeName],
  );
}
