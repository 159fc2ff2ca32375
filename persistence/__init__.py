"""The database and Redis: tables, statements, transactions, cache, bus."""
