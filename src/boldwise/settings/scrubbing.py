"""Which volumes moved too much to count."""

from pydantic import Field

from boldwise.settings.base import Options


class ScrubOptions(Options):
    """When a volume moved too much; the columns are fMRIPrep's."""

    fd_mm: float = Field(0.5, gt=0, description="Framewise displacement above (mm).")
    std_dvars: float = Field(1.5, gt=0, description="Standardized DVARS above.")
    min_volumes: int = Field(
        5, ge=1, description="Shorter stretches between moved volumes go with them."
    )
