import { loadAdminSchemas } from '../../../src/admin/admin-schemas';
import { freshPolicy } from '../../../src/admin/key-policy';
import { bodyOf, emptyKey } from '../../../web/src/pages/keys/key-form-values';

/** Of the API, and not of the form. */
const elsewhere = ['entityId', 'onMove'];

test('the form of a key asks for every field that the API takes', () => {
  const fields = Object.keys(loadAdminSchemas().KeyCreate?.properties ?? {});
  expect([...Object.keys(bodyOf(emptyKey)), ...elsewhere].sort()).toEqual(fields.sort());
});

test('a form that nobody changed makes the key that the API makes by itself', () => {
  const { url, ...body } = bodyOf({ ...emptyKey, name: freshPolicy.name });
  const { urls, ...fresh } = freshPolicy;
  expect(url ?? []).toEqual(urls);
  const asked = Object.entries(body).map(([name, value]) => {
    const isList = Array.isArray(fresh[name as keyof typeof fresh]);
    return [name, value ?? (isList ? [] : null)];
  });
  expect(Object.fromEntries(asked)).toEqual(fresh);
});
