import type { CaseView } from '../../admin/case-view';

/** A case in lines for people, without evidence and comparison. */
export function aboutCase(held: CaseView): [string, unknown][] {
  const { conflictsWith, result } = held;
  return [
    ['case', held.id],
    ['held for', held.reason],
    ['meaning', held.meaning],
    ['device', held.name],
    ['itemtype', held.itemtype],
    ['key', held.kid],
    ['from', held.sourceAddress],
    ['times', String(held.count)],
    ['first seen', held.firstSeen],
    ['last seen', held.lastSeen],
    ['last submission', held.lastSubmission],
    [
      'claims to be',
      conflictsWith === null
        ? undefined
        : [
            `${conflictsWith.name ?? conflictsWith.serial ?? ''} (${conflictsWith.id})`,
            `in ${conflictsWith.entity}, key ${conflictsWith.kid}, last seen ${conflictsWith.lastSeen}`,
          ],
    ],
    ...(held.resolution === null
      ? []
      : ([
          ['decided', `${held.resolution} by ${held.resolvedBy ?? ''} at ${held.resolvedAt ?? ''}`],
          ['counts for', held.isRemembered ? 'what it sends from now on' : 'what was held only'],
          ['note', held.note],
          ['result', result === null ? undefined : `${result.outcome ?? ''} asset ${result.assetId ?? ''}`],
        ] satisfies [string, unknown][])),
  ];
}
