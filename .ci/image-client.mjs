// What .ci/image asks the running image over HTTP: `post FILE` as an agent, `find SERIAL` as an admin.
import { readFileSync } from 'node:fs';

const [base, what, argument] = process.argv.slice(2);
const { KEY, TOKEN } = process.env;

function check(isGood, text) {
  console.log(text);
  if (!isGood) process.exit(1);
}

if (what === 'post') {
  const answer = await fetch(`${base}/front/inventory.php`, {
    method: 'POST',
    headers: {
      Authorization: `Basic ${Buffer.from(`${KEY}:x`).toString('base64')}`,
      'Content-Type': 'application/x-compress-zlib',
      'User-Agent': 'GLPI-Agent_v1.12-dev',
    },
    body: readFileSync(argument),
  });
  const id = answer.headers.get('gatehouse-submission');
  check(answer.status === 200 && id !== null, `${answer.status} ${answer.statusText}, submission ${id}`);
} else {
  const answer = await fetch(`${base}/api/v1/assets?serial=${encodeURIComponent(argument)}`, {
    headers: { Authorization: `Bearer ${TOKEN}` },
  });
  const { items } = await answer.json();
  check(items?.length === 1, `${answer.status}, assets with serial ${argument}: ${items?.length}`);
}
