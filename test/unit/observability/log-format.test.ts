import { createLog } from '../../../src/observability/log';

test.each(['json', 'text'] as const)('a %s log writes each line at once, without a secret', (format) => {
  const lines: string[] = [];
  const log = createLog({ level: 'info', format }, (line) => lines.push(line));
  log.info({ port: 8080, header: 'Basic c2VjcmV0c2VjcmV0' }, 'listening');
  log.debug('not asked for');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('listening');
  expect(lines[0]).toContain('8080');
  expect(lines[0]).not.toContain('c2VjcmV0');
});
