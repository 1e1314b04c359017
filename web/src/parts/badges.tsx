import { Badge } from '@mantine/core';
import type { Asset, Key, Submission } from '../api/types';
import { useTexts } from '../texts/texts';

export const verdictColours: Readonly<Record<Submission['verdict'], string>> = {
  accepted: 'teal',
  quarantined: 'orange',
  refused: 'red',
};

export function VerdictBadge({ verdict }: { readonly verdict: Submission['verdict'] }) {
  const { t } = useTexts();
  return <Badge color={verdictColours[verdict]}>{t(`words.verdict.${verdict}`)}</Badge>;
}

const statusColours: Readonly<Record<Asset['status'], string>> = {
  active: 'teal',
  retired: 'gray',
  merged: 'violet',
};

export function AssetStatusBadge({ status }: { readonly status: Asset['status'] }) {
  const { t } = useTexts();
  return <Badge color={statusColours[status]}>{t(`words.assetStatus.${status}`)}</Badge>;
}

const keyColours: Readonly<Record<Key['state'], string>> = {
  active: 'teal',
  'enrolment-ended': 'blue',
  expired: 'orange',
  closed: 'gray',
  revoked: 'red',
};

export function KeyStateBadge({ state }: { readonly state: Key['state'] }) {
  const { t } = useTexts();
  return <Badge color={keyColours[state]}>{t(`words.keyState.${state}`)}</Badge>;
}

/** Itemtypes of GLPI have a word; custom ones are shown as they are called. */
export function useItemtypeName(): (itemtype: string) => string {
  const { t } = useTexts();
  return (itemtype) => t(`words.itemtype.${itemtype as 'Computer'}`, { defaultValue: itemtype });
}
