// The form of an endpoint: what stands in it, and what of it the shop is told.
import type { CreateWebhookEndpointInput, EventType, UpdateWebhookEndpointInput, WebhookOrdering } from '../../gql/graphql';

export type EndpointForm = {
  name: string;
  url: string;
  types: EventType[];
  ordering: WebhookOrdering;
  maxInFlight: string;
  document: string;
  start: 'now' | 'oldest' | 'cursor';
  cursor: string;
};
export type Known = Pick<EndpointForm, 'name' | 'url' | 'types' | 'ordering'> & {
  id: string;
  version: number;
  maxInFlight: number;
  document?: string | null | undefined;
};

export const EMPTY: EndpointForm = {
  name: '', url: '', types: ['ORDER_CREATED', 'ORDER_READY', 'ORDER_CANCELLED'], ordering: 'NONE', maxInFlight: '8', document: '', start: 'now', cursor: '',
}; // prettier-ignore

export function formOf({ name, url, types, ordering, maxInFlight, document }: Known): EndpointForm {
  return { ...EMPTY, name, url, types, ordering, maxInFlight: String(maxInFlight), document: document ?? '' };
}

/** `oldest` is the place before everything that the log still has. */
export function createInput(form: EndpointForm, oldest: string | null): CreateWebhookEndpointInput {
  const starts = { now: null, oldest, cursor: form.cursor.trim() || null };
  return { ...common(form), document: documentOf(form), startFrom: starts[form.start] };
}

/** Only what is another than before: what somebody else has changed meanwhile, and we have not, stays theirs. */
export function updateInput(form: EndpointForm, known: Known): UpdateWebhookEndpointInput {
  const wanted = { ...common(form), document: documentOf(form) };
  const before: Record<string, unknown> = { ...known, document: known.document ?? null };
  const changes = Object.entries(wanted).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]));
  return { id: known.id, expectedVersion: known.version, ...Object.fromEntries(changes) };
}

function common({ name, url, types, ordering, maxInFlight }: EndpointForm) {
  return { name: name.trim(), url: url.trim(), types, ordering, maxInFlight: wholeNumber(maxInFlight) };
}

function documentOf({ document }: EndpointForm): string | null {
  return document.trim() || null;
}

/** What is no number becomes one that the shop refuses, with the range that it takes. */
function wholeNumber(text: string): number {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : 0;
}
