"""The shop when its processes are killed, its servers die and its clients are too many."""
