/**
 * Keys that reach an object's prototype. No inventory has them; a message that does is refused whole. Element names
 * are lower-cased first, and no other member of Object.prototype is all lower case.
 */
export function isForbiddenKey(key: string): boolean {
  return key === '__proto__' || key === 'constructor' || key === 'prototype';
}
