import { randomBytes } from 'node:crypto';
import { peppersOf } from '../../../src/domain/pepper';
import { seal, SealBroken, unseal } from '../../../src/domain/sealed-text';
import { postUrlOf, rootUrlOf } from '../../../src/domain/upstream';

test.each([
  ['https://glpi.example', 'https://glpi.example/front/inventory.php', 'https://glpi.example'],
  [
    'https://glpi.example/glpi/',
    'https://glpi.example/glpi/front/inventory.php',
    'https://glpi.example/glpi',
  ],
  [
    'https://glpi.example/front/inventory.php',
    'https://glpi.example/front/inventory.php',
    'https://glpi.example',
  ],
  ['https://glpi.example/Inventory', 'https://glpi.example/Inventory', 'https://glpi.example'],
  ['http://h/glpi/marketplace/glpiinventory/', 'http://h/glpi/marketplace/glpiinventory/', 'http://h/glpi'],
])('what an admin writes is completed to the URL that takes inventories: %s', (given, url, root) => {
  expect(postUrlOf('glpi', given)).toBe(url);
  expect(rootUrlOf(url)).toBe(root);
});

test.each([
  'ftp://glpi',
  'glpi.example',
  'https://u:p@glpi',
  'https://glpi/?a=b',
  `https://h/${'x'.repeat(2048)}`,
])('no upstream has the URL %s', (given) => {
  expect(postUrlOf('glpi', given)).toBeUndefined();
});

const pepper = randomBytes(32);
const peppers = peppersOf(pepper);

test('what is sealed opens with the same pepper, also as the previous one, and with no other', () => {
  const sealed = seal(peppers, 'pässword', 'upstream 1', randomBytes);
  expect(sealed.bytes.includes('pässword')).toBe(false);
  expect(unseal(peppers, sealed, 'upstream 1')).toBe('pässword');
  expect(unseal(peppersOf(randomBytes(32), pepper), sealed, 'upstream 1')).toBe('pässword');
  expect(() => unseal(peppersOf(randomBytes(32)), sealed, 'upstream 1')).toThrow(SealBroken);
});

test('what is sealed opens for nothing else, and not after a change', () => {
  const sealed = seal(peppers, 'password', 'upstream 1', randomBytes);
  expect(() => unseal(peppers, sealed, 'upstream 2')).toThrow(SealBroken);
  const changed = Buffer.from(sealed.bytes);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  expect(() => unseal(peppers, { ...sealed, bytes: changed }, 'upstream 1')).toThrow(SealBroken);
});
