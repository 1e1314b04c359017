/** SIGTERM and SIGINT, turned into a promise. The second one ends the process at once. */
export interface StopRequest {
  readonly requested: Promise<void>;
  readonly isRequested: () => boolean;
  /** Asks to stop for another reason: a worker whose primary is gone. */
  request(): void;
}

const exitCodeOfSecondSignal = 1;

export function watchStopRequests(onSecond: () => void): StopRequest {
  let isRequested = false;
  let resolveRequested: () => void = () => undefined;
  const requested = new Promise<void>((resolve) => {
    resolveRequested = resolve;
  });
  const request = (): void => {
    isRequested = true;
    resolveRequested();
  };
  const onSignal = (): void => {
    if (isRequested) {
      onSecond();
      process.exit(exitCodeOfSecondSignal);
    }
    request();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return { requested, isRequested: () => isRequested, request };
}
