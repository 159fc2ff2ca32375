"""The schema, without a server."""
