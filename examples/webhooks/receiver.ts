// A webhook receiver with nothing but Node.js 22.18 or newer: WEBHOOK_SECRET=whsec_… PORT=3000 node receiver.ts
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verified } from './verify.ts';

const secret = process.env.WEBHOOK_SECRET ?? '';
const MOST = 1024 * 1024;
const seen = new Set<string>(); // in earnest: a unique key in your database, written in one transaction with what you do

async function status(request: IncomingMessage): Promise<number> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MOST) return 413;
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (!verified(secret, request.headers, body)) return 401;
  const id = String(request.headers['webhook-id']);
  if (!seen.has(id)) {
    seen.add(id);
    console.log(id, JSON.parse(body.toString()).type);
  }
  return 204;
}

const server = createServer(async (request, response) => {
  response.statusCode = await status(request).catch(() => 400);
  response.end();
});
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`ready http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
