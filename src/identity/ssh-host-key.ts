import { hash } from 'node:crypto';
import { counts, junk, type Normalised } from './normalised';

/**
 * Host key of an ssh server as it is compared: its algorithm and the SHA-256 of the key itself, hex. Agents take the
 * first line that `ssh-keyscan 127.0.0.1` prints (FusionInventory, Inventory/Generic/SSH.pm), and the order of its
 * lines changes from run to run: one host shows its RSA key today and its Ed25519 key tomorrow. Hence the algorithm
 * stays readable: only keys of one algorithm can contradict each other.
 */
export function normaliseSshKey(text: string): Normalised {
  const [, algorithm = '', key = ''] = /^([a-z][a-z0-9@.-]{2,40}) ([A-Za-z0-9+/]{16,})/.exec(text) ?? [];
  if (key === '') return junk('no public key');
  return counts(`${algorithm}:${hash('sha256', Buffer.from(key, 'base64'), 'hex')}`);
}

/** `ssh-rsa` of a normalised key. */
export function sshAlgorithmOf(sshKey: string): string {
  return sshKey.slice(0, sshKey.indexOf(':'));
}
