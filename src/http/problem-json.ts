import type { ServerResponse } from 'node:http';
import { problems, type FieldError, type ProblemCode } from '../domain/problem';

export const problemContentType = 'application/problem+json';

/** The body of an RFC 9457 answer. `errors` is there only when single fields are at fault. */
export interface ProblemBody {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
}

export function problemBody(
  code: ProblemCode,
  detail: string,
  errors: readonly FieldError[] = [],
): ProblemBody {
  const { status, title } = problems[code];
  return { type: 'about:blank', title, status, code, detail, ...(errors.length === 0 ? {} : { errors }) };
}

/** Answers with a problem. `detail` is shown to the caller: never the message of an unexpected error. */
export function sendProblem(response: ServerResponse, body: ProblemBody): void {
  response.statusCode = body.status;
  response.setHeader('Content-Type', problemContentType);
  response.end(JSON.stringify(body));
}
