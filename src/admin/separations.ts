import type { Identifier } from '../domain/identity';
import { maxIdentifiersPerSeparation, type Separation } from '../domain/separation';
import { has } from '../identity/identity-sets';
import type { IdentityRow, MergeRecord } from '../store/merging/identity-rows';

/** A separation that an admin takes back by joining the two is none any more. */
export function apartFrom(separated: readonly Separation[], joined: string): readonly Separation[] {
  return separated.filter(({ assetId }) => assetId !== joined);
}

/** Of one that left `assetId`, or of the one that it left. */
export function separation(
  assetId: string,
  side: Separation['side'],
  identifiers: readonly Identifier[],
): Separation {
  return { assetId, side, identifiers: identifiers.slice(0, maxIdentifiersPerSeparation) };
}

/**
 * What the whole was held apart from while this was a part of it: so is the part that leaves. `record`: of the merge
 * that made it, or what it was part of, a part.
 */
export function inherited(
  part: Pick<IdentityRow, 'assetId' | 'identity'>,
  whole: Pick<IdentityRow, 'separated'>,
  record: Pick<MergeRecord, 'apartBefore' | 'separations'>,
): readonly Separation[] {
  const { apartBefore, separations } = record;
  if (apartBefore === undefined) return [];
  return whole.separated
    .filter(
      ({ assetId }) =>
        assetId !== part.assetId && !apartBefore.includes(assetId) && !separations.includes(assetId),
    )
    .map((one) =>
      one.side === 'stayed'
        ? one
        : separation(
            one.assetId,
            'left',
            one.identifiers.filter((identifier) => has(part.identity, identifier)),
          ),
    );
}
