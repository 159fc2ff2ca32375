"""What a page must never do: ask another host, break the content security policy, or log an error."""

import re

from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request

# The console is told of a violation too; this tells where, also in a frame that is gone by then.
TELL_OF_VIOLATIONS = """addEventListener('securitypolicyviolation', (event) =>
  console.error(`policy: ${event.violatedDirective} refused ${event.blockedURI} at ${event.sourceFile}`))"""
OF_THE_PAGE_ITSELF = ("data:", "blob:", "about:")


class Watch:
    """Collects complaints about everything that is opened in a context."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self._expected: list[re.Pattern[str]] = []

    async def over(self, context: BrowserContext) -> None:
        await context.add_init_script(TELL_OF_VIOLATIONS)
        context.on("request", self._asked)
        context.on("console", self._said)
        context.on("weberror", lambda fault: self.complaints.append(f"error: {fault.error}"))
        context.on("page", self._opened)

    def expect(self, pattern: str) -> None:
        """Complaints that a test brings about, such as those of a browser that is offline."""
        self._expected.append(re.compile(pattern))

    def unexpected(self) -> list[str]:
        return [one for one in self.complaints if not any(pattern.search(one) for pattern in self._expected)]

    def _asked(self, request: Request) -> None:
        self.requests.append(f"{request.method} {request.url}")
        self._judge(request.url)

    def _opened(self, page: Page) -> None:
        page.on("websocket", lambda socket: self._judge(socket.url.replace("ws", "http", 1)))

    def _judge(self, url: str) -> None:
        if not url.startswith((f"{self.origin}/", *OF_THE_PAGE_ITSELF)):
            self.complaints.append(f"left the origin: {url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"console: {message.text} ({message.location.get('url', '')})")
