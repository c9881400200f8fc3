"""Lets ``python -m boldwise`` do what ``boldwise`` does."""

from boldwise.cli import main

if __name__ == "__main__":
    main()
