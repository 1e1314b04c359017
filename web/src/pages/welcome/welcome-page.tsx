import { Button, Card, Group, Stack, Stepper, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { api, give } from '../../api/client';
import { entitiesQuery } from '../../api/queries';
import type { Entity } from '../../api/types';
import { ButtonLink } from '../../parts/links';
import { Loaded } from '../../parts/loaded';
import { NeedsRole } from '../../parts/needs-role';
import { PageHead } from '../../parts/page-head';
import { useAction } from '../../parts/use-action';
import { useTexts } from '../../texts/texts';
import { KeyMade } from '../keys/key-made';

/** A fresh installation, on its short way to the first inventory. */
export function WelcomePage() {
  const { t } = useTexts();
  const entities = useQuery(entitiesQuery);
  return (
    <>
      <PageHead title={t('welcome.title')} about={t('welcome.about')} />
      <Loaded query={entities}>
        {(all) => {
          const top = all.find(({ parentId }) => parentId === null) ?? all[0];
          return top === undefined ? null : (
            <NeedsRole role="admin">
              <Steps top={top} />
            </NeedsRole>
          );
        }}
      </Loaded>
    </>
  );
}

interface Made {
  readonly kid: string;
  readonly key: string;
}

function Steps({ top }: { readonly top: Entity }) {
  const { t } = useTexts();
  const [step, setStep] = useState(0);
  const [made, setMade] = useState<Made>();
  return (
    <Stepper active={step} allowNextStepsSelect={false}>
      <Stepper.Step label={t('welcome.entity')} allowStepSelect={false}>
        <NameEntity
          top={top}
          onDone={() => {
            setStep(1);
          }}
        />
      </Stepper.Step>
      <Stepper.Step label={t('welcome.key')} allowStepSelect={false}>
        <MakeKey
          entityId={top.id}
          onDone={(key) => {
            setMade(key);
            setStep(2);
          }}
        />
      </Stepper.Step>
      <Stepper.Step label={t('welcome.agent')} allowStepSelect={false}>
        {made === undefined ? null : (
          <Stack>
            <KeyMade kid={made.kid} secret={made.key} />
            <Group>
              <ButtonLink to="/">{t('welcome.finish')}</ButtonLink>
            </Group>
          </Stack>
        )}
      </Stepper.Step>
    </Stepper>
  );
}

function NameEntity({ top, onDone }: { readonly top: Entity; readonly onDone: () => void }) {
  const { t } = useTexts();
  const [name, setName] = useState(top.name);
  const rename = useAction({
    run: () => give(api.PATCH('/entities/{id}', { params: { path: { id: top.id } }, body: { name } })),
    refresh: [['entities'], ['keys']],
    onDone,
  });
  return (
    <Question
      text={t('welcome.entityText')}
      label={t('entities.name')}
      value={name}
      onChange={setName}
      isBusy={rename.isPending}
      onNext={() => {
        if (name === top.name) onDone();
        else rename.mutate(undefined);
      }}
    />
  );
}

function MakeKey({ entityId, onDone }: { readonly entityId: string; readonly onDone: (made: Made) => void }) {
  const { t } = useTexts();
  const [name, setName] = useState<string>(t('welcome.firstKey'));
  const create = useAction({
    run: () => give(api.POST('/keys', { body: { name, entityId } })),
    refresh: [['keys']],
    onDone,
  });
  return (
    <Question
      text={t('welcome.keyText')}
      label={t('welcome.keyName')}
      value={name}
      onChange={setName}
      isBusy={create.isPending}
      onNext={() => {
        create.mutate(undefined);
      }}
    />
  );
}

interface QuestionProps {
  readonly text: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly isBusy: boolean;
  readonly onNext: () => void;
}

function Question({ text, label, value, onChange, isBusy, onNext }: QuestionProps) {
  const { t } = useTexts();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onNext();
  };
  return (
    <Card withBorder padding="lg" maw={560}>
      <form onSubmit={submit}>
        <Stack>
          <Text>{text}</Text>
          <TextInput
            required
            label={label}
            maxLength={255}
            value={value}
            onChange={(event) => {
              onChange(event.currentTarget.value);
            }}
          />
          <Group>
            <Button type="submit" loading={isBusy}>
              {t('welcome.next')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
