import { createReadStream } from 'node:fs';
import { CommandFailure, exitCodes } from './exit-code';

/** Reads a file, or standard input for `-`, up to a limit. */
export async function readInput(file: string, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of file === '-' ? process.stdin : createReadStream(file)) {
      const part = chunk as Buffer;
      bytes += part.length;
      if (bytes > maxBytes) {
        throw new CommandFailure(
          exitCodes.refused,
          `${file === '-' ? 'Standard input' : file} is larger than ${maxBytes} bytes.`,
          'For an inventory that is MAX_BODY_BYTES: an agent could not send it either. Raise the setting if the device is genuine.',
        );
      }
      chunks.push(part);
    }
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFailure(
      exitCodes.usage,
      `${file} cannot be read (${code ?? 'unknown'}).`,
      'Check the path.',
    );
  }
  return Buffer.concat(chunks);
}
