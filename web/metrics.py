"""Metrics for Prometheus: what this process did, and, at each scrape, how far behind the shop is.

The text is the exposition format of https://prometheus.io/docs/instrumenting/exposition_formats/, or OpenMetrics where
the scraper asks for it.
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, disable_created_metrics
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.clock import now
from domain.deliveries import Outcome
from domain.events import ActorKind, Event, EventType
from domain.orders import Order
from domain.ports import Health, OrderCache
from domain.system import Backlog, SystemState
from web.operations import Operation

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The numbers of one process, in a registry of its own."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a series for every series, to say when the process began
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "swapshop_requests",
            "GraphQL operations that have ended, by root field and by how they ended.",
            ["type", "operation", "outcome"],
            registry=registry,
        )
        self._seconds = Histogram(
            "swapshop_request_duration_seconds",
            "How long queries and mutations took, from the parsed request to its result.",
            ["type", "operation"],
            buckets=SECONDS,
            registry=registry,
        )
        self._cache_reads = Counter(
            "swapshop_cache_reads", "Orders looked for in the cache, by result.", ["result"], registry=registry
        )
        self._events = Counter(
            "swapshop_events",
            "Events that this process has committed to the log, by type.",
            ["type"],
            registry=registry,
        )
        self._promoted = Counter(
            "swapshop_orders_promoted", "Orders that this process's poller has promoted.", registry=registry
        )
        self._deliveries = Counter(
            "swapshop_webhook_attempts",
            "Attempts to deliver a webhook, by what became of the delivery.",
            ["outcome"],
            registry=registry,
        )
        self._measured = Measured()
        registry.register(self._measured)
        ProcessCollector(namespace="swapshop", registry=registry)
        self._begin_at_zero()

    def _begin_at_zero(self) -> None:
        """A series that is there from the start shows its first change as one."""
        for result in ("hit", "miss"):
            self._cache_reads.labels(result)
        for type in EventType:
            self._events.labels(type)
        for outcome in ("succeeded", "retrying", "failed"):
            self._deliveries.labels(outcome)

    def operation(self, ended: Operation) -> None:
        """How long a subscription lasts is its client's business."""
        name = label_of(ended)
        self._requests.labels(ended.type, name, ended.outcome).inc()
        if ended.type != "subscription":
            self._seconds.labels(ended.type, name).observe(ended.seconds)

    def cache_read(self, *, hit: bool) -> None:
        self._cache_reads.labels("hit" if hit else "miss").inc()

    async def committed(self, events: Sequence[Event]) -> None:
        for event in events:
            self._events.labels(event.type).inc()
            if event.type is EventType.ORDER_READY and event.cause.actor.kind is ActorKind.POLLER:
                self._promoted.inc()

    def settled(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            self._deliveries.labels(outcome.status.lower()).inc()

    def exposition(self, state: SystemState, *, accept: str) -> tuple[bytes, str]:
        """The text and its content type, after the scraper's `Accept`."""
        encode, content_type = choose_encoder(accept)
        self._measured.state = state
        return encode(self._registry), content_type


def label_of(operation: Operation) -> str:
    """Its root field: the schema bounds those, while there is no end of the names that clients choose."""
    fields = set(operation.fields)
    if operation.type == "unknown":
        return "invalid"
    if fields and all(name.startswith("__") for name in fields):
        return "introspection"
    return fields.pop() if len(fields) == 1 else "several"


class Measured(Collector):
    """What is looked up at a scrape; what could not be looked up is absent."""

    def __init__(self) -> None:
        self.state: SystemState | None = None

    def collect(self) -> Iterator[GaugeMetricFamily]:
        if self.state is None:
            return
        yield _gauge("swapshop_open_sockets", "Websockets that are open in this process.", self.state.open_sockets)
        up = GaugeMetricFamily("swapshop_up", "Whether something that the shop uses is well.", labels=["dependency"])
        for one in self.state.dependencies:
            up.add_metric([one.name], float(one.ok))
        yield up
        if self.state.backlog:
            yield from self._of_the_log(self.state, self.state.backlog)

    def _of_the_log(self, state: SystemState, backlog: Backlog) -> Iterator[GaugeMetricFamily]:
        waited = (now() - backlog.due_since).total_seconds() if backlog.due_since else 0.0
        yield _gauge(
            "swapshop_poller_lag_seconds",
            "How long the PENDING order that has waited longest has been due; 0 when none is.",
            max(waited, 0.0),
        )
        yield _gauge("swapshop_log_head_position", "The last position of the event log.", state.head.position)
        position = GaugeMetricFamily(
            "swapshop_log_reader_position", "Up to where a reader has read the log.", labels=["reader"]
        )
        lag = GaugeMetricFamily(
            "swapshop_log_reader_lag_events", "Events of the log that a reader has not read yet.", labels=["reader"]
        )
        for one in state.readers:
            position.add_metric([one.name], one.position.position)
            lag.add_metric([one.name], one.lag)
        yield position
        yield lag


def _gauge(name: str, help: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help, value=value)


class MeteredOrderCache:
    """The cache, with every read counted. See domain.ports.OrderCache."""

    def __init__(self, cache: OrderCache, metrics: Metrics) -> None:
        self._cache = cache
        self._metrics = metrics

    async def get(self, id: UUID) -> Order | None:
        found = await self._cache.get(id)
        self._metrics.cache_read(hit=found is not None)
        return found

    async def put(self, orders: Sequence[Order]) -> None:
        await self._cache.put(orders)


def metrics_route(metrics: Metrics, health: Health) -> Route:
    """A scrape is answered with 200 also when the database is away: that is when it is needed most."""

    async def scrape(request: Request) -> Response:
        text, content_type = metrics.exposition(await health.look(), accept=request.headers.get("accept", ""))
        return Response(text, headers={"content-type": content_type})

    return Route("/metrics", scrape)
