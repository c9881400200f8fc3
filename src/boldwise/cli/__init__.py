"""The command line: thin, and quick to start, as each command imports when called."""


def main() -> None:
    """Run the command line; what boldwise refuses ends it with status 1."""
    from boldwise.cli.app import run

    run()
