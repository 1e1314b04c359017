import { maxProxyIds, readAgentHeaders } from '../../../src/protocol/read-headers';

const id = 'B6C0D604-E74B-11F1-9009-EF63FA90F81A';

describe('readAgentHeaders', () => {
  test('reads what agents send, whatever the case of the names', () => {
    expect(
      readAgentHeaders([
        'glpi-agent-ID',
        id,
        'GLPI-Request-ID',
        '0A1B2C3D',
        'USER-AGENT',
        'GLPI-Agent_v1.12',
        'Content-Type',
        'Application/x-compress-zlib',
      ]),
    ).toEqual({
      agentid: id.toLowerCase(),
      requestId: '0A1B2C3D',
      proxyIds: [],
      userAgent: 'GLPI-Agent_v1.12',
      contentType: 'Application/x-compress-zlib',
    });
  });

  test.each([
    ['no uuid', ['GLPI-Agent-ID', 'foo']],
    ['two different ids', ['GLPI-Agent-ID', id, 'GLPI-Agent-ID', id.replace('B6', 'B7')]],
    ['braces', ['GLPI-Agent-ID', `{${id}}`]],
    ['a name without value', ['GLPI-Agent-ID']],
  ])('believes no agent id: %s', (_case, rawHeaders) => {
    expect(readAgentHeaders(rawHeaders).agentid).toBeUndefined();
  });

  test('a repeated id is one id', () => {
    expect(readAgentHeaders(['GLPI-Agent-ID', id, 'glpi-agent-id', id.toLowerCase()]).agentid).toBe(
      id.toLowerCase(),
    );
  });

  test.each(['0a1b2c3d', '0A1B2C3', '0A1B2C3D4', 'GGGGGGGG', ''])('request id %j is not echoed', (text) => {
    expect(readAgentHeaders(['GLPI-Request-ID', text]).requestId).toBeUndefined();
  });

  test('keeps the nearest proxies of a chain that is too long', () => {
    const ids = Array.from({ length: maxProxyIds + 1 }, (_, n) => id.slice(0, -2) + String(10 + n));
    const { proxyIds } = readAgentHeaders(['GLPI-Proxy-ID', `${ids.join(', ')},nonsense`]);
    expect(proxyIds).toEqual(ids.slice(1).map((text) => text.toLowerCase()));
  });
});
