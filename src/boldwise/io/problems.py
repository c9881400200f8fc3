"""Many problems, one error: a user should not mend files one at a time."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from boldwise.errors import BoldwiseError, DataError


class Problems:
    """Sentences about what is wrong, collected until all is known.

    Examples
    --------
    >>> problems = Problems()
    >>> with problems.collect():
    ...     raise DataError("a.tsv: no such file.")
    >>> problems.found
    ['a.tsv: no such file.']
    """

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, sentences: Iterable[str], *, where: object = None) -> None:
        """Add sentences, each led by the place it is about.

        Parameters
        ----------
        sentences : iterable of str
        where : path or str, optional
            Put before each sentence.
        """
        lead = "" if where is None else f"{where}: "
        self.found += [f"{lead}{one}" for one in sentences]

    @contextmanager
    def collect(self) -> Iterator[None]:
        """Run a block; what boldwise refuses in it becomes a problem.

        Yields
        ------
        None
        """
        try:
            yield
        except BoldwiseError as error:
            self.found += str(error).splitlines()

    def refuse(self) -> None:
        """Raise if there is any problem.

        Raises
        ------
        DataError
            With one problem per line; repeated sentences once.
        """
        if self.found:
            raise DataError("\n".join(dict.fromkeys(self.found)))
