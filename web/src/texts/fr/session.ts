export const session = {
  title: 'Connexion à Gatehouse',
  intro:
    'Avec un jeton d’administration. Le premier a été affiché au tout premier démarrage de la passerelle.',
  token: 'Jeton d’administration',
  tokenHint: 'Il est échangé contre une session et n’est pas conservé dans le navigateur.',
  signIn: 'Se connecter',
  refused: 'Ce jeton est inconnu, révoqué ou expiré.',
  looksLikeKey:
    'C’est une clé d’enregistrement, pour les agents. Un jeton d’administration commence par gra_.',
  tooMany: 'Trop de jetons refusés depuis cette adresse. Attendez une minute.',
  ended: 'Votre session est terminée. Reconnectez-vous pour reprendre où vous en étiez.',
  endedHere: 'Votre session est terminée. Reconnectez-vous pour continuer : votre saisie est conservée.',
  lost: 'Pas de jeton sous la main ? Sur l’hôte de la passerelle : npx gatehouse admin create',
  orWith: 'ou',
  withProvider: 'Se connecter avec {{provider}}',
  providerAway: 'Le fournisseur d’identité ne répond pas. Réessayez plus tard ou utilisez un jeton.',
  providerRefused:
    'Le fournisseur d’identité n’a laissé entrer personne, ou ne dit rien de vos droits ici. Demandez à un administrateur.',
} as const;
