"""Which code made this file? A hash that Snakemake can compare."""

import ast
import hashlib
import re
import textwrap
from contextlib import suppress
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent
# One statement of import, on lines of its own, and text that a registry may hold.
STATEMENT = re.compile(
    r"^[ \t]*(?:from[ \t]+[.\w]+[ \t]+import[ \t]*(?:\([^()]*\)|[\w*][^\n\\;#()]*)"
    r"|import[ \t]+[^\n\\;#()]+)",
    re.MULTILINE,
)
TEXT = re.compile(r"""["'](?=\w)([\w.]+)(?::[^"'\n]*)?["']""")


def code_of(script: str | Path) -> str:
    """Hash a script with every module of this package that it reaches.

    Snakemake reruns a job when its script is newer than the output, but does
    not look into what the script imports. With this hash among the ``params``
    of a rule, an edit anywhere below the script reruns it, and nothing else.
    Imports are followed wherever they stand: absolute, relative, ``from . import
    x``, inside functions, and modules that a registry names as
    ``"boldwise.part.module"`` or ``"boldwise.part.module:function"``.

    Parameters
    ----------
    script : path
        The file named in the rule's ``script`` directive.

    Returns
    -------
    digest : str
        12 hexadecimal digits; depends on file contents, never on dates.
    """
    digest = hashlib.sha256()
    for name, path in sorted((_name_of(path), path) for path in modules_of(script)):
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def modules_of(script: str | Path) -> list[Path]:
    """List a script and the modules of this package that it reaches, sorted.

    Parameters
    ----------
    script : path

    Returns
    -------
    paths : list of Path
    """
    seen: set[Path] = set()
    pending = [Path(script)]
    while pending:
        path = pending.pop()
        if path not in seen:
            seen.add(path)
            pending += _imports_of(path, path.read_bytes())
    return sorted(seen)


@cache  # Many scripts reach the same modules; a workflow hashes all of them.
def _imports_of(path: Path, source: bytes) -> list[Path]:
    text = source.decode()
    statements = [textwrap.dedent(one[0]) for one in STATEMENT.finditer(text)]
    # Words of import elsewhere (in a docstring, after a semicolon): read it all.
    n_words = len(re.findall(r"\bimport\b", text))
    if len(statements) == n_words and "\\\n" not in text:
        with suppress(SyntaxError):  # They began a line of a docstring.
            parsed = ast.parse("\n".join(statements), str(path))
            return _files_named([*_names_in(parsed, path), *TEXT.findall(text)])
    return _files_named(_names_in(ast.parse(source, str(path)), path))


def _names_in(tree: ast.AST, path: Path) -> list[str]:
    """Name all that a piece of code imports, and all that its text may name."""
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            module = _absolute(node, path)
            names += [module, *(f"{module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names.append(node.value.partition(":")[0])
    return names


def _files_named(names: list[str]) -> list[Path]:
    return [
        found for name in dict.fromkeys(names) for found in _files_of(name, PACKAGE)
    ]


def _name_of(path: Path) -> str:
    """Name a file the same wherever the checkout lies."""
    inside = path.is_relative_to(PACKAGE)
    return path.relative_to(PACKAGE.parent).as_posix() if inside else path.name


def _absolute(node: ast.ImportFrom, path: Path) -> str:
    if not node.level:
        return node.module or ""
    package = path.parents[node.level - 1].relative_to(PACKAGE.parent).parts
    return ".".join([*package, *([node.module] if node.module else [])])


@cache
def _files_of(name: str, package: Path) -> list[Path]:
    """Find the module of this package with this name, and the packages above."""
    parts = name.split(".")
    if parts[0] != package.name or not all(part.isidentifier() for part in parts):
        return []
    files = []
    for depth in range(1, len(parts) + 1):
        stem = package.parent.joinpath(*parts[:depth])
        candidates = (stem / "__init__.py", stem.with_suffix(".py"))
        files += [path for path in candidates if path.exists()]
    return files
