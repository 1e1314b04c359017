import type { Identifier } from '../domain/identity';
import { factors, type Comparison, type Factor } from './comparison';
import type { Judgement } from './decision-table';

/** Why a submission was matched as it was. Plain JSON, kept as evidence and shown by `explain`. */
export interface MatchGrounds {
  /** Name of the rule that decided, or why none could. */
  readonly rule: string;
  /** The asset that the rule speaks of. */
  readonly assetId: string | undefined;
  readonly agreed: readonly Factor[];
  readonly contradicted: readonly Factor[];
  /** The values that the submission shares with that asset. */
  readonly shared: readonly Identifier[];
  /** Sum of the weights of what agreed; for ordering and showing, never decisive. */
  readonly score: number;
  /** Assets that share an identifier and were looked at. */
  readonly candidateCount: number;
  /** The others, best first; at most 20. */
  readonly rejected: readonly RejectedCandidate[];
}

export interface RejectedCandidate {
  readonly assetId: string;
  readonly kid: string;
  readonly judgement: Judgement | 'other-key' | 'retired';
  readonly why: string;
  readonly agreed: readonly Factor[];
  readonly contradicted: readonly Factor[];
  readonly score: number;
}

export const maxRejectedShown = 20;

/** How hard a factor is to change or copy, by accident or on purpose: keys before firmware before cards before words. */
const weights: Readonly<Record<Factor, number>> = {
  certificate: 12,
  sshkey: 5,
  serial: 4,
  uuid: 4,
  mac: 3,
  install: 2,
  address: 2,
  hostname: 1,
};

/** An install that agrees in its agentid too outweighs a card. */
const agentidWeight = 1.5;

export function factorsOf(comparison: Comparison): Pick<MatchGrounds, 'agreed' | 'contradicted' | 'score'> {
  const agreed = factors.filter((factor) => comparison[factor] === 'equal');
  return {
    agreed,
    contradicted: factors.filter((factor) => comparison[factor] === 'differs'),
    score: agreed.reduce(
      (sum, factor) => sum + weights[factor],
      comparison.agentid === 'equal' ? agentidWeight : 0,
    ),
  };
}
