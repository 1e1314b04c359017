type Environment = Readonly<Record<string, string | undefined>>;

const names = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'];

/** The variables by which every program on a host is told its proxies, in both spellings: they are no settings of ours. */
export function readProxyEnvironment(env: Environment = process.env): Environment {
  const all = names.flatMap((name) => [name, name.toUpperCase()]);
  return Object.fromEntries(all.map((name) => [name, env[name]]));
}
