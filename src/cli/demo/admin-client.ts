/** The admin API of the demo's own gateway: what anybody with a token could ask for. */
export interface AdminClient {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
}

const answerTimeoutMs = 30_000;

export function createAdminClient(apiUrl: string, token: string): AdminClient {
  const ask = async <T>(path: string, init: RequestInit): Promise<T> => {
    const answer = await fetch(`${apiUrl}${path}`, {
      ...init,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    if (!answer.ok) throw new Error(`${init.method ?? 'GET'} ${path} was answered ${answer.status}`);
    return (await answer.json()) as T;
  };
  return {
    get: (path) => ask(path, {}),
    post: (path, body) => ask(path, { method: 'POST', body: JSON.stringify(body) }),
  };
}
