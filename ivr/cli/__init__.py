"""The command line `ivr`: one module a command, each with `add_arguments` and `run`."""
