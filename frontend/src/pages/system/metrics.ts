// The shop's own numbers, in the text format of Prometheus, and what becomes of them from one look to the next.
export type Sample = { name: string; labels: string; value: number };
export type Look = { at: number; samples: Sample[] };

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/;

export function parsed(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = LINE.exec(line) ?? [];
    return name && value && !Number.isNaN(Number(value)) ? [{ name, labels, value: Number(value) }] : [];
  });
}

/** Of all series of a name, or of those with a label; null where there is none. */
export function sum(samples: Sample[], name: string, label = ''): number | null {
  const found = samples.filter((one) => one.name === name && one.labels.includes(label));
  return found.length ? found.reduce((total, { value }) => total + value, 0) : null;
}

/** How fast a counter grew between two looks, a second. A process that began anew began at 0. */
export function rate(before: Look, now: Look, name: string, label = ''): number | null {
  const [then, value] = [sum(before.samples, name, label), sum(now.samples, name, label)];
  const seconds = (now.at - before.at) / 1000;
  if (then === null || value === null || seconds <= 0) return null;
  return (value >= then ? value - then : value) / seconds;
}

/** One number for each look but the first; what is not known is left out. */
export function rates(looks: Look[], name: string, label = ''): number[] {
  return looks.slice(1).flatMap((look, place) => {
    const before = looks[place];
    const found = before && rate(before, look, name, label);
    return found == null ? [] : [found];
  });
}

export function gauges(looks: Look[], name: string): number[] {
  return looks.flatMap(({ samples }) => sum(samples, name) ?? []);
}
