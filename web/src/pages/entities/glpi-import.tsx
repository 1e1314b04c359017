import { Alert, Badge, Button, Group, ScrollArea, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { api, give } from '../../api/client';
import { isProblem } from '../../api/problem';
import type { EntityImport } from '../../api/types';
import { AgentText } from '../../parts/agent-text';
import { Dialog } from '../../parts/dialog';
import { Loaded } from '../../parts/loaded';
import { ProblemAlert } from '../../parts/problem-alert';
import { useAction } from '../../parts/use-action';
import { useTexts } from '../../texts/texts';
import { SetGlpiApi } from './set-glpi-api';

/** What needs an eye: it is not done, or somebody has to do more about it. */
const asks: ReadonlySet<string> = new Set(['tag-taken', 'gone']);
/** A first import of a large tree has thousands of lines, all alike. */
const maxLinesShown = 300;

/** Takes over the entities of GLPI, after it has shown what that would change. */
export function GlpiImport() {
  const { t } = useTexts();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={open}>
        {t('entities.import')}
      </Button>
      <Dialog opened={isOpen} onClose={close} title={t('entities.importTitle')} size="xl">
        {isOpen ? <Preview onDone={close} /> : null}
      </Dialog>
    </>
  );
}

function Preview({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTexts();
  // Asked for each time that the window opens: GLPI has changed since, perhaps.
  const preview = useQuery({
    queryKey: ['glpi-import'],
    queryFn: () => give(api.POST('/glpi/entities', { body: { apply: false } })),
    gcTime: 0,
    retry: false,
  });
  const apply = useAction({
    run: () => give(api.POST('/glpi/entities', { body: { apply: true } })),
    done: ({ lines }) => t('entities.imported', { count: lines.length }),
    refresh: [['entities'], ['keys'], ['assets']],
    onDone,
  });
  if (isProblem(preview.error, 'glpi_api_missing') && preview.data === undefined) {
    return (
      <Stack align="flex-start">
        <ProblemAlert error={preview.error} />
        <SetGlpiApi label={t('glpi.set')} onDone={() => void preview.refetch()} />
      </Stack>
    );
  }
  return (
    <Loaded query={preview}>
      {({ seen, lines }) => (
        <Stack>
          <Text size="sm">{t('entities.importSeen', { count: seen })}</Text>
          {lines.length === 0 ? (
            <Alert color="teal">{t('entities.importNothing')}</Alert>
          ) : (
            <Lines of={lines} />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onDone}>
              {t('common.cancel')}
            </Button>
            <Button
              disabled={lines.length === 0}
              loading={apply.isPending}
              onClick={() => {
                apply.mutate(undefined);
              }}
            >
              {t('entities.importApply')}
            </Button>
          </Group>
        </Stack>
      )}
    </Loaded>
  );
}

function Lines({ of: lines }: { readonly of: EntityImport['lines'] }) {
  const { t } = useTexts();
  return (
    <ScrollArea.Autosize mah={420} tabIndex={0} viewportProps={{ 'aria-label': t('entities.importTitle') }}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('entities.importWhat')}</Table.Th>
            <Table.Th>{t('entities.importWhich')}</Table.Th>
            <Table.Th>{t('entities.importBefore')}</Table.Th>
            <Table.Th>{t('entities.importAfter')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.slice(0, maxLinesShown).map(({ kind, entityId, completeName, before, after }) => (
            <Table.Tr key={`${kind} ${entityId}`}>
              <Table.Td>
                <Badge variant="light" color={asks.has(kind) ? 'orange' : 'blue'}>
                  {t(`entities.importKinds.${kind}`)}
                </Badge>
              </Table.Td>
              <Table.Td>
                <AgentText value={completeName} />
              </Table.Td>
              <Table.Td>
                <AgentText value={before} />
              </Table.Td>
              <Table.Td>
                <AgentText value={after} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {lines.length > maxLinesShown ? (
        <Text size="sm" p="sm">
          {t('entities.importMore', { count: lines.length - maxLinesShown })}
        </Text>
      ) : null}
    </ScrollArea.Autosize>
  );
}
