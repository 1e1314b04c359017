export const session = {
  title: 'Sign in to Gatehouse',
  intro: 'With an admin token. The first one was printed when the gateway started for the first time.',
  token: 'Admin token',
  tokenHint: 'It is exchanged for a session and not kept in the browser.',
  signIn: 'Sign in',
  refused: 'This token is unknown, revoked or expired.',
  looksLikeKey: 'This is a registration key, for agents. An admin token begins with gra_.',
  tooMany: 'Too many refused tokens from this address. Wait a minute.',
  ended: 'Your session has ended. Sign in again to go on where you were.',
  lost: 'No token at hand? On the host of the gateway: npx gatehouse admin create',
  orWith: 'or',
  withProvider: 'Sign in with {{provider}}',
} as const;
