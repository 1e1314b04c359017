/** That somebody signed in with this browser. The cookie itself is not for scripts to see. */
const storedUnder = 'gatehouse-signed-in';

export const signedInHere = {
  /** To be said before the browser leaves for an identity provider too. */
  note: (): void => {
    localStorage.setItem(storedUnder, 'true');
  },
  forget: (): void => {
    localStorage.removeItem(storedUnder);
  },
  /** Who never did need not be asked after: the answer would be a refusal. */
  isSo: (): boolean => localStorage.getItem(storedUnder) !== null,
};
