// What the browser keeps over a reload. It may hold anything, or refuse: then it is as if nothing were there.
export function readText(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** The stored JSON, if `understood` makes something of it. */
export function read<T>(key: string, understood: (value: unknown) => T | null): T | null {
  try {
    return understood(JSON.parse(readText(key) ?? 'null'));
  } catch {
    return null;
  }
}

export function write(key: string, value: unknown): void {
  writeText(key, JSON.stringify(value));
}

export function writeText(key: string, text: string): void {
  try {
    localStorage.setItem(key, text);
  } catch {
    // A full or forbidden store loses the comfort, not the page.
  }
}

export function forget(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // There is nothing to forget.
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
