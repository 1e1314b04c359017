import { useTexts } from '../../texts/texts';

export interface ReasonTexts {
  readonly labelOf: (reason: string) => string;
  /** `said`: what the gateway says itself, for a reason that this console does not know. */
  readonly adviceOf: (reason: string, said: string | null) => string;
}

/** Why the upstream did not take something, in the language of the console. */
export function useReasonTexts(): ReasonTexts {
  const { t } = useTexts();
  return {
    labelOf: (reason) => t(`forwarding.reasons.${reason as 'schema'}`, { defaultValue: reason }),
    adviceOf: (reason, said) => t(`forwarding.advice.${reason as 'schema'}`, { defaultValue: said ?? '' }),
  };
}
