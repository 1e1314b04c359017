import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, give } from '../../api/client';
import { isProblem } from '../../api/problem';
import { glpiApiQuery } from '../../api/glpi-queries';
import type { GlpiApi } from '../../api/types';
import { Confirm } from '../../parts/confirm';
import { Facts } from '../../parts/facts';
import { JsonView } from '../../parts/json-view';
import { Loaded } from '../../parts/loaded';
import { useAction } from '../../parts/use-action';
import { When } from '../../parts/when';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { SetGlpiApi } from './set-glpi-api';

/** How entities are asked for. Secrets are never shown. */
export function GlpiAccess() {
  const { t } = useTexts();
  const { may } = useRights();
  const query = useQuery(glpiApiQuery);
  const isMissing = isProblem(query.error, 'glpi_api_missing');
  const known = isMissing ? undefined : query.data;
  return (
    <Stack>
      <Text size="sm">{t('glpi.about')}</Text>
      {isMissing ? (
        <Text size="sm">{t('glpi.missing')}</Text>
      ) : (
        <Loaded query={query}>{(one) => <ApiFacts of={one} />}</Loaded>
      )}
      {may('admin') && (known !== undefined || isMissing) ? (
        <Group justify="flex-end" gap="xs">
          {known === undefined ? null : <Remove />}
          <SetGlpiApi
            label={t(known === undefined ? 'glpi.set' : 'glpi.change')}
            {...(known === undefined ? {} : { of: known })}
          />
        </Group>
      ) : null}
    </Stack>
  );
}

function ApiFacts({ of: one }: { readonly of: GlpiApi }) {
  const { t } = useTexts();
  const given = (label: string, value: string | null) =>
    value === null ? [] : [{ label, value: <bdi>{value}</bdi> }];
  return (
    <Facts
      labelWidth={220}
      facts={[
        { label: t('glpi.url'), value: <bdi className="mono">{one.url}</bdi> },
        { label: t('glpi.api'), value: t(`glpi.apis.${one.api}`) },
        ...given(t('glpi.clientId'), one.clientId),
        ...given(t('glpi.userName'), one.userName),
        ...(one.api === 'legacy'
          ? [{ label: t('glpi.appToken'), value: t(one.hasAppToken ? 'common.yes' : 'common.no') }]
          : []),
        { label: t('glpi.changed'), value: <When at={one.changedAt} /> },
        {
          label: t('glpi.imported'),
          value: (
            <>
              <When at={one.importedAt} />
              {one.lastImport === null ? null : <JsonView value={one.lastImport} depth={1} />}
            </>
          ),
        },
      ]}
    />
  );
}

function Remove() {
  const { t } = useTexts();
  const remove = useAction({
    run: () => give(api.DELETE('/glpi/api')),
    done: () => t('glpi.removed'),
    refresh: [['glpi-api']],
  });
  return (
    <Confirm
      isDangerous
      title={t('glpi.removeTitle')}
      action={t('glpi.remove')}
      onConfirm={() => {
        remove.mutate(undefined);
      }}
      button={(open) => (
        <Button size="xs" variant="light" color="red" onClick={open}>
          {t('glpi.remove')}
        </Button>
      )}
    >
      <Text size="sm">{t('glpi.removeText')}</Text>
    </Confirm>
  );
}
