"""Options of the gallery and of ablations refuse what they cannot mean."""

import pytest
from pydantic import ValidationError

from boldwise.settings.gallery import AblationOptions, GalleryOptions


def test_a_gallery_needs_no_options():
    chosen = GalleryOptions()

    assert chosen.picture_px == 425
    assert chosen.feature_metrics == ["tiny_clip"]


def test_the_text_of_a_category_names_it():
    with pytest.raises(ValidationError, match=r"'a dog' names no category; write"):
        GalleryOptions(category_text="a dog")


@pytest.mark.parametrize(
    "given", [{"by": "networks"}, {"by": "regions", "networks": {"early": ["V1"]}}]
)
def test_networks_are_listed_where_they_are_asked_for_only(given):
    with pytest.raises(
        ValidationError, match=r"`by: networks` needs a list of regions"
    ):
        AblationOptions(**given)


def test_networks_join_regions():
    chosen = AblationOptions(by="networks", networks={"early": ["V1", "V2"]})

    assert chosen.networks["early"] == ["V1", "V2"]
