import { Problem } from '../domain/problem';
import type { Caller } from './admin-deps';
import { firstInstanceId } from './instances';

/** One setting as it is in effect; of a secret only whether it is set. */
export interface EffectiveSetting {
  readonly name: string;
  readonly value: string;
  readonly source: 'env' | 'file' | 'default' | 'generated';
  readonly isSecret: boolean;
  readonly description: string;
}

export interface EffectiveSettings {
  /** Of Gatehouse. */
  readonly version: string;
  readonly items: readonly EffectiveSetting[];
}

/**
 * The settings that the process which answers was started with. They are the installation's: other instances, which may
 * belong to others, have none. Throws Problem `role_insufficient`.
 */
export function getSettings(settings: EffectiveSettings, caller: Caller): Promise<EffectiveSettings> {
  if (caller.instanceId === firstInstanceId) return Promise.resolve(settings);
  throw new Problem(
    'role_insufficient',
    'Settings belong to the first instance, whose admins run the installation.',
  );
}
