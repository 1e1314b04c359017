// Stands in for a GLPI: takes inventories, each after so many ms, and notes device and version of each in a file before it
// answers, so that what it took is known also when it is killed.
// In maintenance until `downUntilMs`: a page for people with status 200, as GLPI answers then.
//   node bench/stand-in-glpi.mjs '{"port":…,"latencyMs":…,"notes":"file","downUntilMs":0}'
import { appendFileSync } from 'node:fs';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { inflateSync } from 'node:zlib';

const { port, latencyMs, notes, downUntilMs = 0 } = JSON.parse(process.argv[2]);
let atOnce = 0;

async function answer(request, response) {
  atOnce++;
  try {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    if (Date.now() < downUntilMs) {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>maintenance</body></html>');
      return;
    }
    const body = JSON.parse(inflateSync(Buffer.concat(chunks)).toString());
    await sleep(latencyMs);
    const { deviceid, action, content } = body;
    const version = Number(content?.softwares?.[0]?.version ?? -1);
    appendFileSync(notes, `${JSON.stringify({ at: Date.now(), deviceid, action, version, atOnce })}\n`);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"expiration":"24","status":"ok"}');
  } finally {
    atOnce--;
  }
}

http
  .createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  })
  .listen(port, '127.0.0.1', () => process.send?.('ready'));
