import type { Machine } from '../../machine';
import type { Story } from '../../story';

/** A machine and what is known of it by those messages that had to be taken. */
export interface Fated {
  readonly device: string;
  readonly kind: 'branded' | 'whitebox' | 'guest';
  machine: Machine;
  isFree: boolean;
  /** Its agent may send parts: the last message was of the machine as it is. */
  mayPart: boolean;
  readonly cards: Set<string>;
  readonly installs: Set<string>;
  readonly names: Set<string>;
  readonly uuids: Set<string>;
  /** All that it ever showed, whether it had to be taken or not: it may have been. */
  readonly shownInstalls: Set<string>;
  readonly shownNames: Set<string>;
  readonly shownCards: Set<string>;
  /** As it was shown last. */
  last?: Machine;
}

export interface Office {
  readonly story: Story;
  readonly machines: Fated[];
  readonly docks: readonly string[];
}

export function join({ story, machines }: Office, kind: Fated['kind'], machine: Machine): Fated {
  const device = story.device(`${kind}${machines.length}`);
  const one: Fated = {
    device,
    kind,
    machine,
    isFree: false,
    mayPart: false,
    cards: new Set(),
    installs: new Set(),
    names: new Set(),
    uuids: new Set(),
    shownInstalls: new Set(),
    shownNames: new Set(),
    shownCards: new Set(),
  };
  machines.push(one);
  return one;
}

export function change(one: Fated, changed: Partial<Machine>): void {
  one.machine = { ...one.machine, ...changed };
  one.mayPart = false;
}

/** Random Wi-Fi addresses identify nothing. */
export const cardsOf = ({ cards }: Machine): string[] =>
  cards.flatMap(({ mac, type }) => (type === 'wifi' ? [] : [mac]));
