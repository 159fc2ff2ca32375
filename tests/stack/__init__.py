"""The servers and the processes that tests run on."""
