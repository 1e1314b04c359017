export const entities = {
  title: 'Entités',
  about: 'Là où les actifs ont leur place. Le même arbre que dans GLPI.',
  create: 'Nouvelle entité',
  name: 'Nom',
  parent: 'Sous',
  tag: 'Tag de l’entité',
  tagHint: 'Ce que les agents peuvent nommer quand une clé traduit les tags.',
  choose: 'Choisissez une entité pour la voir.',
  seeAssets: 'Ses actifs',
  created: 'L’entité est créée.',
  saved: 'L’entité est modifiée.',
  remove: 'Supprimer',
  removeTitle: 'Supprimer cette entité ?',
  removeText: 'Seule une entité sans sous-entité, sans clé et sans actif peut être supprimée.',
  removed: 'L’entité est supprimée.',
  tree: 'Arbre des entités',
} as const;

export const audit = {
  title: 'Journal d’audit',
  about:
    'Chaque modification par un administrateur et chaque décision sur une machine, chaînées par empreinte.',
  who: 'Qui',
  action: 'Quoi',
  object: 'Sur quoi',
  detail: 'Comment',
  empty: 'Le journal est encore vide',
  check: 'Vérifier la chaîne',
  intact: 'Le journal est tel qu’il a été écrit : {{count}} entrées.',
  broken: 'Le journal n’est pas tel qu’il a été écrit',
  exportAll: 'Exporter',
} as const;

export const settings = {
  title: 'Réglages',
  about:
    'Qui peut se connecter, et ce qu’est cette passerelle. Les autres réglages sont des variables d’environnement de son hôte.',
  instance: 'Cette passerelle',
  urls: 'URL auxquelles les clés sont liées',
  former: 'Anciennes URL',
  tokens: 'Jetons d’administration',
  newToken: 'Nouveau jeton',
  tokenName: 'Pour qui ou pour quoi',
  tokenRole: 'Rôle',
  tokenEntity: 'Limité à',
  tokenEntityHint: 'Rien ici : tout.',
  tokenUntil: 'Valable jusqu’au',
  tokenOnce: 'Le jeton n’est montré que cette fois. Copiez-le maintenant.',
  make: 'Créer le jeton',
  expires: 'Expire',
  fromSettings: 'du réglage ADMIN_TOKEN',
  revoke: 'Révoquer',
  revokeTitle: 'Révoquer ce jeton pour toujours ?',
  revokeText: 'Quiconque l’utilise, et toute session commencée avec lui, est déconnecté.',
  revoked: 'révoqué',
  done: 'Le jeton est révoqué.',
  roles: {
    viewer: 'voit tout, ne change rien',
    operator: 'décide des machines, déplace, fusionne et retire des actifs',
    admin: 'tout : entités, clés, jetons, bannissements',
  },
} as const;

export const welcome = {
  title: 'Bienvenue',
  about: 'Trois étapes jusqu’au premier inventaire.',
  entity: 'Nommer l’entité',
  entityText:
    'Comment s’appelle le sommet de votre arbre ? D’habitude le nom de votre organisation, comme dans GLPI.',
  key: 'Créer une clé',
  keyText: 'Un agent qui l’a peut entrer. Des limites peuvent être ajoutées plus tard.',
  keyName: 'Nom de la clé',
  firstKey: 'Premiers agents',
  agent: 'Démarrer un agent',
  next: 'Continuer',
  finish: 'Vers la vue d’ensemble',
} as const;
