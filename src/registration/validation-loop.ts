import { isDue, standingAt, type Standing } from '../domain/registration-state';
import type { InstallationKind } from '../domain/registered-instance';
import type { Log } from '../observability/log';
import type { RegisterDeps } from './register';
import type { RegistrationRecord } from './registration-record';
import type { RegistrationStore } from './registration-store';
import type { Introduction } from './present';
import { validate } from './validate';

export interface ValidationLoopDeps extends RegisterDeps {
  readonly store: RegistrationStore;
  readonly who: Omit<Introduction, 'installationId' | 'kind'>;
  /** Registers when there is no registration yet, or one by another key; undefined: nobody gave a key. */
  readonly first?: (() => Promise<RegistrationRecord>) | undefined;
  /** What `first` registers with: a stored registration that differs is replaced. */
  readonly wanted?:
    | { readonly key: string; readonly server: string; readonly kind?: InstallationKind | undefined }
    | undefined;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

export interface ValidationLoop {
  /** One look: validates when it is due. Never throws. */
  tick(): Promise<void>;
  stop(): Promise<void>;
}

/** How often it is looked whether a validation is due, or somebody has registered beside us. */
export const lookEveryMs = 30_000;

/** Validates this installation's registration when it is due, as long as the process serves. */
export function createValidationLoop(deps: ValidationLoopDeps): ValidationLoop {
  const { store, log } = deps;
  const note = createTeller(log);
  let firstFailures = 0;
  let firstNextAt = 0;

  async function registerFirst(): Promise<void> {
    if (deps.first === undefined || deps.now().getTime() < firstNextAt) return;
    try {
      const record = await deps.first();
      store.write(record);
      log.info(
        { server: record.server, registrationId: record.registrationId },
        'instance is now registered',
      );
      firstFailures = 0;
    } catch (error) {
      // A minute, doubling up to an hour, as afterwards.
      const waitMs = Math.min(60_000 * 2 ** Math.min(firstFailures++, 20), 3_600_000);
      firstNextAt = deps.now().getTime() + waitMs;
      const { layer, message, nextStep } = error as { layer?: string; message: string; nextStep?: string };
      log.warn({ layer, nextStep, tryAgainInMs: waitMs }, `not registered yet: ${message}`);
    }
  }

  async function look(): Promise<void> {
    const record = store.read();
    const { wanted } = deps;
    const isOther =
      wanted !== undefined &&
      (record?.key !== wanted.key ||
        record.server !== wanted.server ||
        (wanted.kind !== undefined && record.kind !== wanted.kind));
    if (record === undefined || isOther) await registerFirst();
    if (record === undefined) return;
    const now = deps.now();
    if (store.read()?.token !== record.token) return;
    if (!isDue(record.standing, now)) {
      note(record.standing, standingAt(record.standing, now, record.policy));
      return;
    }
    const after = await validate(deps, record, deps.who);
    // Somebody may have registered anew, or forgotten it, meanwhile: theirs counts.
    if (store.read()?.token !== record.token) return;
    store.write(after);
    note(record.standing, after.standing);
  }

  let running: Promise<void> | undefined;
  return {
    tick: async () => {
      running ??= look()
        .catch((error: unknown) => {
          log.warn({ err: error }, 'the registration could not be looked after; tried again');
        })
        .finally(() => (running = undefined));
      await running;
    },
    stop: async () => {
      await running;
    },
  };
}

/** Says in the log that the registration stands elsewhere, once. */
function createTeller(log: ValidationLoopDeps['log']): (before: Standing, after: Standing) => void {
  let told: string | undefined;
  return (before, after) => {
    if (after.state === before.state || after.state === told) return;
    told = after.state;
    const facts = { before: before.state, state: after.state, why: after.why };
    if (after.state === 'valid') log.info(facts, 'the registration of this installation is valid again');
    else log.warn(facts, 'the registration of this installation is not valid');
  };
}
