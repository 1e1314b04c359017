/**
 * OCS never sends VERSIONCLIENT, and GLPI refuses an inventory without: its User-Agent says the same. Undefined when it
 * is not printable ASCII, or longer than any agent's name.
 */
export function versionFromUserAgent(userAgent: string | undefined): string | undefined {
  return userAgent !== undefined && /^[\x21-\x7e][\x20-\x7e]{0,99}$/.test(userAgent) ? userAgent : undefined;
}
