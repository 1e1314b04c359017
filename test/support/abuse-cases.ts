/**
 * Every case of abuse that the design was made against: A1 to A17 are what an inventory server lets happen when it
 * believes its agents, K1 to K35 the ways to misuse a key; L1 to L8 are limits, which a test documents as they are today.
 * docs/threat-model.md says of each what comes of it.
 */
export const abuseCases = [
  ...Array.from({ length: 17 }, (_, n) => `A${n + 1}`),
  ...Array.from({ length: 35 }, (_, n) => `K${n + 1}`),
  ...Array.from({ length: 8 }, (_, n) => `L${n + 1}`),
];
