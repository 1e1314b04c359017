import { displayOf } from '../identity/display-identity';
import type { Contested } from '../domain/pin';
import type { Quarantined, Refused } from '../domain/verdict';
import { accept } from './accept';
import { assignAsRuled, identifyAsRuled } from './apply-ruling';
import { assign } from './assign';
import { droppedOf } from './dropped';
import { identify } from './identify';
import type { Facts, Settlement } from './ports';
import type { Subject } from './subject';
import { vet } from './vet';
import { barObjection } from './vet/bar-objection';
import { contestOfConflict } from './vet/contest';
import type { Objection } from './vet/objection';
import { weigh } from './weigh';

/**
 * identify → vet → assign → accept. Pure: the same subject and facts give the same settlement. Runs inside the
 * transaction that writes the settlement, with the identity locked.
 */
export function decide(subject: Subject, facts: Facts): Settlement {
  const { inventory, identity, key, sourceAddress, certificateSubject } = subject;
  const barred = barObjection(facts);
  if (barred !== undefined) return stopped(subject, facts, barred);
  const identified = identifyAsRuled(inventory, facts.ruling) ?? identify(inventory, identity, key, facts);
  if (identified.verdict !== 'passed') {
    const claimed = identified.verdict === 'quarantined' ? identified.conflictsWith : undefined;
    const asset = facts.candidates.find(({ assetId }) => assetId === claimed);
    const newcomer = { identity, now: subject.now, submissionId: subject.newAssetId };
    return stopped(subject, facts, identified, undefined, contestOfConflict(asset, newcomer));
  }

  const weighed = weigh(subject, identified.value, facts);
  const vetted = vet(weighed);
  if (vetted.verdict !== 'passed')
    return stopped(subject, facts, vetted, identified.value.match, contestsOf(vetted));

  const { match } = identified.value;
  const assigned =
    assignAsRuled(facts.ruling, identified.value, key, () =>
      assign(inventory, identity, key, { kind: 'new', match }, sourceAddress, certificateSubject),
    ) ?? assign(inventory, identity, key, identified.value, sourceAddress, certificateSubject);
  if (assigned.verdict !== 'passed') return stopped(subject, facts, assigned, identified.value.match);

  return accept(
    {
      inventory,
      identity,
      display: () => displayOf(inventory, key.allowedFillers),
      known: identified.value.kind === 'known' ? identified.value.asset : undefined,
      entityId: assigned.value.entityId,
      weighed,
      evidence: {
        match: identified.value.match,
        ...(vetted.value.wouldRefuse.length === 0 ? {} : { wouldRefuse: vetted.value.wouldRefuse }),
        entity: assigned.value.because,
        ...droppedEvidence(subject, facts),
      },
    },
    facts,
    subject.newAssetId,
  );
}

/**
 * The way ends here. The agent has already noted this inventory as delivered and would send partials from now on
 * (GLPI Agent writes its state before it sends), so where it can be steered a full one is asked for.
 */
function stopped(
  subject: Subject,
  facts: Facts,
  stop: Refused | Quarantined,
  match?: unknown,
  contests?: Contested,
): Settlement {
  const common = {
    evidence: {
      ...stop.evidence,
      ...(match === undefined ? {} : { match }),
      ...droppedEvidence(subject, facts),
    },
    notes: subject.inventory.notes,
    // Whoever played a recording back must not make the device's own agent start afresh.
    awaitFull: subject.isSteerable && stop.reason !== 'replay_suspected',
  };
  return stop.verdict === 'refused'
    ? { ...common, verdict: 'refused', reason: stop.reason }
    : {
        ...common,
        verdict: 'quarantined',
        reason: stop.reason,
        conflictsWith: stop.conflictsWith,
        contests,
      };
}

function contestsOf(objection: Objection): Contested | undefined {
  return objection.verdict === 'quarantined' ? objection.contests : undefined;
}

function droppedEvidence({ identity }: Subject, { junk }: Facts): { droppedIdentifiers?: unknown } {
  const dropped = droppedOf(identity, junk);
  return dropped.length === 0 ? {} : { droppedIdentifiers: dropped };
}
