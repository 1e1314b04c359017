import { maxSecretLength, parseSecret } from './key-format';

/**
 * What a text is that was given where a secret of ours is expected. Decided on its form alone, so it says nothing
 * about whether anybody knows it. Never holds any of the text.
 */
export interface RecognisedSecret {
  readonly looksLike: SecretKind;
  /** For an admin: what it is, and what is needed instead. */
  readonly needed: string;
}

const needKey = 'A registration key begins with grk_ and has 66 characters; see gatehouse key list.';

/** Kind of text → what to tell the admin when a registration key was needed. */
const kinds = {
  'registration-key': 'This is a registration key.',
  'registration-key-mistyped':
    'This has the form of a registration key, but its checksum is wrong: a character is mistyped.',
  'registration-key-truncated':
    'This is the beginning of a registration key: the rest is missing. Copy it whole, 66 characters.',
  'registration-key-wrapped':
    'This holds a registration key, with spaces, line breaks or quotes in or around it. Remove them.',
  'registration-key-extended': 'This is a registration key with more characters behind it. Remove them.',
  'registration-key-public-part':
    'This is the public part of a registration key, its kid. The whole key is needed; it was shown once.',
  placeholder: 'This is a placeholder that nobody replaced. Put the registration key in its place.',
  'admin-token': `This is an admin token of Gatehouse. Revoke it if an agent holds it. ${needKey}`,
  'access-token': `This is an access token that Gatehouse issued for a key; it is good for minutes. ${needKey}`,
  'console-session': `This is a session of Gatehouse's console. ${needKey}`,
  'registration-token': `This is the token of a registered installation, which Gatehouse renews by itself. ${needKey}`,
  'webhook-secret': `This is a webhook secret of Gatehouse. ${needKey}`,
  'device-key': `This is a device key of Gatehouse, which this version does not take. ${needKey}`,
  'test-key': `This is a test key of Gatehouse. ${needKey}`,
  'glpi-network-key': `This is a GLPI Network registration key, which is for GLPI and its marketplace. ${needKey}`,
  'glpi-api-token': `This has the form of an app token or user token of GLPI's API. ${needKey}`,
  jwt: `This is a JSON Web Token of another program. ${needKey}`,
  uuid: `This is a UUID: perhaps an agent id. ${needKey}`,
  'licence-key': `This has the form of a licence key or of a plugin's key. ${needKey}`,
  url: `This is a URL. ${needKey}`,
  email: `This is an e-mail address. ${needKey}`,
  word: `This is a name or a password of another system. ${needKey}`,
  empty: `This is empty. ${needKey}`,
  unknown: `This is no secret of Gatehouse. ${needKey}`,
} as const;

export type SecretKind = keyof typeof kinds;

/** False for what anything could be, such as the `x` that agents send as a password beside the key. */
export function isTelling({ looksLike }: RecognisedSecret): boolean {
  return looksLike !== 'word' && looksLike !== 'empty' && looksLike !== 'unknown';
}

export const secretKinds = Object.keys(kinds) as SecretKind[];

/** Longest text that is looked at; of what is longer, the beginning. */
const maxLookedAt = 1024;
/** What stands for the key in a deployment text, before the kid. Only characters that need no quoting anywhere. */
export const keyPlaceholderPrefix = 'PUT_THE_REGISTRATION_KEY_HERE';

export function recogniseSecret(text: string): RecognisedSecret {
  const looksLike = kindOf(text.slice(0, maxLookedAt));
  return { looksLike, needed: kinds[looksLike] };
}

/** `<registration key>`, `$KEY`, `${KEY}`, `%KEY%`, `KEY`: what nobody replaced. */
const variable = /^(<[^<>]*>|\$\{?\w+\}?|%\w+%|KEY)$/;

function kindOf(text: string): SecretKind {
  if (text.startsWith(keyPlaceholderPrefix) || variable.test(text)) return 'placeholder';
  const bare = withoutWrapping(text);
  if (bare === '') return 'empty';
  const own = ownKind(bare);
  if (own === 'registration-key' && bare !== text) return 'registration-key-wrapped';
  return own ?? foreignKind(bare);
}

/** Quotes and blanks that come along when people copy; never part of a secret of ours. */
function withoutWrapping(text: string): string {
  return text.replace(/[\s'"`<>\u00a0\u200b\u2018-\u201d\ufeff]+/g, '');
}

const keyBeginning = /^grk_[0-9A-Za-z]{0,12}(_[0-9A-Za-z]{0,48})?$/;
const wholeKeyLength = 66;

function ownKind(text: string): SecretKind | undefined {
  switch (parseSecret('grk', text).form) {
    case 'ok':
      return 'registration-key';
    case 'checksum':
      return prefixKind(text) === undefined ? 'registration-key-mistyped' : prefixKind(text);
    case 'other-prefix':
      return prefixKind(text) ?? 'unknown';
    case 'shape':
      break;
  }
  if (text.startsWith('grt_')) return 'access-token';
  if (text.startsWith('grkt_')) return 'test-key';
  if (prefixKind(text) !== undefined) return prefixKind(text);
  if (!text.startsWith('grk_')) return undefined;
  if (parseSecret('grk', text.slice(0, wholeKeyLength)).form === 'ok') return 'registration-key-extended';
  if (keyBeginning.test(text)) return 'registration-key-truncated';
  return text.length <= maxSecretLength && /^[\w-]+$/.test(text) ? 'registration-key-mistyped' : undefined;
}

function prefixKind(text: string): SecretKind | undefined {
  switch (text.slice(0, 4)) {
    case 'gra_':
      return 'admin-token';
    case 'grs_':
      return 'console-session';
    case 'gri_':
      return 'registration-token';
    case 'grw_':
      return 'webhook-secret';
    case 'grd_':
      return 'device-key';
    default:
      return undefined;
  }
}

function foreignKind(text: string): SecretKind {
  if (/^ey[\w-]+\.ey[\w-]+\.[\w-]*$/.test(text)) return 'jwt';
  // Base64 of a JSON object with a signature in it: some hundred characters that begin with an encoded brace.
  if (/^e[wy][\w+/-]{98,}={0,2}$/.test(text)) return 'glpi-network-key';
  if (/^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(text)) return 'uuid';
  if (/^[0-9A-Za-z]{40}$/.test(text)) return 'glpi-api-token';
  if (/^[0-9A-Za-z]{12}$/.test(text) && /[0-9]/.test(text) && /[A-Z]/.test(text)) {
    return 'registration-key-public-part';
  }
  if (/^[0-9A-Za-z]{3,8}(-[0-9A-Za-z]{3,8}){2,9}$/.test(text) && /[0-9A-Z]/.test(text)) return 'licence-key';
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return 'url';
  if (/^[^@]{1,64}@[^@.]{1,63}(\.[^@.]{1,63}){1,8}$/.test(text)) return 'email';
  return text.length <= 32 ? 'word' : 'unknown';
}
