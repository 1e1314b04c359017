import type { Machine } from '../../machine';
import { cardsOf, type Fated, type Office } from './office';

export function show({ shownInstalls, shownNames, shownCards }: Fated, seen: Machine): void {
  shownInstalls.add(seen.agent.deviceid);
  shownNames.add(seen.name);
  for (const mac of cardsOf(seen)) shownCards.add(mac);
}

export function judge(one: Fated, seen: Machine, { machines }: Office): void {
  for (const other of machines) {
    if (other === one) continue;
    // Two machines claim one agent and name: neither may overwrite the other until an admin has decided.
    if (!isKnown(one, seen) && isCopyOf(other, seen)) one.isFree = other.isFree = true;
    // Two of card, agent and name are all that tells whiteboxes: two machines may show the same two.
    if (one.kind === 'whitebox' && other.kind === 'whitebox' && showedTwoOf(other, seen)) one.isFree = true;
  }
  if (!isDecidable(one, seen) || goesBack(one, seen)) one.isFree = true;
}

/**
 * A system that was started or installed earlier than the one before, with the same agent or without a card that was there
 * before: disks were swapped. Whoever sees it must think of a copy with the numbers of this machine.
 */
function goesBack({ last }: Fated, seen: Machine): boolean {
  if (last === undefined || (seen.os.booted >= last.os.booted && seen.os.installed >= last.os.installed))
    return false;
  const before = last.cards.map(({ mac }) => mac);
  return last.agent.deviceid === seen.agent.deviceid || !seen.cards.some(({ mac }) => before.includes(mac));
}

export function remember(one: Fated, seen: Machine): void {
  for (const mac of cardsOf(seen)) one.cards.add(mac);
  one.installs.add(seen.agent.deviceid);
  one.names.add(seen.name);
  one.uuids.add(seen.uuid ?? '');
}

function isDecidable(one: Fated, seen: Machine): boolean {
  const { kind, cards, installs, names, uuids } = one;
  if (installs.size === 0) return true;
  const shown = cardsOf(seen);
  const hasCard = shown.some((mac) => cards.has(mac));
  const hasInstall = installs.has(seen.agent.deviceid);
  const hasName = names.has(seen.name);
  if (kind === 'whitebox') return [hasCard, hasInstall, hasName].filter(Boolean).length >= 2;
  if (kind === 'guest') return hasCard;
  if (!uuids.has(seen.uuid ?? '')) return hasInstall && (hasCard || hasName);
  return (
    hasCard || (shown.length === 0 && (hasInstall || one.last?.cards.length === 0)) || (hasInstall && hasName)
  );
}

/** Its own hardware is known, so that a disk of another machine in it confuses nobody. */
function isKnown({ kind, cards }: Fated, seen: Machine): boolean {
  return kind !== 'whitebox' && cardsOf(seen).some((mac) => cards.has(mac));
}

/** Another machine's agent under that machine's name. */
function isCopyOf({ shownInstalls, shownNames }: Fated, { agent, name }: Machine): boolean {
  return shownInstalls.has(agent.deviceid) && shownNames.has(name);
}

function showedTwoOf({ shownCards, shownInstalls, shownNames }: Fated, seen: Machine): boolean {
  const has = [
    cardsOf(seen).some((mac) => shownCards.has(mac)),
    shownInstalls.has(seen.agent.deviceid),
    shownNames.has(seen.name),
  ];
  return has.filter(Boolean).length >= 2;
}
