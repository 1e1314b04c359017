import { refused } from '../../domain/verdict';
import { installOf, isSameInstall } from './installs';
import { knownAsset, type Objection, type VetSubject } from './objection';

/**
 * A partial goes on from the full inventory of its own install. When another install has reported the asset since (dual
 * boot, a copy of the machine), it has no ground; the full one that is asked for can be weighed.
 */
export function formerInstallObjection(subject: VetSubject): Objection | undefined {
  const { inventory, shown, identified } = subject;
  const pin = knownAsset(subject)?.pin;
  if (!inventory.partial || shown === undefined || pin === undefined) return undefined;
  const [current, sender] = [installOf(pin), installOf(shown)];
  if (current === undefined || sender === undefined || isSameInstall(pin, shown)) return undefined;
  return refused('full_inventory_awaited', {
    match: identified.match,
    since: 'another install has reported since',
    current,
    sender,
  });
}
