// On a new page the title has the focus: who does not see the change is told it, and Tab goes on from there.
let expected = false;

export function arrive(): void {
  expected = true;
  window.scrollTo(0, 0);
}

export function takeFocus(title: HTMLElement | null): void {
  if (!expected) return;
  expected = false;
  title?.focus({ preventScroll: true });
}
