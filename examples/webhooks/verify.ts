import { createHmac, timingSafeEqual } from 'node:crypto';

const TOLERANCE = 300; // seconds

type Headers = Record<string, string | string[] | undefined>;

/** Whether the shop sent these bytes in the last five minutes. `headers`: with names in lower case, as node has them. */
export function verified(secret: string, headers: Headers, body: Buffer): boolean {
  const header = (name: string) => String(headers[`webhook-${name}`] ?? '');
  const [id, timestamp, signatures] = [header('id'), header('timestamp'), header('signature')];
  if (!/^\d{1,11}$/.test(timestamp)) return false;
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE) return false;
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const digest = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  const expected = Buffer.from(`v1,${digest}`);
  return signatures.split(' ').some((one) => {
    const given = Buffer.from(one);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
