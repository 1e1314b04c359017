/**
 * The root of a GLPI, without slash at its end, from what people copy: the URL of its API, of its inventory, or of a page
 * of it. Undefined when it is no http(s) URL without user, query and #.
 */
export function glpiRootOf(given: string): string | undefined {
  if (!URL.canParse(given)) return undefined;
  const { protocol, username, password, search, hash, origin, pathname } = new URL(given);
  if (!/^https?:$/.test(protocol) || `${username}${password}${search}${hash}` !== '') return undefined;
  const root = pathname.replace(
    /\/((apirest|api|index)\.php(\/.*)?|Inventory|front\/.*|(plugins|marketplace)\/.*)?$/,
    '',
  );
  return origin + root.replace(/\/+$/, '');
}

/** Of this very host: what is sent there in the clear passes no line. */
export function isOwnHost(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
