import { Badge, Button, Group, NumberInput, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, give } from '../../api/client';
import { generationsQuery } from '../../api/queries';
import type { KeyGeneration } from '../../api/types';
import { Confirm } from '../../parts/confirm';
import { ExportLinks } from '../../parts/export-links';
import { TextLink } from '../../parts/links';
import { Loaded } from '../../parts/loaded';
import { Section } from '../../parts/section';
import { useAction } from '../../parts/use-action';
import { When } from '../../parts/when';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { KeyMade } from './key-made';

const colours = { current: 'teal', grace: 'blue', expired: 'gray', retired: 'gray' } as const;

/** The secrets of a key: who still uses which, and when an old one can go. */
export function RotationCockpit({ kid, isLive }: { readonly kid: string; readonly isLive: boolean }) {
  const { t } = useTexts();
  const { may } = useRights();
  const query = useQuery(generationsQuery(kid));
  const [secret, setSecret] = useState<string>();
  return (
    <Section
      title={t('keys.rotation.title')}
      actions={
        <Group gap="xs">
          <ExportLinks size="xs" list={`/keys/${kid}/generations`} />
          {may('admin') && isLive ? <Rotate kid={kid} onMade={setSecret} /> : null}
        </Group>
      }
    >
      <Stack>
        <Text size="sm" c="dimmed">
          {t('keys.rotation.about')}
        </Text>
        {secret === undefined ? null : <KeyMade kid={kid} secret={secret} />}
        <Loaded query={query}>
          {({ items }) => (
            <Table.ScrollContainer minWidth={640}>
              <Table className="plain-table">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t('keys.rotation.secret')}</Table.Th>
                    <Table.Th>{t('keys.state')}</Table.Th>
                    <Table.Th>{t('keys.rotation.agents')}</Table.Th>
                    <Table.Th>{t('words.field.lastUsedAt')}</Table.Th>
                    <Table.Th>{t('keys.rotation.until')}</Table.Th>
                    <Table.Th />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map((generation) => (
                    <Generation key={generation.generation} kid={kid} of={generation} />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )}
        </Loaded>
      </Stack>
    </Section>
  );
}

function Generation({ kid, of: one }: { readonly kid: string; readonly of: KeyGeneration }) {
  const { t } = useTexts();
  const { may } = useRights();
  const isOld = one.state === 'grace';
  return (
    <Table.Tr>
      <Table.Td className="mono">
        #{one.generation} …{one.hint}
      </Table.Td>
      <Table.Td>
        <Badge color={colours[one.state]}>{t(`keys.rotation.state.${one.state}`)}</Badge>
      </Table.Td>
      <Table.Td>
        <TextLink to="/agents" search={{ key: kid, generation: String(one.generation) }} size="sm">
          {t('keys.rotation.active', { active: one.activeAgentCount, all: one.agentCount })}
        </TextLink>
        {isOld ? (
          <Text size="xs" c="dimmed">
            {one.safeToRetire ? t('keys.rotation.safe') : one.whyNot}
          </Text>
        ) : null}
      </Table.Td>
      <Table.Td>
        <When at={one.lastUsedAt} />
      </Table.Td>
      <Table.Td>
        <When at={one.useUntil} empty={t('common.noEnd')} />
      </Table.Td>
      <Table.Td>{isOld && may('admin') ? <Retire kid={kid} generation={one.generation} /> : null}</Table.Td>
    </Table.Tr>
  );
}

function Retire({ kid, generation }: { readonly kid: string; readonly generation: number }) {
  const { t } = useTexts();
  const retire = useAction({
    run: () =>
      give(
        api.POST('/keys/{kid}/generations/{generation}/retire', {
          params: { path: { kid, generation: String(generation) } },
        }),
      ),
    done: () => t('keys.rotation.retired'),
    refresh: [['keys']],
  });
  return (
    <Confirm
      isDangerous
      title={t('keys.rotation.retireTitle')}
      action={t('keys.rotation.retire')}
      onConfirm={() => {
        retire.mutate(undefined);
      }}
      button={(open) => (
        <Button size="xs" variant="light" color="red" onClick={open}>
          {t('keys.rotation.retire')}
        </Button>
      )}
    >
      <Text size="sm">{t('keys.rotation.retireText')}</Text>
    </Confirm>
  );
}

function Rotate({ kid, onMade }: { readonly kid: string; readonly onMade: (secret: string) => void }) {
  const { t } = useTexts();
  const [graceDays, setGraceDays] = useState(30);
  const rotate = useAction({
    run: () => give(api.POST('/keys/{kid}/rotate', { params: { path: { kid } }, body: { graceDays } })),
    refresh: [['keys']],
    onDone: ({ key }) => {
      onMade(key);
    },
  });
  return (
    <Confirm
      title={t('keys.rotation.rotateTitle')}
      action={t('keys.rotation.rotate')}
      onConfirm={() => {
        rotate.mutate(undefined);
      }}
      button={(open) => (
        <Button size="xs" variant="default" onClick={open} loading={rotate.isPending}>
          {t('keys.rotation.rotate')}
        </Button>
      )}
    >
      <NumberInput
        label={t('keys.rotation.graceDays')}
        description={t('keys.rotation.graceHint')}
        min={0}
        max={3650}
        allowDecimal={false}
        value={graceDays}
        onChange={(days) => {
          setGraceDays(Number(days));
        }}
      />
    </Confirm>
  );
}
