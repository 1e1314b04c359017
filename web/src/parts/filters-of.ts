type Navigate<Filters> = (to: { search: (before: Filters) => Filters }) => Promise<void>;

interface FieldOf<Value> {
  readonly value: Value | undefined;
  readonly onChange: (value: Value | undefined) => void;
}

/** The filters of a list stand in the address of its page, so that a bookmark and another person see the same. */
export function filtersOf<Filters extends object>(filters: Filters, navigate: Navigate<NoInfer<Filters>>) {
  const set = (change: Partial<Filters>): void => {
    void navigate({ search: (before) => ({ ...before, ...change }) });
  };
  return {
    filters,
    set,
    /** For the field of one filter. */
    field: <Name extends keyof Filters>(name: Name): FieldOf<NonNullable<Filters[Name]>> => ({
      value: filters[name] ?? undefined,
      onChange: (value) => {
        set({ [name]: value } as Partial<Filters>);
      },
    }),
    clear: (): void => {
      void navigate({ search: () => ({}) as Filters });
    },
  };
}
