import { createHmac } from 'node:crypto';
import { withoutSecrets } from '../../../src/domain/withhold-secrets';
import { issueTicket, readTicket, ticketLifetimeSeconds, type Ticket } from '../../../src/jobs/ticket';

const macWith = (pepper: string) => (text: string) => createHmac('sha256', pepper).update(text).digest();
const hashesWith =
  (...peppers: string[]) =>
  (text: string) =>
    peppers.map((pepper) => ({ pepperId: pepper, mac: macWith(pepper)(text) }));
const now = new Date('2026-11-28T08:30:00Z');
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const ticket: Ticket = { kid: 'aaaaaaaaaaaa', generation: 2, module: 'esx', deviceid: 'a.b.c-2026 é' };

it('says again what was put into it, for an hour, also while the pepper changes', () => {
  const text = issueTicket(ticket, now, macWith('old'));
  expect(readTicket(text, later(ticketLifetimeSeconds - 1), hashesWith('new', 'old'))).toEqual({
    state: 'valid',
    ticket,
  });
  expect(readTicket(text, later(ticketLifetimeSeconds), hashesWith('old'))).toEqual({ state: 'expired' });
  expect(readTicket(text, now, hashesWith('new'))).toEqual({ state: 'invalid' });
});

it('knows a key that was proved by a certificate', () => {
  const read = readTicket(
    issueTicket({ ...ticket, generation: undefined }, now, macWith('p')),
    now,
    hashesWith('p'),
  );
  expect(read).toEqual({ state: 'valid', ticket: { ...ticket, generation: undefined } });
});

it.each(['', 'grj_', 'grj_.', 'grj_x.y', 'grt_x.y', `grj_${'a'.repeat(3000)}.b`])('%p is none', (text) => {
  expect(readTicket(text, now, hashesWith('p'))).toEqual({ state: 'invalid' });
});

it('names a module that there is, even when signed by us', () => {
  const text = issueTicket({ ...ticket, module: 'other' as 'esx' }, now, macWith('p'));
  expect(readTicket(text, now, hashesWith('p'))).toEqual({ state: 'invalid' });
});

it('of a deviceid of any length that agents may have can be read, and stands in no log line', () => {
  const text = issueTicket({ ...ticket, deviceid: '語'.repeat(255) }, now, macWith('p'));
  expect(readTicket(text, now, hashesWith('p')).state).toBe('valid');
  expect(withoutSecrets(`GET /gatehouse/v1/jobs/${text}/?action=getJobs`)).toBe(
    'GET /gatehouse/v1/jobs/[secret]/?action=getJobs',
  );
});
