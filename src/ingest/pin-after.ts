import type { Pin, PinnedBody, PinnedInstall, Showing } from '../domain/pin';
import { areDisjoint, installOf, isSameInstall } from './vet/installs';

/** Full inventories remembered of an asset, to recognise them when they are played back. */
export const maxPinnedBodies = 8;
/** Former installs remembered of an asset. */
export const maxPinnedInstalls = 4;

/**
 * The pin of an asset after an accepted inventory of its host. What the inventory is silent about stays, but for a full
 * one without ssh host key: it was accepted without. `bodyDigest`: of a full inventory.
 */
export function pinAfter(
  before: Pin | undefined,
  shown: Showing,
  bodyDigest: string | undefined,
  now: Date,
): Pin {
  const told = Object.fromEntries(
    Object.entries(shown).filter(([, value]) => value !== undefined),
  ) as Showing;
  const isFull = bodyDigest !== undefined;
  const { sshKey, bodies = [], installs = [], ...kept } = before ?? {};
  const at = now.toISOString();
  return {
    ...kept,
    ...(isFull || sshKey === undefined ? {} : { sshKey }),
    ...told,
    bodies: bodyDigest === undefined ? bodies : withBody(bodies, { digest: bodyDigest, at }),
    installs: before === undefined ? installs : withFormer(before, shown, at),
  };
}

function withBody(bodies: readonly PinnedBody[], body: PinnedBody): readonly PinnedBody[] {
  return [body, ...bodies.filter(({ digest }) => digest !== body.digest)].slice(0, maxPinnedBodies);
}

/** Another install, or the same one with none of the cards it had: what it was until now is remembered. */
function withFormer(before: Pin, shown: Showing, at: string): readonly PinnedInstall[] {
  const { installs = [], macs = [] } = before;
  const install = installOf(before);
  const isOther = !isSameInstall(before, shown) || areDisjoint(macs, shown.macs ?? []);
  if (install === undefined || installOf(shown) === undefined || !isOther) return installs;
  const others = installs.filter(
    (former) => former.install !== install || areDisjoint(former.macs, macs) || former.macs.length === 0,
  );
  return [{ install, macs, at }, ...others].slice(0, maxPinnedInstalls);
}
