import { readFileSync } from 'node:fs';
import type { Log } from '../../observability/log';
import { register } from '../../registration/register';
import { createValidationLoop, lookEveryMs } from '../../registration/validation-loop';
import type { Settings } from '../../settings/settings';
import {
  introductionOf,
  registerDepsOf,
  requireKeyForm,
  requireServer,
  storeOf,
} from '../registration-session';

/**
 * Looks after what this installation is registered as, while it serves: validates it when it is due, and registers it
 * when REGISTRATION_KEY says so. It never stops the gateway from serving.
 */
export function startOwnRegistration(
  settings: Settings,
  log: Log,
  /** After each look: what it is registered as may have changed. */
  followUp: () => Promise<void>,
): { stop(): Promise<void> } {
  const store = storeOf(settings);
  const deps = registerDepsOf(settings);
  const key = keyOf(settings, log);
  const { registrationServer: server } = settings;
  const loop = createValidationLoop({
    ...deps,
    store,
    who: introductionOf(settings, undefined),
    log,
    wanted:
      key === undefined || server === undefined
        ? undefined
        : { key, server, kind: settings.registrationKind },
    first:
      key === undefined || server === undefined
        ? undefined
        : async () => {
            const who = introductionOf(settings, store.read(), { kind: settings.registrationKind });
            return (await register(deps, requireServer(server), requireKeyForm(key), who)).record;
          },
  });
  const look = (): void => {
    void loop
      .tick()
      .then(followUp)
      .catch((error: unknown) => {
        log.warn({ err: error }, 'the way of a relay could not be set; tried again');
      });
  };
  const timer = setInterval(look, lookEveryMs).unref();
  look();
  return {
    stop: async () => {
      clearInterval(timer);
      await loop.stop();
    },
  };
}

function keyOf(
  { registrationKey, registrationKeyFile, registrationServer }: Settings,
  log: Log,
): string | undefined {
  if (registrationServer === undefined) return undefined;
  if (registrationKey !== undefined || registrationKeyFile === undefined) return registrationKey;
  try {
    return readFileSync(registrationKeyFile, 'utf8').trim();
  } catch (error) {
    log.warn({ err: error }, 'REGISTRATION_KEY_FILE cannot be read: not registered');
    return undefined;
  }
}
