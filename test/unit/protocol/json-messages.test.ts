import { contentOf, firstMessage, inventoryOf, reasonFor } from './shared-files';

const json = (value: object) => JSON.stringify(value);

describe('JSON messages', () => {
  test('contact', () => {
    expect(
      firstMessage(
        json({
          action: 'contact',
          deviceid: 'pc-2026-01-01-00-00-00',
          version: '1.12',
          tag: 'T',
          'installed-tasks': ['inventory', 'esx'],
          'enabled-tasks': ['inventory'],
        }),
      ),
    ).toEqual({
      kind: 'contact',
      deviceid: 'pc-2026-01-01-00-00-00',
      version: '1.12',
      tag: 'T',
      installedTasks: ['inventory', 'esx'],
      enabledTasks: ['inventory'],
    });
  });

  test.each([
    [{ action: 'inventory' }, 'inventory'],
    [{ action: 'Inventory' }, 'inventory'],
    [{ action: 'injector' }, 'inventory'],
    [{ action: 'missing' }, 'inventory'],
    [{ action: 'netdiscovery' }, 'netdiscovery'],
    [{ action: 'netinventory' }, 'netinventory'],
    [{ query: 'inventory' }, 'inventory'],
    [{ query: 'SNMP' }, 'netinventory'],
    [{ query: 'SNMPQUERY' }, 'netinventory'],
    [{ query: 'NETDISCOVERY' }, 'netdiscovery'],
    [{}, 'inventory'],
    [{ content: { network_device: { type: 'Printer' } } }, 'netinventory'],
  ])('%j is %s', (head, action) => {
    expect(inventoryOf(json({ deviceid: 'a', content: {}, ...head })).action).toBe(action);
  });

  test('the envelope is handed on as it is', () => {
    const message = inventoryOf(
      json({
        action: 'inventory',
        deviceid: 7,
        itemtype: 'X',
        partial: 'yes',
        tag: [],
        content: { versionclient: 'v' },
      }),
    );
    expect(message).toEqual({
      kind: 'inventory',
      action: 'inventory',
      deviceid: 7,
      itemtype: 'X',
      partial: 'yes',
      tag: [],
      content: { versionclient: 'v' },
      notes: [],
    });
  });

  test('an inventory without content is left to the validation', () => {
    expect(inventoryOf(json({ action: 'inventory', deviceid: 'a' })).content).toBeUndefined();
  });

  test.each([
    {},
    { action: 'register', content: {} },
    { action: 'get_params' },
    { action: 7, content: {} },
    { query: 'PROLOG', content: {} },
    { query: [], content: {} },
    { grant_type: 'client_credentials' },
  ])('%j is not supported', (body) => {
    expect(reasonFor(json(body))).toBe('message_unsupported');
  });

  test('a missing versionclient comes from the root, then from the User-Agent', () => {
    const body = (more: object) => json({ action: 'inventory', content: {}, ...more });
    const userAgent = 'GLPI-Agent_v1.4';
    expect(contentOf(body({ versionclient: 'root' }), { userAgent })).toEqual({ versionclient: 'root' });
    expect(contentOf(body({}), { userAgent })).toEqual({ versionclient: userAgent });
    expect(contentOf(body({ content: { versionclient: 'own' } }), { userAgent })).toEqual({
      versionclient: 'own',
    });
    expect(contentOf(body({}), { userAgent: 'bad\u0000agent' })).toEqual({});
    expect(contentOf(body({}), { userAgent: 'x'.repeat(100) })).toEqual({ versionclient: 'x'.repeat(100) });
    expect(contentOf(body({}), { userAgent: 'x'.repeat(101) })).toEqual({});
  });
});
