import type { SimulatedMessage } from './message';
import { seededRandom } from './random';
import { storyInto } from './story';
import { allTraits } from './traits/all-traits';
import type { Trait } from './traits/trait';

export interface FleetPlan {
  readonly seed: number;
  /** At least so many devices; the last story may add a few. */
  readonly devices: number;
  /** Sites, each with a key and an entity of its own. */
  readonly sites: number;
  /** Names of traits; all when left out. */
  readonly traits?: readonly string[] | undefined;
}

export interface Fleet {
  readonly devices: number;
  /** By day; within a day in the order in which they were told. */
  readonly messages: readonly SimulatedMessage[];
}

/** Draws a fleet: the same plan gives the same messages, byte for byte. */
export function drawFleet(plan: FleetPlan): Fleet {
  const random = seededRandom(plan.seed);
  const chosen = allTraits.filter(({ name }) => plan.traits?.includes(name) ?? true);
  const draw = traitDrawer(chosen, () => random.fraction());
  const messages: SimulatedMessage[] = [];
  const devices = new Set<string>();
  for (let number = 1; devices.size < plan.devices; number++) {
    // Each trait once before chance decides: a small fleet has them all.
    const trait = chosen[number - 1] ?? draw();
    const site = random.below(plan.sites);
    const otherSite = (site + 1) % plan.sites;
    const told: SimulatedMessage[] = [];
    trait.tell(storyInto(told, random, { trait: trait.name, number, site, otherSite }));
    for (const message of told) {
      messages.push(message);
      devices.add(message.device);
    }
  }
  return { devices: devices.size, messages: messages.sort((a, b) => a.day - b.day) };
}

function traitDrawer(traits: readonly Trait[], fraction: () => number): () => Trait {
  const total = traits.reduce((sum, { weight }) => sum + weight, 0);
  return () => {
    let left = fraction() * total;
    for (const trait of traits) {
      left -= trait.weight;
      if (left < 0) return trait;
    }
    const last = traits.at(-1);
    if (last === undefined) throw new RangeError('a fleet needs at least one trait');
    return last;
  };
}
