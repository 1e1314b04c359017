const neededMajor = 24;

/**
 * What to say to a person whose Node.js is too old or too new; undefined when it fits. npm only warns (EBADENGINE), and
 * another Node.js would fail later and in a stranger way.
 */
export function checkNodeVersion(version: string = process.version): string | undefined {
  const major = Number(/^v(\d+)\./.exec(version)?.[1]);
  if (major === neededMajor) return undefined;
  return (
    `Gatehouse needs Node.js ${neededMajor}, this is ${version}. ` +
    'npm start and npx gatehouse run the one that npm ci installs (package "node").'
  );
}
