"""What the tables of these measurements show."""

from bench.report import Column

COLUMNS = (
    Column("setup/s", ("setup_per_s",), 0, larger_is_better=True),
    Column("KiB/conn", ("kib_per_connection",), 1),
    Column("deliveries/s", ("burst", "deliveries_per_s"), 0, larger_is_better=True),
    Column("CPU µs/delivery", ("burst", "server_us_per_delivery"), 1),
    Column("p50 ms", ("single", "p50_ms"), 2),
    Column("p99 ms", ("single", "p99_ms"), 2),
    Column("burst p50 ms", ("burst", "p50_ms"), 1),
    Column("burst p99 ms", ("burst", "p99_ms"), 1),
)
LOADS = (
    Column("server CPU", ("burst", "server_cpu"), 2),
    Column("client CPU", ("burst", "client_cpu"), 2),
    Column("in setup", ("setup_client_cpu",), 2),
)
SLOW_COLUMNS = (
    Column("p50 ms", ("single", "p50_ms"), 2),
    Column("p99 ms", ("single", "p99_ms"), 2),
    Column("burst p50 ms", ("burst", "p50_ms"), 1),
    Column("burst p99 ms", ("burst", "p99_ms"), 1),
)
SLOW_LOADS = (Column("peak MiB", ("peak_mib",), 0), Column("closed", ("closed",), 0))
