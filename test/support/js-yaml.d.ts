/** As much of it as the tests use; the library has no types of its own. */
declare module 'js-yaml' {
  type Construct = (value: unknown) => unknown;
  export const Type: new (tag: string, options: { kind: 'scalar'; construct: Construct }) => object;
  export const Schema: { create(base: object, types: readonly object[]): object };
  export const DEFAULT_SAFE_SCHEMA: object;
  export function safeLoad(text: string, options?: { schema: object }): unknown;
}
