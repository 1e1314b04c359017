import type { Layer } from '../../reach/path-trouble';
import type { ExitCode } from '../exit-code';

/** What is looked at, in this order: each stands for one end that must be reached. */
export type Target = 'database' | 'gateway' | 'public URL' | 'server' | 'registration' | 'GLPI';

/** `headers`: what arrives of a request; `key`, `binding`: as of `gatehouse register`; `service`: the program that answers. */
export type CheckLayer =
  Layer | 'settings' | 'database' | 'headers' | 'clock' | 'key' | 'binding' | 'registration' | 'service';

/** One line of `gatehouse test`. */
export interface Check {
  readonly target: Target;
  readonly url: string | null;
  readonly layer: CheckLayer;
  readonly state: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly what: string;
  /** What to do; of each that is not ok. */
  readonly nextStep: string | null;
  /** Of a failed one: what the command ends with when it is the first. */
  readonly exitCode: ExitCode | null;
}

export interface Place {
  readonly target: Target;
  readonly url: string | null;
}

export function ok(place: Place, layer: CheckLayer, what: string): Check {
  return { ...placed(place, layer, what), state: 'ok', nextStep: null, exitCode: null };
}

export function warning(place: Place, layer: CheckLayer, what: string, nextStep: string): Check {
  return { ...placed(place, layer, what), state: 'warning', nextStep, exitCode: null };
}

export function skipped(place: Place, layer: CheckLayer, what: string, nextStep?: string): Check {
  return { ...placed(place, layer, what), state: 'skipped', nextStep: nextStep ?? null, exitCode: null };
}

export function failed(
  place: Place,
  layer: CheckLayer,
  { what, nextStep, exitCode }: { what: string; nextStep: string; exitCode: ExitCode },
): Check {
  return { ...placed(place, layer, what), state: 'failed', nextStep, exitCode };
}

function placed({ target, url }: Place, layer: CheckLayer, what: string) {
  return { target, url, layer, what };
}
