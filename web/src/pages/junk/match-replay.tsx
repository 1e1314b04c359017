import { Button, Group, ScrollArea, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { api, give } from '../../api/client';
import type { MatchReplay as Answer, Proposal } from '../../api/types';
import { AgentText } from '../../parts/agent-text';
import { Dialog } from '../../parts/dialog';
import { TextLink } from '../../parts/links';
import { ProblemAlert } from '../../parts/problem-alert';
import { useAction } from '../../parts/use-action';
import { useTexts } from '../../texts/texts';

type Change = Answer['changes'][number];

/** Most that one answer looks at, and answers that are asked for at a click. */
const pageAssets = 500;
const pagesAtOnce = 10;
/** What is beyond them is counted. */
const maxShown = 200;

interface Looked {
  readonly assets: number;
  readonly cases: number;
  readonly unread: number;
  readonly changed: number;
  readonly changes: readonly Change[];
  readonly next: string | null;
}

const nothing: Looked = { assets: 0, cases: 0, unread: 0, changed: 0, changes: [], next: null };

async function lookFurther(say: readonly Proposal[], from: Looked): Promise<Looked> {
  let looked = from;
  for (let page = 0; page < pagesAtOnce && (page === 0 || looked.next !== null); page++) {
    const after = looked.next === null ? {} : { after: looked.next };
    const body = { say: [...say], limit: pageAssets, ...after };
    const answer = await give(api.POST('/match/replay', { body }));
    looked = {
      assets: looked.assets + answer.assets,
      cases: looked.cases + answer.cases,
      unread: looked.unread + answer.unread,
      changed: looked.changed + answer.changes.length,
      changes: [...looked.changes, ...answer.changes].slice(0, maxShown),
      next: answer.next,
    };
  }
  return looked;
}

/** Which stored and held devices would be decided on otherwise if this were said. Writes nothing. */
export function MatchReplay({ say }: { readonly say: readonly Proposal[] }) {
  const { t } = useTexts();
  const saidNow = JSON.stringify(say);
  const [found, setFound] = useState<{ readonly of: string; readonly looked: Looked }>();
  // What was found for something else says nothing of this.
  const looked = found?.of === saidNow ? found.looked : undefined;
  const look = useAction({
    run: () => lookFurther(say, looked ?? nothing),
    refresh: [],
    onDone: (more) => {
      setFound({ of: saidNow, looked: more });
    },
    isShown: () => true,
  });
  const isOver = looked?.next === null;
  return (
    <Stack gap="xs" align="flex-start">
      {isOver ? null : (
        <Button
          size="xs"
          variant="default"
          loading={look.isPending}
          onClick={() => {
            look.mutate(undefined);
          }}
        >
          {t(looked === undefined ? 'replay.button' : 'replay.more')}
        </Button>
      )}
      {look.error === null ? null : <ProblemAlert error={look.error} />}
      {looked === undefined ? null : <Found of={looked} />}
    </Stack>
  );
}

/** The same without anything said: by the rules as they are now. */
export function JudgeAgain() {
  const { t } = useTexts();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={open}>
        {t('replay.now')}
      </Button>
      <Dialog opened={isOpen} onClose={close} title={t('replay.now')} size="xl">
        <Stack>
          <Text size="sm">{t('replay.nowText')}</Text>
          <MatchReplay say={[]} />
        </Stack>
      </Dialog>
    </>
  );
}

function Found({ of: { assets, cases, unread, changed, changes } }: { readonly of: Looked }) {
  const { t } = useTexts();
  return (
    <>
      <Text size="sm" role="status">
        {t('replay.sum', { changes: changed, assets, cases })}
        {unread === 0 ? null : ` ${t('replay.unread', { count: unread })}`}
      </Text>
      {changes.length === 0 ? null : (
        <ScrollArea.Autosize mah={300} w="100%" viewportProps={{ tabIndex: 0 }}>
          <Table className="plain-table">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('replay.device')}</Table.Th>
                <Table.Th>{t('replay.question')}</Table.Th>
                <Table.Th>{t('replay.was')}</Table.Th>
                <Table.Th>{t('replay.would')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {changes.map((change, index) => (
                <Row key={index} of={change} />
              ))}
            </Table.Tbody>
          </Table>
        </ScrollArea.Autosize>
      )}
    </>
  );
}

function Row({ of: { assetId, caseId, name, question, was, would } }: { readonly of: Change }) {
  const { t } = useTexts();
  const shown = <AgentText value={name} oneLine empty={t('common.unnamed')} />;
  return (
    <Table.Tr>
      <Table.Td>
        {assetId !== null ? (
          <TextLink to="/assets/$id" params={{ id: assetId }} size="sm">
            {shown}
          </TextLink>
        ) : caseId !== null ? (
          <TextLink to="/quarantine/$id" params={{ id: caseId }} size="sm">
            {shown}
          </TextLink>
        ) : (
          shown
        )}
      </Table.Td>
      <Table.Td>{t(`replay.questions.${question}`)}</Table.Td>
      <Table.Td>
        <Decision of={was} own={assetId} />
      </Table.Td>
      <Table.Td>
        <Decision of={would} own={assetId} />
      </Table.Td>
    </Table.Tr>
  );
}

function Decision({ of: one, own }: { readonly of: Change['was']; readonly own: string | null }) {
  const { t } = useTexts();
  const { decision, reason, assetId } = one;
  return (
    <Group gap={6}>
      {t(`replay.decisions.${decision}`)}
      {reason === null ? null : <span className="mono">{reason}</span>}
      {assetId === null ? null : assetId === own ? (
        t('replay.itself')
      ) : (
        <TextLink to="/assets/$id" params={{ id: assetId }} size="sm" className="mono">
          {assetId.slice(0, 13)}…
        </TextLink>
      )}
    </Group>
  );
}
