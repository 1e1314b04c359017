import type { ReasonCode } from '../domain/refusal-reason';
import { passed, type HoldableResult } from '../domain/verdict';
import {
  approvalObjection,
  enrolmentObjection,
  itemtypeObjection,
  quotaObjection,
  tagObjection,
} from './vet/key-policy-objections';
import type { Check, Objection, VetSubject } from './vet/objection';
import { ownershipObjection } from './vet/ownership-objection';

export interface Vetted {
  /** Key in mode `observe`: what the key's policy would have refused or held the submission for. */
  readonly wouldRefuse: readonly ReasonCode[];
}

/** What speaks against the submission whatever the key allows: these hold in every mode. */
const ofAsset: readonly Check[] = [ownershipObjection];

/** What the policy of the key has against it: mode `observe` only notes these. */
const ofPolicy: readonly Check[] = [
  itemtypeObjection,
  tagObjection,
  enrolmentObjection,
  quotaObjection,
  approvalObjection,
];

/** Holds the submission against its asset and against its key, in that order. The first objection ends its way. */
export function vet(subject: VetSubject): HoldableResult<Vetted> {
  const [first] = objections(ofAsset, subject);
  if (first !== undefined) return first;
  const policy = objections(ofPolicy, subject);
  const [foremost] = policy;
  if (foremost === undefined) return passed({ wouldRefuse: [] });
  return subject.key.mode === 'observe'
    ? passed({ wouldRefuse: policy.map(({ reason }) => reason) })
    : foremost;
}

function objections(checks: readonly Check[], subject: VetSubject): readonly Objection[] {
  return checks.flatMap((check) => check(subject) ?? []);
}
