import { createOidcProvider, OidcFault, type OidcClientSettings } from '../oidc/provider';

/** Why nobody could sign in with the provider now; undefined: it says how it is asked. Nobody is signed in. */
export async function troubleWithOidc(
  settings: OidcClientSettings,
  callback: string,
): Promise<string | undefined> {
  try {
    await createOidcProvider(settings).begin(callback);
    return undefined;
  } catch (error) {
    if (error instanceof OidcFault) return error.message;
    throw error;
  }
}
