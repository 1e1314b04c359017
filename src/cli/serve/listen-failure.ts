import { CommandFailure, exitCodes } from '../exit-code';

/** Turns the system's word on a port or address that cannot be had into what to change. */
export function listenFailure(error: unknown, host: string, port: number): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const known = explanations(host, port).get(code);
  if (known === undefined) return error;
  return new CommandFailure(exitCodes.unreachable, known[0], known[1], { cause: error });
}

function explanations(host: string, port: number): ReadonlyMap<string, readonly [string, string]> {
  const noSuchAddress = [
    `This machine has no address ${host}.`,
    'Set HOST to 127.0.0.1, 0.0.0.0 or an address of this machine.',
  ] as const;
  return new Map<string, readonly [string, string]>([
    [
      'EADDRINUSE',
      [
        `Port ${port} on ${host} is in use by another program.`,
        'Set PORT to a free one, for example PORT=8081, or end the other program.',
      ],
    ],
    [
      'EACCES',
      [
        `Port ${port} needs rights that this user does not have.`,
        'Set PORT to 1024 or more, and let a proxy take the other one.',
      ],
    ],
    ['EADDRNOTAVAIL', noSuchAddress],
    ['ENOTFOUND', noSuchAddress],
  ]);
}
