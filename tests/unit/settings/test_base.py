"""Templates that a label can fill pass unchanged; all others are told with the way."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from boldwise.settings.base import Name, Options, Subject, check_template

LABELS = ("subject", "run")
TEXT = st.text(string.ascii_letters + "-_./* ", max_size=6)
FIELD = st.sampled_from(["{subject}", "{run}", "{{", "}}"])


@settings(derandomize=True)
@given(st.lists(st.one_of(TEXT, FIELD)).map("".join))
def test_what_is_accepted_comes_back_as_it_was_and_can_be_filled(template):
    assert check_template(template, "here", LABELS) == template
    assert template.format(subject="01", run="1") is not None


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{run:02d}", "formats 'run', but labels are text"),
        ("{run:>2}", r"formats 'run', .* write \{run\}, and list them with their lead"),
        ("{subject!r}", "formats 'subject'"),
        ("{run:{subject}}", "formats 'run'"),
        ("{}", "asks for ''; known: subject, run"),
        ("{0}", "asks for '0'"),
        ("{subject.name}", "asks for 'subject.name'"),
        ("{run[0]}", r"asks for 'run\[0\]'"),
        ("{Subject}", "asks for 'Subject'"),
        ("a}", "has a stray brace"),
        ("{", "has a stray brace"),
    ],
)
def test_a_template_that_no_label_could_fill_is_refused_with_its_place(template, told):
    with pytest.raises(ValueError, match=f"^dataset.x: .*{told}"):
        check_template(template, "dataset.x", LABELS)


@pytest.mark.parametrize("text", ["a", "A1", "control-gabor", "7T"])
def test_names_may_hold_a_dash_and_subjects_may_not(text):
    assert TypeAdapter(Name).validate_python(text) == text
    subject = TypeAdapter(Subject)
    if "-" in text:
        with pytest.raises(ValidationError):
            subject.validate_python(text)
    else:
        assert subject.validate_python(text) == text


@pytest.mark.parametrize("text", ["", "-a", "a_b", "a/b", "../a", "a b", "ä", "a\n"])
def test_names_that_could_leave_their_folder_or_break_a_label_are_refused(text):
    for kind in (Name, Subject):
        with pytest.raises(ValidationError):
            TypeAdapter(kind).validate_python(text)


def test_options_never_change_and_know_no_other_key():
    class Small(Options):
        n: int = 1

    small = Small(n=2)
    with pytest.raises(ValidationError, match="frozen"):
        small.n = 3
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Small(m=1)
    assert small.model_copy(update={"n": 3}) == Small(n=3)
    assert small.n == 2
