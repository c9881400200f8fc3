"""Stimuli that lie in files: names, texts, labels."""

import re
from typing import ClassVar

from pydantic import Field, field_validator

from boldwise.settings.base import Options
from boldwise.settings.story import StoryFiles


class IdRule(Options):
    """How a name in a file becomes a stimulus id; applied in the order listed."""

    drop: list[str] = Field([], description="Pieces of text to remove.")
    replace: dict[str, str] = Field({}, description="Pieces of text to exchange.")
    lower: bool = Field(False, description="Write in lower case.")
    shift: int = Field(0, description="Add to whole numbers: -1 where ids start at 1.")


class CategoryRule(Options):
    """What a stimulus shows, from its id."""

    column: ClassVar[str] = "category"

    pattern: str = Field(
        description="Regular expression; its first group, matched against the "
        "stimulus id, is the name."
    )
    aliases: dict[str, str] = Field(
        {}, description="Names that mean the same: from this one to that one."
    )

    @field_validator("pattern")
    @classmethod
    def _has_a_group(cls, pattern: str) -> str:
        where = f"dataset.stimuli.{cls.column}.pattern: '{pattern}'"
        try:
            n_groups = re.compile(pattern).groups
        except re.error as error:
            raise ValueError(f"{where} is no regular expression ({error}).") from error
        if not n_groups:
            raise ValueError(f"{where} has no group; put what names it in brackets.")
        return pattern


class GroupRule(CategoryRule):
    """Which stimuli are exemplars or near-duplicates of one thing, from their ids."""

    column: ClassVar[str] = "group"


class CaptionTable(Options):
    """A table of texts, one row per text; several per stimulus are joined."""

    path: str = Field(description="CSV or TSV file, below `root`.")
    stimulus_id: str = Field(description="Column that holds the stimulus.")
    text: str = Field(description="Column that holds the text.")


class StimulusFiles(Options):
    """Stimuli that lie in files. The same id rule serves all of them."""

    images: list[str] = Field(
        [], description="File patterns below `root`; the file's stem is the id."
    )
    image_size_px: int = Field(
        224, ge=8, description="Side of the stored square image, in pixels."
    )
    copy_images: bool = Field(
        True,
        description="Copy the images, cut to squares, into `stimuli.h5`. `false`: it "
        "holds their paths and hashes only, every job reads the files, and networks "
        "see whole pictures; for many or large ones.",
    )
    folder_in_id: bool = Field(
        False,
        description="Folders below the fixed part of a pattern belong to the id: "
        "`dog/1.jpg` becomes `dog-1`.",
    )
    videos: list[str] = Field(
        [], description="File patterns of videos, as `images`; for motion energy."
    )
    clip_s: float = Field(
        2.0, gt=0, description="How much of each video is stored, from its start (s)."
    )
    frame_rate_hz: int = Field(
        12, ge=1, description="Frames per second that are stored."
    )
    frame_size_px: int = Field(
        96, ge=8, description="Side of the stored square frames, in pixels."
    )
    captions: CaptionTable | None = Field(None, description="Texts about the stimuli.")
    table: str | None = Field(
        None,
        description="CSV or TSV with a column `stimulus_id` and any of `image` (file "
        "below `root`), `caption`, `category`, `group`.",
    )
    from_events: bool = Field(
        False, description="Take ids and categories (`trial_type`) from the events."
    )
    id_rule: IdRule = Field(IdRule(), description="From names in files to ids.")
    category: CategoryRule | None = Field(
        None, description="What a stimulus shows, from its id; replaces other sources."
    )
    group: GroupRule | None = Field(
        None, description="Exemplars or near-duplicates of one thing."
    )
    story: StoryFiles | None = Field(
        None, description="What was played while volumes were taken (time series)."
    )
