export const agents = {
  title: 'Agents',
  about: 'The programs that post inventories, each under the key that it used.',
  empty: 'No agent has been heard of',
  agent: 'Device id of the agent',
  lastContact: 'Last contact',
  lastInventory: 'Inventory',
  marks: 'To look at',
  awaited: 'full awaited',
  generation: 'Secret number',
  silentSince: 'Silent since',
  whichOf: 'Which',
  which: {
    fullAwaited: 'full inventory awaited',
    hasInventory: 'never sent an inventory',
    usesFormerUrl: 'comes by a former URL',
  },
} as const;

export const events = {
  title: 'Events',
  about: 'What happened by itself: what webhooks tell others of.',
  empty: 'Nothing has happened yet',
  at: 'When',
  kind: 'Kind of event',
  object: 'Asset, held device or key',
  detail: 'How',
} as const;

export const explain = {
  title: 'Try an inventory',
  about: 'What would become of it, step by step. Nothing is written.',
  key: 'As if it came with this key',
  inventory: 'Inventory',
  inventoryHint: 'As an agent sends it: JSON or XML.',
  file: 'From a file',
  try: 'Try it',
  would: 'It would be {{verdict}}',
} as const;
