import { Alert, Group, Loader, Text } from '@mantine/core';
import { CheckCircleIcon, ShieldExclamationIcon } from '@heroicons/react/24/outline';
import { useInfiniteQuery } from '@tanstack/react-query';
import { submissionsQuery } from '../../api/queries';
import { useLive } from '../../live/use-live';
import { isolated } from '../../parts/agent-text';
import { TextLink } from '../../parts/links';
import { useTexts } from '../../texts/texts';

/** Looked at also without being told: what tells may be off. */
const lookEveryMs = 15_000;
/** Least time between two looks. */
const liveEveryMs = 500;

/** Waits for the first inventory that comes by a key, and tells what became of it. */
export function FirstInventory({ kid }: { readonly kid: string }) {
  const { t } = useTexts();
  const query = useInfiniteQuery({
    ...submissionsQuery({ key: kid }),
    staleTime: 0,
    refetchInterval: ({ state }) =>
      state.data?.pages[0]?.items[0]?.verdict === 'accepted' ? false : lookEveryMs,
  });
  useLive({
    queryKeys: [submissionsQuery({ key: kid }).queryKey],
    kinds: ['submissions.changed'],
    intervalMs: liveEveryMs,
  });
  const first = query.data?.pages[0]?.items[0];
  if (first === undefined) {
    return (
      <Alert color="blue" icon={<Loader size={20} />} title={t('keys.made.wait')} role="status">
        {t('keys.made.waitAbout')}
      </Alert>
    );
  }
  const { verdict, assetId, id, name, reason } = first;
  if (verdict === 'accepted' && assetId !== null) {
    return (
      <Alert
        color="teal"
        icon={<CheckCircleIcon />}
        title={t('keys.made.arrived', { name: isolated(name ?? t('common.unnamed')) })}
        role="status"
      >
        <TextLink to="/assets" search={{ key: kid }} size="sm">
          {t('keys.made.seeAsset')}
        </TextLink>
      </Alert>
    );
  }
  return (
    <Alert
      color="orange"
      icon={<ShieldExclamationIcon />}
      title={t(verdict === 'refused' ? 'keys.made.refused' : 'keys.made.held')}
      role="status"
    >
      <Group>
        <Text size="sm" className="mono">
          {reason}
        </Text>
        <TextLink to="/submissions/$id" params={{ id }} size="sm">
          {t('keys.made.seeSubmission')}
        </TextLink>
      </Group>
    </Alert>
  );
}
