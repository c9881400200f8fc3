"""What was presented while volumes were taken: transcripts and sounds."""

from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo

from boldwise.settings.base import Options, check_template


def _of_story(template: str, info: ValidationInfo) -> str:
    places = {"path": "feature_spaces.NAME.path"}
    where = places.get(str(info.field_name), f"dataset.stimuli.story.{info.field_name}")
    return check_template(template, where, ("run",))


StoryFile = Annotated[str, AfterValidator(_of_story)]


class StoryFiles(Options):
    """Recordings that were played while volumes were taken, one for each run."""

    transcript: StoryFile | None = Field(
        None,
        description="Words (or phones) with times: a TextGrid of Praat, or a CSV or "
        "TSV with `label`, `onset_s`, `offset_s` and, if wanted, `tier`; with `{run}` "
        "where there are several.",
    )
    sound: StoryFile | None = Field(
        None, description="WAV file, for its power; with `{run}`."
    )
    first_volume_s: float | None = Field(
        None,
        description="When the first volume of a run was taken, on the clock of the "
        "recording (s); absent: the recording starts with the run.",
    )
