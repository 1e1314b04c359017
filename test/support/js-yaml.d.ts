/** As much of it as the tests use; the library has no types of its own. */
declare module 'js-yaml' {
  export class Type {
    constructor(tag: string, options: { kind: 'scalar'; construct: (value: unknown) => unknown });
  }
  export class Schema {
    static create(base: Schema, types: Type[]): Schema;
  }
  export const DEFAULT_SAFE_SCHEMA: Schema;
  export function safeLoad(text: string, options?: { schema: Schema }): unknown;
}
