import type { Story } from '../story';

/** Something that happens to machines, and how often it does in a fleet. */
export interface Trait {
  readonly name: string;
  /** Share of the fleet, relative to the other traits. */
  readonly weight: number;
  /** Devices that one story makes. */
  readonly devices: number;
  readonly tell: (story: Story) => void;
}

export function trait(name: string, weight: number, devices: number, tell: (story: Story) => void): Trait {
  return { name, weight, devices, tell };
}
