export const assets = {
  title: 'Actifs',
  about:
    'Ce que les agents ont signalé, où c’est affecté, et quand on en a entendu parler pour la dernière fois.',
  entities: 'Entités',
  everywhere: 'Toutes les entités',
  below: 'Et celles du dessous',
  silentSince: 'Silencieux depuis',
  found: 'Trouvés par « {{q}} »',
  empty: 'Pas encore d’actif ici',
  emptyText: 'Un actif apparaît dès qu’un agent muni d’une clé d’enregistrement a envoyé son inventaire.',
  emptyFiltered: 'Rien ne correspond à ces filtres',
  emptyFilteredText: 'Essayez-en moins, ou une autre entité.',
  makeKey: 'Créer une clé d’enregistrement',
  kinds: 'Type',
  status: 'Statut',
  key: 'Clé',
} as const;
