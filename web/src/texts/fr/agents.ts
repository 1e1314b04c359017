export const agents = {
  title: 'Agents connus',
  about: 'Les programmes qui envoient des inventaires, chacun sous la clé qu’il a utilisée.',
  empty: 'Aucun agent ne s’est encore manifesté',
  agent: 'Device id de l’agent',
  lastContact: 'Dernier contact',
  lastInventory: 'Inventaire',
  marks: 'À regarder',
  awaited: 'complet attendu',
  generation: 'Numéro du secret',
  silentSince: 'Muet depuis',
  whichOf: 'Lesquels',
  which: {
    fullAwaited: 'inventaire complet attendu',
    hasInventory: 'n’a jamais envoyé d’inventaire',
    usesFormerUrl: 'vient par une ancienne URL',
  },
} as const;

export const events = {
  title: 'Événements',
  about: 'Ce qui est arrivé de soi-même : ce dont les webhooks informent les autres.',
  empty: 'Rien n’est encore arrivé',
  at: 'Quand',
  kind: 'Genre d’événement',
  object: 'Actif, machine retenue ou clé',
  detail: 'Comment',
} as const;

export const explain = {
  title: 'Essayer un inventaire',
  about: 'Ce qu’il en adviendrait, étape par étape. Rien n’est écrit.',
  key: 'Comme s’il venait avec cette clé',
  inventory: 'Inventaire',
  inventoryHint: 'Tel qu’un agent l’envoie : JSON ou XML.',
  file: 'D’un fichier',
  try: 'L’essayer',
  would: 'Il serait {{verdict}}',
} as const;
