/** A form after somebody else was quicker: what was edited stays, and the rest is as it is now. */
export function rebased<Form extends Record<string, unknown>>(form: Form, before: Form, now: Form): Form {
  const names = Object.keys(form) as (keyof Form)[];
  const edited = names.filter((name) => JSON.stringify(form[name]) !== JSON.stringify(before[name]));
  return { ...now, ...(Object.fromEntries(edited.map((name) => [name, form[name]])) as Partial<Form>) };
}
