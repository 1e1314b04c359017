import { exitCodes } from '../exit-code';
import { failed, ok, warning, type Check, type Place } from './check';

/** What requests take; TLS, tokens and the ends of keys are in seconds. */
const noticedMs = 30_000;
/** Recordings and turns of copies are told by times that differ by less than this. */
const harmfulMs = 5 * 60_000;

/** Holds the clock of a server against ours. `before` and `after`: ours, when it was asked and when it had answered. */
export function examineClock(place: Place, theirs: Date | undefined, before: Date, after: Date): Check[] {
  if (theirs === undefined || Number.isNaN(theirs.getTime())) return [];
  // Of the time between, nobody knows when it looked.
  const skewMs =
    theirs < before ? theirs.getTime() - before.getTime() : Math.max(0, theirs.getTime() - after.getTime());
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (Math.abs(skewMs) <= noticedMs) return [ok(place, 'clock', `its clock and ours agree (${seconds} s)`)];
  const what = `its clock is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} ours`;
  const nextStep = 'Let both synchronise their time (timedatectl, chronyc tracking).';
  return Math.abs(skewMs) <= harmfulMs
    ? [warning(place, 'clock', what, nextStep)]
    : [failed(place, 'clock', { what, nextStep, exitCode: exitCodes.refused })];
}
