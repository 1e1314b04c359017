import type { ReasonCode } from '../domain/refusal-reason';
import { passed, type Evidence, type Passed } from '../domain/verdict';
import { isAnswered } from './apply-ruling';
import {
  approvalObjection,
  enrolmentObjection,
  itemtypeObjection,
  quotaObjection,
  tagObjection,
} from './vet/key-policy-objections';
import { clockObjection, takingTurnsObjection } from './vet/clone-objections';
import { contestedObjection } from './vet/contested-objection';
import { formerInstallObjection } from './vet/former-install-objection';
import type { Check, Objection, VetSubject } from './vet/objection';
import { pinObjection } from './vet/pin-objection';
import { repeatObjection, staleObjection } from './vet/replay-objection';
import { shrunkObjection } from './vet/shrunk-objection';
import { burstObjection } from './vet/burst-objection';
import { ownershipObjection } from './vet/ownership-objection';
import { taskObjection } from './vet/task-objection';

export interface Vetted {
  /** Key in mode `observe`: what the key's policy would have refused or held the submission for. */
  readonly wouldRefuse: readonly ReasonCode[];
}

/** What speaks against the submission whatever the key allows: these hold in every mode. */
const ofAsset: readonly Check[] = [
  ownershipObjection,
  contestedObjection,
  formerInstallObjection,
  pinObjection,
  // A recording shows old times too: it must not pass for a copy, which contests the asset.
  repeatObjection,
  staleObjection,
  takingTurnsObjection,
  clockObjection,
  shrunkObjection,
];

/** What the policy of the key has against it: mode `observe` only notes these. */
const ofPolicy: readonly Check[] = [
  taskObjection,
  itemtypeObjection,
  tagObjection,
  enrolmentObjection,
  quotaObjection,
  approvalObjection,
  burstObjection,
];

/**
 * Holds the submission against its asset and against its key, in that order. The first objection ends its way; what an
 * admin has answered is none.
 */
export function vet(subject: VetSubject): Passed<Vetted> | Objection {
  const [first] = objections(ofAsset, subject);
  if (first !== undefined) return first;
  const policy = objections(ofPolicy, subject);
  const [foremost] = policy;
  if (foremost === undefined) return passed({ wouldRefuse: [] });
  return subject.key.mode === 'observe'
    ? passed({ wouldRefuse: policy.map(({ reason }) => reason) })
    : foremost;
}

/** One question of vet and its answer, for an explanation. */
export interface Considered {
  /** `clock`, `quota`: the check's name. */
  readonly question: string;
  readonly answer: 'no objection' | 'answered by an admin' | ReasonCode;
  readonly evidence?: Evidence;
}

/** Every question that vet asks, in its order, also those behind the one that ends the way. */
export function considerations(subject: VetSubject): readonly Considered[] {
  return [...ofAsset, ...ofPolicy].map((check) => {
    const question = check.name.replace(/Objection$/, '');
    const objection = check(subject);
    if (objection === undefined) return { question, answer: 'no objection' };
    const { reason, evidence } = objection;
    const isStanding = !isAnswered(subject.facts.ruling, reason);
    return { question, answer: isStanding ? reason : 'answered by an admin', evidence };
  });
}

function objections(checks: readonly Check[], subject: VetSubject): readonly Objection[] {
  return checks
    .flatMap((check) => check(subject) ?? [])
    .filter(({ reason }) => !isAnswered(subject.facts.ruling, reason));
}
