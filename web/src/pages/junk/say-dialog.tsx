import { Alert, Button, Group, SegmentedControl, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { api, give } from '../../api/client';
import { isProblem } from '../../api/problem';
import { keysQuery } from '../../api/queries';
import type { JunkInput } from '../../api/types';
import { Dialog } from '../../parts/dialog';
import { problemText } from '../../parts/problem-alert';
import { useAction } from '../../parts/use-action';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { MatchReplay } from './match-replay';

export const junkKinds = ['serial', 'uuid', 'mac', 'deviceid', 'certificate', 'sshkey'] as const;
type Kind = (typeof junkKinds)[number];
type State = JunkInput['state'];

/** Declares a value junk, or lets it count: at first what that means is shown, then it may be forced. */
export function SayDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTexts();
  const { limit } = useRights();
  const { data: keys = [] } = useQuery(keysQuery);
  const [kind, setKind] = useState<Kind>('serial');
  const [value, setValue] = useState('');
  const [kid, setKid] = useState<string | null>(null);
  const [state, setState] = useState<State>('declared');
  const [note, setNote] = useState('');
  const say = useAction({
    run: (force: boolean) =>
      give(api.POST('/junk', { body: { kind, value, kid, state, ...(note === '' ? {} : { note }), force } })),
    done: () => t('junk.said'),
    refresh: [['junk'], ['asset']],
    onDone: onClose,
    isShown: (error) => isProblem(error, 'junk_known'),
  });
  const isKnown = isProblem(say.error, 'junk_known');
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    say.mutate(isKnown);
  };
  const changing = <T,>(set: (to: T) => void) => {
    return (to: T): void => {
      say.reset();
      set(to);
    };
  };
  const [changeKid, changeState] = [changing(setKid), changing(setState)];
  return (
    <Dialog opened onClose={onClose} title={t('junk.say')} size="lg">
      <form onSubmit={submit}>
        <Stack>
          <ValueFields kind={kind} value={value} onKind={changing(setKind)} onValue={changing(setValue)} />
          <Select
            clearable={limit === undefined}
            searchable
            required={limit !== undefined}
            label={t('junk.forKey')}
            {...(limit === undefined ? { description: t('junk.everyKeyHint') } : {})}
            data={keys.map(({ kid: one, name }) => ({ value: one, label: name }))}
            value={kid}
            onChange={changeKid}
          />
          <SegmentedControl
            aria-label={t('junk.state')}
            value={state}
            data={[
              { value: 'declared', label: t('junk.declare') },
              { value: 'allowed', label: t('junk.allow') },
            ]}
            onChange={(chosen) => {
              changeState(chosen);
            }}
          />
          <Textarea
            label={t('common.note')}
            description={t(`junk.hints.${state}`)}
            maxLength={2000}
            value={note}
            onChange={(event) => {
              setNote(event.currentTarget.value);
            }}
          />
          {value.trim() === '' ? null : <MatchReplay say={[{ kind, value: value.trim(), kid, state }]} />}
          {isKnown ? (
            <Alert color="orange" title={t('junk.careful')} role="alert">
              {problemText(say.error, t)}
            </Alert>
          ) : null}
          <Group justify="flex-end">
            <Button type="submit" loading={say.isPending} {...(isKnown ? { color: 'orange' } : {})}>
              {isKnown ? t('junk.allTheSame') : t(state === 'declared' ? 'junk.declare' : 'junk.allow')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

interface ValueFieldsProps {
  readonly kind: Kind;
  readonly value: string;
  readonly onKind: (kind: Kind) => void;
  readonly onValue: (value: string) => void;
}

function ValueFields({ kind, value, onKind, onValue }: ValueFieldsProps) {
  const { t } = useTexts();
  return (
    <>
      <Select
        label={t('junk.kind')}
        allowDeselect={false}
        data={junkKinds.map((one) => ({ value: one, label: t(`junk.kinds.${one}`) }))}
        value={kind}
        onChange={(chosen) => {
          onKind(chosen ?? 'serial');
        }}
      />
      <TextInput
        required
        data-autofocus
        label={t('junk.value')}
        description={t('junk.valueHint')}
        maxLength={255}
        value={value}
        onChange={(event) => {
          onValue(event.currentTarget.value);
        }}
      />
    </>
  );
}
