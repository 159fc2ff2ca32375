// npm's standardwebhooks as a receiver uses it: whether it accepts each post of a file, one JSON document a line.
import { readFileSync } from 'node:fs';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { say } from './shop.ts';

function accepted(post: { secret: string; headers: Record<string, string>; body: string }): boolean {
  try {
    new Webhook(post.secret).verify(Buffer.from(post.body, 'base64'), post.headers);
    return true;
  } catch (fault) {
    if (fault instanceof WebhookVerificationError) return false;
    throw fault;
  }
}

const lines = readFileSync(process.env.POSTS ?? '', 'utf8').trimEnd().split('\n');
for (const line of lines) say(accepted(JSON.parse(line)));
