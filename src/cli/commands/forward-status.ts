import {
  getForwardStatus,
  type Backlog,
  type ForwardStatus,
  type UpstreamHealth,
} from '../../admin/forwarding/status';
import { command } from '../command';
import { chooseEntity } from '../entity-choice';
import { durationText } from '../printing/duration';
import { sheet, table, type Screen } from '../printing/table';
import type { Shown } from '../shown';

export const forwardStatus = command<{ entity?: string }>({
  name: 'forward status',
  summary: 'show how passing on to GLPI fares: upstream, pace, what waits, what was given up and why',
  options: [{ flags: '--entity <entity>', description: 'what waits of this entity and those below it' }],
  examples: ['gatehouse forward status', 'gatehouse forward status --instance north --json'],
  run: async (context, { entity }) =>
    shownStatus(
      await context.withAdmin(async (admin, caller) => {
        const id = entity === undefined ? undefined : (await chooseEntity(admin, caller, entity)).id;
        return await getForwardStatus(admin, caller, id === undefined ? {} : { entity: id });
      }),
    ),
});

export function shownStatus(status: ForwardStatus): Shown {
  return {
    value: status,
    text: (screen) =>
      [
        sheet([...aboutUpstream(status.upstream), ...aboutBacklog(status.backlog)], screen),
        ...reasonsTable(status.backlog, screen),
        ...errorsTable(status, screen),
      ].join('\n\n'),
  };
}

type Lines = readonly (readonly [string, unknown])[];

function aboutUpstream(upstream: UpstreamHealth | null): Lines {
  if (upstream === null)
    return [['upstream', 'none: inventories are stored here only (gatehouse upstream set)']];
  const { pause, breaker, pace, lastTrouble } = upstream;
  return [
    ['upstream', upstream.url],
    ['state', stateText(upstream)],
    ...(pause === null
      ? []
      : [
          [
            'paused',
            `by ${pause.by}, since ${pause.since}${pause.why === null ? '' : `: ${pause.why}`}`,
          ] as const,
        ]),
    ...(pause?.until == null ? [] : [['goes on', pause.until] as const]),
    ...(breaker.nextTryAt === null ? [] : [['next try', breaker.nextTryAt] as const]),
    [
      'pace',
      `${pace.atOnce} at once, ${pace.latencyMs} ms each${pace.perMinute === null ? '' : `, about ${pace.perMinute} a minute`}`,
    ],
    ['last delivery', upstream.lastDeliveryAt],
    ...(lastTrouble === null
      ? []
      : ([
          ['last trouble', `${lastTrouble.at} ${lastTrouble.reason}: ${lastTrouble.detail ?? ''}`],
          ['', lastTrouble.advice],
        ] as const)),
  ];
}

export function stateText({ state, breaker }: UpstreamHealth): string {
  switch (state) {
    case 'up':
      return 'up';
    case 'down':
      return `down: ${breaker.why ?? 'unknown'}`;
    case 'paused':
      return 'paused';
    case 'idle':
      return 'no Gatehouse that forwards is running';
  }
}

function aboutBacklog(backlog: Backlog): Lines {
  const { waiting, contacts, inFlight, retrying, dead, oldestWaitSeconds, clearInSeconds } = backlog;
  return [
    ['waiting', `${waiting} inventories, ${contacts} contacts; ${inFlight} on their way`],
    ['oldest', oldestWaitSeconds === null ? 'nothing waits' : `waits for ${durationText(oldestWaitSeconds)}`],
    ...(clearInSeconds === null || waiting + contacts === 0
      ? []
      : [['clear in', `about ${durationText(clearInSeconds)}`] as const]),
    ['retrying', retrying],
    ['given up', dead],
  ];
}

function reasonsTable({ reasons }: Backlog, screen: Screen): string[] {
  if (reasons.length === 0) return [];
  return [
    table(
      reasons,
      [
        { title: 'COUNT', text: ({ count }) => count },
        { title: 'STATE', text: ({ state }) => state },
        { title: 'REASON', text: ({ reason }) => reason, isWhole: true },
        { title: 'WHAT TO DO', text: ({ advice }) => advice },
      ],
      screen,
    ),
  ];
}

function errorsTable({ lastErrors }: ForwardStatus, screen: Screen): string[] {
  if (lastErrors.length === 0) return [];
  return [
    table(
      lastErrors,
      [
        { title: 'FAILED AT', text: ({ failedAt }) => failedAt },
        { title: 'ASSET', text: ({ assetId }) => assetId, isWhole: true },
        { title: 'NAME', text: ({ name }) => name },
        { title: 'REASON', text: ({ reason }) => reason },
        { title: 'DETAIL', text: ({ detail }) => detail },
      ],
      screen,
    ),
  ];
}
