import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTexts } from '../texts/texts';

/** Longest run of an agent's text that is shown unasked. */
const maxShownLength = 300;

interface AgentTextProps {
  readonly value: string | null | undefined;
  /** What stands there when there is none. */
  readonly empty?: string;
  /** Cut at the end of the line, the whole of it in a tooltip of the browser. */
  readonly oneLine?: boolean;
  readonly mono?: boolean;
}

/** Signs above and below one letter, beyond which they would stand over the lines around it. */
const piledUp = /(\p{M}{4})\p{M}+/gu;

/**
 * Text that an agent sent. It is text: never markup, never a link; `bdi` keeps marks of writing direction in it from
 * turning around what stands beside it, and a name of 10,000 letters does not push the page away.
 */
export function AgentText({ value, empty = '–', oneLine = false, mono = false }: AgentTextProps) {
  const { t } = useTexts();
  const [isWhole, setWhole] = useState(false);
  if (value === null || value === undefined || value === '') return <span>{empty}</span>;
  const isLong = value.length > maxShownLength;
  const shown = (isLong && !isWhole ? cutAt(value) : value).replace(piledUp, '$1');
  const classes = ['agent-text', ...(oneLine ? ['one-line'] : []), ...(mono ? ['mono'] : [])].join(' ');
  return (
    <>
      <bdi className={classes} title={oneLine ? shown : undefined}>
        {shown}
      </bdi>
      {isLong && !oneLine ? (
        <Button
          variant="subtle"
          size="compact-xs"
          ml="xs"
          onClick={() => {
            setWhole(!isWhole);
          }}
        >
          {t(isWhole ? 'common.lessText' : 'common.moreText')}
        </Button>
      ) : null}
    </>
  );
}

/** For places that take text only, such as a title: keeps its writing direction to itself (Unicode FSI and PDI). */
export function isolated(value: string): string {
  const cut = value.length > maxShownLength ? cutAt(value) : value;
  return `\u2068${cut.replace(piledUp, '$1')}\u2069`;
}

const cutAt = (value: string): string => `${value.slice(0, maxShownLength).toWellFormed()}…`;
