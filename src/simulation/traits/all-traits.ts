import { oneMachineTraits } from './one-machine';
import { spoofTraits } from './spoofs';
import { throughOthersTraits } from './through-others';
import type { Trait } from './trait';
import { twoMachinesTraits } from './two-machines';

export const allTraits: readonly Trait[] = [
  ...oneMachineTraits,
  ...twoMachinesTraits,
  ...throughOthersTraits,
  ...spoofTraits,
];
