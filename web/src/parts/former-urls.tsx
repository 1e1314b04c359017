import { Stack } from '@mantine/core';
import type { Instance } from '../api/types';
import { useTexts } from '../texts/texts';
import type { Fact } from './facts';
import { When } from './when';

/** URLs of before, and until when each still counts. */
export function useFormerUrls(aliases: Instance['urlAliases']): Fact[] {
  const { t } = useTexts();
  if (aliases.length === 0) return [];
  const value = (
    <Stack gap={0}>
      {aliases.map(({ url, until, state }) => (
        <span key={url}>
          <span className="mono">{url}</span> (
          {state === 'ended' ? (
            t('rebind.ended')
          ) : until === null ? (
            t('common.noEnd')
          ) : (
            <>
              {t('rebind.until')} <When at={until} />
            </>
          )}
          )
        </span>
      ))}
    </Stack>
  );
  return [{ label: t('rebind.former'), value }];
}
