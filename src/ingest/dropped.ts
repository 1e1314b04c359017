import type { DeviceIdentity, DroppedIdentifier } from '../domain/identity';
import type { JunkOrigin, JunkWord } from '../domain/junk';

const whys: Readonly<Record<Exclude<JunkOrigin, 'allowed'>, string>> = {
  learned: 'junk: more devices of this key showed it than it can belong to',
  declared: 'junk, says an admin',
};

/** Every value that identified nothing and why: fillers, and what is junk by experience or by the word of an admin. */
export function droppedOf(identity: DeviceIdentity, junk: readonly JunkWord[]): readonly DroppedIdentifier[] {
  const words = junk.flatMap(({ kind, value, origin }) =>
    origin === 'allowed' ? [] : [{ kind, value, why: whys[origin] }],
  );
  return [...identity.dropped, ...words];
}
