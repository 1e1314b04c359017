import type { SimulatedMessage } from './message';

/** Content of an inventory: sections by their names. */
export type Template = Readonly<Record<string, unknown>>;

/** What tells machines apart, or tells of the run: always the simulated machine's own. */
const ownSections = new Set([
  ...['bios', 'hardware', 'networks', 'operatingsystem', 'accesslog', 'drives'],
  ...['virtualmachines', 'versionclient', 'versionprovider', 'softwares'],
]);

/**
 * Gives simulated computers the rest of a real one: its processes, memories, monitors and software, so that messages have
 * the size and the cost of real ones. A device keeps its template. Only devices that report in JSON throughout: another
 * agent would list other software, and a machine that loses most of what it had is held, rightly.
 */
export function dressed(
  messages: readonly SimulatedMessage[],
  templates: readonly Template[],
): readonly SimulatedMessage[] {
  if (templates.length === 0) return messages;
  const places = new Map<string, number>();
  const undressable = new Set(messages.filter((one) => !isJsonComputer(one)).map(({ device }) => device));
  return messages.map((message) => {
    const { device, victim, seen, body } = message;
    if (seen.isPartial || undressable.has(device) || victim !== undefined) return message;
    const place = places.get(device) ?? places.size;
    places.set(device, place);
    const template = templates[place % templates.length];
    return template === undefined ? message : { ...message, body: withTemplate(body, template) };
  });
}

function isJsonComputer({ body, seen }: SimulatedMessage): boolean {
  return body.startsWith('{') && seen.itemtype === 'Computer';
}

function withTemplate(body: string, template: Template): string {
  const message = JSON.parse(body) as { content: Record<string, unknown> };
  const { content } = message;
  const rest = Object.fromEntries(Object.entries(template).filter(([name]) => !ownSections.has(name)));
  const softwares = [...listOf(content.softwares), ...listOf(template.softwares)];
  return JSON.stringify({ ...message, content: { ...rest, ...content, softwares } });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
