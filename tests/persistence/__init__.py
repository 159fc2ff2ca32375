"""Rows, transactions, the log, the cache and the bus, on both stacks."""
