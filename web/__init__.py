"""Starlette and the composition root: settings, wiring, auth, HTTP, the command line."""
