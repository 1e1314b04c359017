import { request as httpRequest, type Agent } from 'node:http';
import { request as tlsRequest } from 'node:https';

export interface AgentPost {
  readonly url: URL;
  /** `false`: a connection of its own, as agents that post once have it. */
  readonly connections: Agent | false;
  readonly timeoutMs: number;
  readonly headers: Readonly<Record<string, string>>;
  /** As it goes over the wire. */
  readonly body: Buffer;
  /** The whole registration key; undefined: none is sent. */
  readonly key: string | undefined;
}

export interface AgentAnswer {
  readonly httpStatus: number;
  /** The reason phrase: what every agent writes into its log. */
  readonly phrase: string;
  /** First of the header Gatehouse-Submission. */
  readonly submissionId: string | undefined;
}

/** Posts a message with the key as user of Basic, as agents send what stands in their server URL. */
export async function postAsAgent(post: AgentPost): Promise<AgentAnswer> {
  const { url, connections, timeoutMs, headers, body, key } = post;
  return await new Promise((resolve, reject) => {
    const sent = (url.protocol === 'https:' ? tlsRequest : httpRequest)(
      url,
      {
        method: 'POST',
        agent: connections,
        timeout: timeoutMs,
        headers: {
          ...headers,
          'Content-Length': body.length,
          ...(key === undefined
            ? {}
            : { Authorization: `Basic ${Buffer.from(`${key}:x`).toString('base64')}` }),
        },
      },
      (response) => {
        const ids = response.headers['gatehouse-submission'];
        response.resume().once('end', () => {
          resolve({
            httpStatus: response.statusCode ?? 0,
            phrase: response.statusMessage ?? '',
            submissionId: typeof ids === 'string' ? ids.split(',')[0]?.trim() : undefined,
          });
        });
      },
    );
    sent.once('timeout', () => sent.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    sent.once('error', reject);
    sent.end(body);
  });
}
