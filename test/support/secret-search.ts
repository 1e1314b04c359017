/**
 * Finds secrets in text that was logged, stored or answered, also when they are encoded or cut short. Written apart
 * from src/observability: a search that shared its pattern with the redaction would be blind where that is.
 */

/** So many characters of a secret in a row give it away; less occurs by chance or is its hint (the last four). */
const tellingChars = 20;
const wordsOfText = /[0-9A-Za-z_+/=-]{20,}/g;

export interface SecretSearch {
  add(secret: string): void;
  readonly size: number;
  /** Where secrets stand, as short excerpts in which the secret is masked; empty when there is none. */
  findIn(text: string): readonly string[];
}

export function createSecretSearch(): SecretSearch {
  const pieces = new Set<string>();
  const secrets = new Set<string>();
  const isTelling = (word: string): boolean => {
    // Hosts and the like are kept in lower case.
    const lower = word.toLowerCase();
    for (let i = 0; i + tellingChars <= word.length; i++) {
      if (pieces.has(lower.slice(i, i + tellingChars))) return true;
    }
    return false;
  };
  const holdsSecret = (word: string): boolean => isTelling(word) || base64Readings(word).some(isTelling);
  const find = (text: string, how: string): string[] =>
    [...text.matchAll(wordsOfText)]
      .filter(([word]) => holdsSecret(word))
      .map(
        ({ index, 0: word }) =>
          `${how}: …${text.slice(Math.max(0, index - 60), index)}[${word.length} chars]`,
      );
  return {
    add: (secret) => {
      if (secrets.has(secret)) return;
      secrets.add(secret);
      const telling = secretPart(secret).toLowerCase();
      for (let i = 0; i + tellingChars <= telling.length; i++) pieces.add(telling.slice(i, i + tellingChars));
    },
    get size() {
      return secrets.size;
    },
    findIn: (text) => {
      const unescaped = percentDecoded(text);
      return [...find(text, 'plain'), ...(unescaped === text ? [] : find(unescaped, 'percent-decoded'))];
    },
  };
}

/** Without prefix and key id, which are public; of an access token its signature. */
function secretPart(secret: string): string {
  const form = /^grt_[^.]+\.(.+)$/.exec(secret) ?? /^gr[a-z]+_[0-9A-Za-z]{12}_(.+)$/.exec(secret);
  return form?.[1] ?? secret;
}

/** Basic pairs and the like; a cut may have shifted the groups of four. */
function base64Readings(word: string): string[] {
  return [0, 1, 2, 3].map((shift) => Buffer.from(word.slice(shift), 'base64').toString('latin1'));
}

function percentDecoded(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
