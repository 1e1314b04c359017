/** SIGTERM and SIGINT, turned into a promise. The second one ends the process at once. */
export interface StopRequest {
  readonly requested: Promise<void>;
  readonly isRequested: () => boolean;
  /** Asks to stop for another reason: a worker whose primary is gone. */
  request(): void;
}

const exitCodeOfSecondSignal = 1;
/** systemd and npm send one wish to stop to every process between them and us: it arrives two or three times at once. */
const sameWishMs = 1000;

export function watchStopRequests(onSecond: () => void): StopRequest {
  let isRequested = false;
  let requestedAtMs = 0;
  let resolveRequested: () => void = () => undefined;
  const requested = new Promise<void>((resolve) => {
    resolveRequested = resolve;
  });
  const request = (): void => {
    isRequested = true;
    requestedAtMs = performance.now();
    resolveRequested();
  };
  const onSignal = (): void => {
    if (isRequested) {
      if (performance.now() - requestedAtMs < sameWishMs) return;
      onSecond();
      process.exit(exitCodeOfSecondSignal);
    }
    request();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return { requested, isRequested: () => isRequested, request };
}
