const neededMajor = 24;
const wrongUsage = 2;

/** What to say to a person whose Node.js is too old or too new; undefined when it fits. */
export function nodeVersionFault(version: string): string | undefined {
  const major = Number(/^v(\d+)\./.exec(version)?.[1]);
  if (major === neededMajor) return undefined;
  return (
    `Gatehouse needs Node.js ${neededMajor}, this is ${version}. ` +
    'npm start and npx gatehouse run the one that npm ci installs (package "node").'
  );
}

/** Ends the process where another Node.js would fail later and in a stranger way. npm only warns (EBADENGINE). */
export function checkNodeVersion(): void {
  const fault = nodeVersionFault(process.version);
  if (fault === undefined) return;
  process.stderr.write(`${fault}\n`);
  process.exit(wrongUsage);
}
