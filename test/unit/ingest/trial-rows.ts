import type { Machine } from '../identity/machines';
import { laptop } from '../identity/machines';
import { fateOf, timeAt, Trial, type Sent } from './trial';

export const newAgent = {
  deviceid: 'anna-2026-09-09-09-09-09',
  agentid: '5e0cbb1e-31aa-4d0d-8a0a-000000000009',
};
export const otherCard = { macs: ['00:1b:21:00:00:77'] };
export const rsa = 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC97EYvzhYeYM';
export const otherRsa = 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCgGzLeCPvEeL';
export const ed25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICYWwKX1KRqEzIjEsWMQrFX5';
export const installed = (days: number) => ({ install_date: timeAt(days * 24 - 10_000) });
export const server = { kernel_name: 'linux', ...installed(0), ssh_key: rsa };
export const vm: Machine = {
  ...laptop,
  serial: 'VMSER123',
  macs: ['52:54:00:6a:4e:19'],
  vmsystem: 'QEMU',
  manufacturer: 'QEMU',
};

/** Machines and circumstances in the order of sending, each with its fate; then whether the asset is contested. */
export interface Row {
  readonly title: string;
  readonly sent: readonly (readonly [Machine, Sent, string])[];
  readonly contested?: 'yes' | 'when the twin shows up';
  readonly assets?: number;
}

export function play({ sent, contested, assets = 1 }: Row): void {
  const trial = new Trial();
  const fates = sent.map(([machine, circumstances]) => fateOf(trial.send(machine, circumstances)));
  expect(fates).toEqual(sent.map(([, , fate]) => fate));
  expect(trial.assetCount).toBe(assets);
  if (assets > 1) return;
  const mark = trial.asset().contested;
  expect(mark === undefined ? undefined : mark.awaitsTwin ? 'when the twin shows up' : 'yes').toBe(contested);
}

export const titled = (rows: readonly Row[]) => rows.map((row): [string, Row] => [row.title, row]);
