import { readFileSync } from 'node:fs';
import path from 'node:path';
import { checkInput, loadAdminSchemas } from '../../../src/admin/admin-schemas';
import { problems } from '../../../src/domain/problem';
import { problemCodesOf, roleOf, type AdminRoute } from '../../../src/http/admin/admin-route';
import { adminRoutes } from '../../../src/http/admin/admin-routes';

const text = readFileSync(path.resolve(__dirname, '../../../docs/admin-api.md'), 'utf8');

it('docs/admin-api.md lists every problem code with its status and title, and no other', () => {
  const listed = [...text.matchAll(/^\| `(\w+)` +\| (\d{3}) +\| (.+?) +\|$/gm)].map(
    ([, code, status, title]) => ({
      code,
      status: Number(status),
      title,
    }),
  );
  expect(listed).toEqual(
    Object.entries(problems).map(([code, { status, title }]) => ({ code, status, title })),
  );
});

it('docs/admin-api.md lists every operation, and no other', () => {
  const listed = [...text.matchAll(/^\| `([A-Z]+ \/\S+)`/gm)].map(([, operation]) => operation);
  const routed = adminRoutes.map(({ method, path: place }) => `${method.toUpperCase()} ${place}`);
  expect(listed.toSorted()).toEqual(routed.toSorted());
});

describe('docs/admin-api.md names', () => {
  const operation = ({ method, path: place }: AdminRoute) => `${method.toUpperCase()} ${place}`;
  const named = (part: string | undefined) =>
    [...(part ?? '').matchAll(/`([A-Z]+\s\/\S+?)`/g)].map(([, one]) => one?.replace(/\s/, ' ')).toSorted();

  it('every operation of operators', () => {
    const listed = named(/^\| `operator` \|.*$/m.exec(text)?.[0]);
    const routed = adminRoutes.filter((one) => roleOf(one) === 'operator').map(operation);
    expect(listed).toEqual(routed.toSorted());
  });

  it('no operation that changes something for viewers, and none that reads for anybody else', () => {
    const forAdmins = ['getSettings'];
    const viewers = /^\| `viewer` \|.*$/m.exec(text)?.[0];
    for (const one of adminRoutes.filter(({ operationId }) => forAdmins.includes(operationId))) {
      expect([roleOf(one), viewers]).toEqual(['admin', expect.stringContaining(`\`${operation(one)}\``)]);
    }
    // Everybody may sign in and out.
    for (const one of adminRoutes.filter(
      ({ session, operationId }) => session === undefined && !forAdmins.includes(operationId),
    )) {
      expect(roleOf(one) === 'viewer').toBe(one.method === 'get');
    }
  });

  it('every operation that needs a token without limit', () => {
    const listed = named(/^- What concerns every entity.*?(?=\n- )/ms.exec(text)?.[0]);
    const routed = adminRoutes.filter(({ wholeInstance }) => wholeInstance === true).map(operation);
    expect(listed).toEqual(routed.toSorted());
  });
});

it('every problem code can be answered by some operation, or by none in particular', () => {
  const answered = new Set(adminRoutes.flatMap(problemCodesOf));
  const general = ['token_missing', 'token_refused', 'too_many_attempts', 'query_invalid'];
  const faults = ['method_not_allowed', 'database_unavailable', 'internal'];
  const unused = Object.keys(problems).filter(
    (code) => !(answered as Set<string>).has(code) && ![...general, ...faults].includes(code),
  );
  expect(unused).toEqual([]);
});

it('every body has an example, which is one that is taken', () => {
  const schemas = loadAdminSchemas();
  for (const { body } of adminRoutes) {
    if (body === undefined) continue;
    const { example } = schemas[body] ?? {};
    expect([body, example]).toEqual([body, expect.any(Object)]);
    expect(checkInput('body', body, example)).toEqual(example);
  }
});
