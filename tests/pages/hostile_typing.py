"""Puts one string into every field of a page at once, presses a button, and says what became of the page."""

import json
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page

from tests.pages.visiting import Visitor, Visits

PHONE = 390
"""Pixels: the narrowest window finds what makes a page too wide."""

HELPER = """
(() => {
  const { fetch: send, setTimeout: later, clearTimeout: never } = window;
  let busy = 0;
  const refused = [];
  window.fetch = async (...asked) => {
    busy++;
    try {
      const answer = await send(...asked);
      const { errors = [] } = JSON.parse(await answer.clone().text());
      refused.push(...errors.map(({ message, extensions }) => `${extensions?.code}: ${message}`));
      return answer;
    } finally {
      busy--;
    }
  };
  // A field that waits until its writer rests does not keep the test waiting.
  const resting = new Set();
  window.setTimeout = (act, wait, ...given) => {
    if (!(wait >= 200 && wait <= 400)) return later(act, wait, ...given);
    const id = later(() => { resting.delete(id); act(...given); }, 1);
    resting.add(id);
    return id;
  };
  window.clearTimeout = (id) => { resting.delete(id); never(id); };

  const shown = () => [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.querySelector('main');
  const WORKING = 'main [aria-busy=true], dialog [aria-busy=true], main .animate-pulse';
  const isBusy = () => busy || resting.size || document.querySelector(WORKING);
  const turn = () => new Promise((done) => later(done, 8));
  async function until(found, what) {
    for (const end = Date.now() + 20_000; Date.now() < end; await turn()) {
      const one = found();
      if (one) return one;
    }
    const there = shown().innerHTML.slice(0, 1000);
    throw new Error(`waited in vain for ${what} (${busy} requests): ${document.body.innerText} ${there}`);
  }
  function quiet() {
    let still = 0;
    return until(() => (still = isBusy() ? 0 : still + 1) > 4, `rest (${busy} requests, ${resting.size} timers)`);
  }
  const labelOf = (field) => field.labels?.[0]?.textContent ?? field.getAttribute('aria-label') ?? '';
  const button = (words) => [...shown().querySelectorAll('button')].find(
    (one) => (one.getAttribute('aria-label') ?? one.textContent).trim().startsWith(words) && !one.disabled);

  // Into a field for numbers or dates a browser lets nobody write anything else.
  const NUMBER = /^-?(\\d+(\\.\\d+)?|\\.\\d+)(e[-+]?\\d{1,2})?$/i;
  function typeable({ type }, text) {
    if (type === 'date') return '';
    return type === 'number' && !NUMBER.test(text) ? '' : text;
  }
  function fill(text, plain) {
    const held = {};
    const other = ['checkbox', 'radio', 'file', 'hidden'];
    for (const field of shown().querySelectorAll('input, textarea')) {
      if (field.disabled || other.includes(field.type)) continue;
      const label = labelOf(field);
      const value = plain[label] ?? typeable(field, field.maxLength < 0 ? text : text.slice(0, field.maxLength));
      const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
      Object.getOwnPropertyDescriptor(kind.prototype, 'value').set.call(field, value);
      field.dispatchEvent(new Event('input', { bubbles: true }));
      held[label] = field.value;
    }
    return held;
  }

  window.typing = async (wish) => {
    const { text, open = [], choose, plain = {}, press, path } = JSON.parse(wish);
    window.lastTyped = text.slice(0, 80);
    if (path && path !== location.pathname + location.search) history.pushState(null, '', path);
    await quiet();
    for (const words of document.querySelector('dialog[open]') ? [] : open) {
      (await until(() => button(words), words)).click();
      await quiet();
    }
    if (choose) [...shown().querySelectorAll('label')].find((one) => one.textContent === choose).click();
    const held = fill(text, plain);
    await turn();
    if (press) (await until(() => button(press), press)).click();
    await quiet();
    const main = document.querySelector('main');
    const everything = [...document.querySelectorAll('main *, dialog[open] *')];
    const texts = everything.filter((one) => !one.querySelector('p, div, li'));
    return JSON.stringify({
      held,
      texts: [...new Set(texts.map((one) => one.textContent))],
      said: main?.innerText ?? '',
      path: location.pathname,
      ran: 'hostile' in window,
      refused: refused.splice(0),
      wide: document.documentElement.scrollWidth - innerWidth,
    });
  };
})();
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the page was after one string."""

    held: dict[str, str]
    """What stood in each field, by its label: a field of one line has no line breaks."""
    texts: frozenset[str]
    """The texts that elements of the page have, each exactly."""
    path: str
    refused: list[str]
    """What the shop said to documents that it did not carry out."""


async def at_the_keyboard(visit: Visits, path: str, **given: Any) -> Visitor:
    """Somebody with a phone, whose pages the helper is in."""
    visitor = await visit(width=PHONE, **given)
    await visitor.context.add_init_script(HELPER)
    await visitor.go(path)
    return visitor


async def typed(page: Page, text: str, *, may_refuse: bool = False, **wish: Any) -> Outcome:
    """After it, what no string may do has not happened. JSON carries halves of surrogate pairs, too."""
    found = json.loads(await page.evaluate("(wish) => typing(wish)", json.dumps({"text": text, **wish})))
    told = f"{text[:80]!a} at {found['path']}: {found['said'][:600]}"
    assert not found["ran"], f"a script has run: {told}"
    assert found["said"].strip(), f"blank: {told}"
    assert "Something went wrong here" not in found["said"], told
    assert found["wide"] <= 0, f"{found['wide']} pixels too wide: {told}"
    assert may_refuse or not found["refused"], f"{found['refused']}: {told}"
    theirs = ("BAD_USER_INPUT", "CURSOR_INVALID")
    assert all(one.startswith(theirs) for one in found["refused"]), f"{found['refused']}: {told}"
    return Outcome(found["held"], frozenset(found["texts"]), found["path"], found["refused"])
