"""A first config for one's own data, with the tables that it names."""

from importlib.resources import files
from pathlib import Path

from boldwise.atomic import new_file
from boldwise.errors import ConfigError, name_some

PLACEHOLDER = "FOLDER"


def write_template(folder: str | Path) -> list[Path]:
    """Write a commented config, a table of stimuli and one of trials.

    Parameters
    ----------
    folder : path
        Made if need be; the config's paths start there.

    Returns
    -------
    written : list of Path

    Raises
    ------
    ConfigError
        If one of the files is there already; none is written then.
    """
    folder = Path(folder)
    template = files("boldwise.cli") / "template"
    texts = {one.name: one.read_text("utf-8") for one in template.iterdir()}
    there = [folder / name for name in sorted(texts) if (folder / name).exists()]
    if there:
        raise ConfigError(
            f"{len(there)} files are there already: {name_some(there)}. Name a new "
            "folder; nothing was written."
        )
    for name, text in texts.items():
        with new_file(folder / name) as temporary:
            temporary.write_text(_fill_in(text, str(folder)), "utf-8")
    return sorted(folder / name for name in texts)


def _fill_in(text: str, folder: str) -> str:
    """Name the folder; as a value in quotes, for names that YAML would take apart."""
    quoted = "'{}'".format(folder.replace("'", "''"))
    return text.replace(f": {PLACEHOLDER}", f": {quoted}").replace(PLACEHOLDER, folder)
