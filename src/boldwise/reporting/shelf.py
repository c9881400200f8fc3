"""Figures for the page: found by name, captioned, and no more than a page can carry."""

from markupsafe import Markup

from boldwise.errors import DataError
from boldwise.reporting.blocks import Frame, Picture, Pictures, data_uri
from boldwise.reporting.captions import render_caption
from boldwise.reporting.study import Study, StudyFigure

PAGE_BYTES = 5_500_000  # of figures; written out in base64 they take a third more
PIXELS_PER_INCH = 110  # at which the text of figures is as large as that around them
VIEW = "text/html"


class Shelf:
    """The figures of a study, each embedded while there is room on the page.

    Room is kept for the figures that are about no single subject; those of subjects
    take the rest in the order in which they are asked for. One that does not fit keeps
    its title, its words and the name of its file.

    Parameters
    ----------
    study : Study
    room : int
        Bytes of all figures together.
    """

    def __init__(self, study: Study, *, room: int = PAGE_BYTES) -> None:
        self._study = study
        self._room = room
        self.left_out: list[str] = []
        self._kept = {one.path for one in study.figures if self._reserve(one)}

    def pictures(
        self, name: str, *, split: str = "", wide: bool = True
    ) -> list[Pictures]:
        """Find all figures of one kind, under one caption.

        Parameters
        ----------
        name : str
            For example ``"accuracy_map"``.
        split : str
            Empty for figures of no split.
        wide : bool
            One below the other.

        Returns
        -------
        blocks : list of Pictures
            One, or none if there is no such figure.
        """
        found = [
            one
            for one in self._study.figures
            if (one.name, one.split) == (name, split) and one.mime != VIEW
        ]
        if not found:
            return []
        caption = self._caption(found[0])  # serves all subjects: it names none
        pictures = [self._picture(one) for one in found]
        return [Pictures(pictures, caption, wide, n_open=2 if wide else 4)]

    def view(self, name: str, *, split: str) -> list[Frame]:
        """Find the interactive view of the first subject.

        Parameters
        ----------
        name, split : str

        Returns
        -------
        blocks : list of Frame
            One, or none if there is no view or no room.
        """
        for one in self._study.figures:
            if (one.name, one.split, one.mime) == (name, split, VIEW):
                if not self._take(one):
                    return []
                title = f"Subject {one.subject}, to click through"
                return [Frame(one.data.decode(), title, self._caption(one))]
        return []

    def _picture(self, one: StudyFigure) -> Picture:
        fits = self._take(one)
        return Picture(
            source=data_uri(one.data, one.mime) if fits else "",
            alt=one.description,
            title=f"Subject {one.subject}" if one.subject else "",
            path=one.path,
            width_px=round(one.width_in * PIXELS_PER_INCH),
        )

    def _take(self, one: StudyFigure) -> bool:
        if one.path in self._kept or (one.subject and self._fits(one)):
            return True
        self.left_out.append(one.path)
        return False

    def _reserve(self, one: StudyFigure) -> bool:
        return not one.subject and self._fits(one)

    def _fits(self, one: StudyFigure) -> bool:
        """Tell whether there is room, and take it."""
        if len(one.data) > self._room:
            return False
        self._room -= len(one.data)
        return True

    def _caption(self, one: StudyFigure) -> Markup:
        source = self._study.captions.get(one.name)
        if source is None:
            raise DataError(
                f"{one.path}: no caption {one.name}.rst in workflow/report. Write what "
                "it shows, what to expect, and what a wrong one looks like."
            )
        return render_caption(source, split=one.split)
