import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, give } from '../../api/client';
import { oneJunkQuery } from '../../api/queries';
import type { JunkDetail } from '../../api/types';
import { AgentText } from '../../parts/agent-text';
import { Confirm } from '../../parts/confirm';
import { Dialog } from '../../parts/dialog';
import { Facts } from '../../parts/facts';
import { TextLink } from '../../parts/links';
import { Loaded } from '../../parts/loaded';
import { useAction } from '../../parts/use-action';
import { When } from '../../parts/when';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { MatchReplay } from './match-replay';

interface JunkDialogProps {
  readonly id: string;
  readonly onClose: () => void;
}

/** Why a value is junk, and the way to take that back. */
export function JunkDialog({ id, onClose }: JunkDialogProps) {
  const { t } = useTexts();
  const query = useQuery(oneJunkQuery(id));
  return (
    <Dialog opened onClose={onClose} title={t('junk.why')} size="lg">
      <Loaded query={query}>
        {(junk) => (
          <Stack>
            <JunkFacts of={junk} />
            <Forget of={junk} onDone={onClose} />
          </Stack>
        )}
      </Loaded>
    </Dialog>
  );
}

function JunkFacts({ of: junk }: { readonly of: JunkDetail }) {
  const { t } = useTexts();
  const { grounds, assets, assetCount, submissionId, filler } = junk;
  return (
    <Facts
      labelWidth={190}
      facts={[
        { label: t('junk.value'), value: <AgentText mono value={junk.value} /> },
        { label: t('junk.kind'), value: t(`junk.kinds.${junk.kind}`) },
        { label: t('junk.state'), value: t(`junk.states.${junk.state}`) },
        { label: t('junk.forKey'), value: junk.kid ?? t('junk.everyKey') },
        { label: t('junk.since'), value: <When at={junk.since} /> },
        { label: t('junk.by'), value: <AgentText value={junk.by} /> },
        ...(junk.note === null ? [] : [{ label: t('common.note'), value: <AgentText value={junk.note} /> }]),
        ...(filler === null ? [] : [{ label: t('junk.filler'), value: filler }]),
        { label: t('junk.meaning'), value: <Meaning of={junk} /> },
        ...(grounds === null
          ? []
          : [
              { label: t('junk.counted'), value: <Counted devices={grounds.devices} /> },
              { label: t('junk.needed'), value: grounds.limit },
            ]),
        ...(submissionId === null
          ? []
          : [
              {
                label: t('junk.submission'),
                value: (
                  <TextLink to="/submissions/$id" params={{ id: submissionId }} size="sm" className="mono">
                    {submissionId}
                  </TextLink>
                ),
              },
            ]),
        {
          label: t('junk.assets'),
          value: (
            <Stack gap={8}>
              {assets.map(({ id, name }) => (
                <AssetLink key={id} id={id} name={name} />
              ))}
              {assetCount > assets.length ? (
                <Text size="sm">{t('junk.moreAssets', { count: assetCount - assets.length })}</Text>
              ) : null}
              {assetCount === 0 ? '–' : null}
            </Stack>
          ),
        },
      ]}
    />
  );
}

/** In the language of the console: the API says it in English. */
function Meaning({ of: { state, filler } }: { readonly of: JunkDetail }) {
  const { t } = useTexts();
  const isAllowedFiller = state === 'allowed' && filler !== null;
  return (
    <Text size="sm">
      {t(`junk.meanings.${state}`)}
      {isAllowedFiller ? ` ${t('junk.allowedFiller')}` : null}
    </Text>
  );
}

function Counted({ devices }: { readonly devices: NonNullable<JunkDetail['grounds']>['devices'] }) {
  const { t } = useTexts();
  return (
    <Stack gap={8}>
      {devices.map(({ name, assetId, caseId, submissionId }) =>
        assetId === undefined ? (
          <AgentText key={caseId ?? submissionId} value={name} empty={t('common.unnamed')} />
        ) : (
          <AssetLink key={assetId} id={assetId} name={name} />
        ),
      )}
    </Stack>
  );
}

function AssetLink({ id, name }: { readonly id: string; readonly name: string | null }) {
  const { t } = useTexts();
  return (
    <TextLink to="/assets/$id" params={{ id }} size="sm">
      <AgentText value={name} oneLine empty={t('common.unnamed')} />
    </TextLink>
  );
}

function Forget({
  of: { id, kid, kind, value },
  onDone,
}: {
  readonly of: JunkDetail;
  readonly onDone: () => void;
}) {
  const { t } = useTexts();
  const { may, limit } = useRights();
  const forget = useAction({
    run: () => give(api.POST('/junk/{id}/forget', { params: { path: { id } } })),
    done: () => t('junk.forgotten'),
    refresh: [['junk'], ['asset']],
    onDone,
  });
  // What is said for every key concerns more than a limited token may change.
  if (!may('operator') || (kid === null && limit !== undefined)) return null;
  return (
    <Group justify="space-between" align="flex-start">
      <MatchReplay say={[{ kind, value, kid, state: 'forgotten' }]} />
      <Confirm
        title={t('junk.forgetTitle')}
        action={t('junk.forget')}
        onConfirm={() => {
          forget.mutate(undefined);
        }}
        button={(open) => (
          <Button size="xs" variant="default" loading={forget.isPending} onClick={open}>
            {t('junk.forget')}
          </Button>
        )}
      >
        <Text size="sm">{t('junk.forgetText')}</Text>
      </Confirm>
    </Group>
  );
}
