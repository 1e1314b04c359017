// Prepared requests over raw sockets: as cheap as possible, because the drivers share the machine with what they measure.
import net from 'node:net';

/** The bytes of a POST. `headers`: lines without line ends. */
export function postBytes(port, headers, body) {
  const head = [
    'POST /front/inventory.php HTTP/1.1',
    `Host: localhost:${port}`,
    ...headers,
    `Content-Length: ${body.length}`,
    'Connection: keep-alive',
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}

/** One connection that sends one request at a time and is opened again when the other side closes it. */
export function openLine(port, onIdle, onGone) {
  let socket;
  let received = Buffer.alloc(0);
  let answered;
  const connect = () => {
    socket = net.connect(port, '127.0.0.1').setNoDelay(true);
    socket.on('connect', () => onIdle(line));
    socket.on('data', take);
    // A reset after the answer is how an unread body ends; before it, the request counts as cut off.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      onGone(line);
      finish('cut');
      if (!line.isClosed) connect();
    });
  };
  const finish = (status) => {
    const callback = answered;
    answered = undefined;
    received = Buffer.alloc(0);
    callback?.(status);
  };
  const take = (chunk) => {
    if (answered === undefined) return;
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const end = received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = received.toString('latin1', 0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (received.length < end + 4 + length) return;
    const closes = /connection: close/i.test(head);
    finish(head.slice(9, 12));
    // The next one goes over a new connection.
    if (closes) socket.destroy();
    else onIdle(line);
  };
  const line = {
    isClosed: false,
    send: (bytes, onAnswer) => {
      answered = onAnswer;
      socket.write(bytes);
    },
    close: () => {
      line.isClosed = true;
      socket.destroy();
    },
  };
  connect();
  return line;
}

/**
 * Sends at a fixed rate from `fromMs` to `untilMs` (Date.now()), whatever the answers take. `take(i, status, ms)` gets
 * the latency from the time at which the request was due: one that had to wait for a free line waited for an answer.
 * Ends a second after `untilMs`, and resolves to the number of requests that were due and not sent by then.
 */
export async function sendAtRate({ port, lines, perSecond, fromMs, untilMs, requestOf, take }) {
  const idle = new Set();
  const due = [];
  let next = 0;
  const pump = () => {
    for (const line of idle) {
      if (due.length === 0) return;
      idle.delete(line);
      const { i, atMs } = due.shift();
      line.send(requestOf(i), (status) => take(i, status, now() - atMs, atMs));
    }
  };
  const now = () => performance.timeOrigin + performance.now();
  const onIdle = (line) => {
    idle.add(line);
    pump();
  };
  const all = Array.from({ length: lines }, () => openLine(port, onIdle, (line) => idle.delete(line)));
  await new Promise((resolve) => {
    const timer = setInterval(() => {
      const nowMs = now();
      const wanted = Math.floor(((Math.min(nowMs, untilMs) - fromMs) / 1000) * perSecond);
      for (; next < wanted; next++) due.push({ i: next, atMs: fromMs + ((next + 1) / perSecond) * 1000 });
      pump();
      if (nowMs > untilMs + 1000) {
        clearInterval(timer);
        resolve();
      }
    }, 2);
  });
  for (const line of all) line.close();
  return due.length;
}
