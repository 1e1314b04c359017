import { mixedFateTraits } from './mixed-fates';
import { officeTraits } from './offices';
import { oneMachineTraits } from './one-machine';
import { scannedNetworkTraits } from './scanned-networks';
import { spellingTraits } from './spellings';
import { spoofTraits } from './spoofs';
import { throughOthersTraits } from './through-others';
import type { Trait } from './trait';
import { twoMachinesTraits } from './two-machines';
import { virtualMachineTraits } from './virtual-machines';

export const allTraits: readonly Trait[] = [
  ...oneMachineTraits,
  ...spellingTraits,
  ...virtualMachineTraits,
  ...twoMachinesTraits,
  ...officeTraits,
  ...throughOthersTraits,
  ...scannedNetworkTraits,
  ...mixedFateTraits,
  ...spoofTraits,
];
