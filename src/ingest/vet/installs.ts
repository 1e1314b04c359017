import type { Pin, Showing } from '../../domain/pin';

/** What names an agent's installation. */
export function installOf({ deviceid, agentid }: Showing): string | undefined {
  return deviceid ?? agentid;
}

/** One of the two ids suffices: agents make a new deviceid when the machine is renamed, and keep the agentid. */
export function isSameInstall(pin: Showing, shown: Showing): boolean {
  const isSame = (a: string | undefined, b: string | undefined): boolean => a !== undefined && a === b;
  return isSame(pin.deviceid, shown.deviceid) || isSame(pin.agentid, shown.agentid);
}

/** Both sides list cards and share none. */
export function areDisjoint(some: readonly string[], others: readonly string[]): boolean {
  return some.length > 0 && others.length > 0 && !some.some((mac) => others.includes(mac));
}

/** Two installs that an admin said are one machine's: whatever differs between them is no sign of a copy. */
export function areTwins(pin: Pin, shown: Showing): boolean {
  const { twins = [] } = pin;
  if (twins.length === 0 || isSameInstall(pin, shown)) return false;
  const isOne = ({ deviceid, agentid }: Showing): boolean =>
    [deviceid, agentid].some((id) => id !== undefined && twins.includes(id));
  return isOne(pin) && isOne(shown);
}
