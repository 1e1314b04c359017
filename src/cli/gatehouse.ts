#!/usr/bin/env node
import { CommanderError } from 'commander';
import { checkNodeVersion } from '../settings/check-node-version';
import type { CommandSpec } from './command';
import { commandTable } from './command-table';
import { createContext } from './create-context';
import { exitCodes } from './exit-code';
import { reportFault } from './failure';
import { hasSeenEnough, lostOutput } from './lost-output';
import { paintFor } from './printing/paint';
import { createProgram, type CommonOptions } from './program';
import { programVersion } from './program-version';

/** The one binary. Parses, runs the command that was chosen, prints, and ends with its exit code. */
async function main(): Promise<void> {
  checkNodeVersion();
  let options: CommonOptions = {};
  const report = (error: unknown): void => {
    process.exitCode = reportFault(
      error,
      {
        isJson: options.json === true,
        isVerbose: options.verbose === true,
        paint: paintFor(process.stderr.isTTY && process.stderr.hasColors()),
      },
      (text) => process.stderr.write(text),
    );
  };
  process.stdout.on('error', (error) => {
    if (hasSeenEnough(error)) return;
    report(lostOutput(error));
    process.exit();
  });
  const execute = async (spec: CommandSpec, given: CommonOptions & object, args: readonly string[]) => {
    options = given;
    const { json: _json, verbose: _verbose, instance: _instance, ...own } = given;
    const { context, close } = createContext(given, spec.goesOn === true);
    try {
      const shown = await spec.run(context, own, ...args);
      if (shown === undefined) return;
      context.show(shown);
      process.exitCode = shown.exitCode ?? exitCodes.done;
    } finally {
      close();
    }
  };
  const terminal = {
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    version: programVersion(),
  };
  const program = createProgram(commandTable, terminal, execute);
  try {
    await program.parseAsync(process.argv);
  } catch (error) {
    report(error);
    // Whatever was left open by a command that failed must not keep the process.
    if (!(error instanceof CommanderError)) process.exit();
  }
}

void main();
