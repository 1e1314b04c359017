type Listener = () => void;

const listeners = new Set<Listener>();

/** Said by whatever request finds it, heard by the page. */
export const sessionEnded = {
  tell: (): void => {
    for (const listener of listeners) listener();
  },
  listen: (listener: Listener): (() => void) => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  },
};
