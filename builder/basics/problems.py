"""What is wrong with the archive, said to the person who can mend it.

The writer's mistake is a `Problem` value and is collected; our own mistake is an exception and may
stop the build. Every code that can occur stands in `builder.basics.codes`.
"""

from typing import Generic, Literal, NamedTuple, TypeVar

from builder.basics.codes import CODES

Severity = Literal["error", "warning"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Location(NamedTuple):
    """A place in a file of the archive."""

    path: str
    """Posix, from the archive's root: `content/articles/flood.md`."""
    line: int | None = None
    """From 1, front matter included."""
    column: int | None = None
    """From 1, in characters."""

    def __str__(self) -> str:
        """Return `path`, `path:line` or `path:line:column`."""
        parts = [self.path, *(str(n) for n in (self.line, self.column) if n is not None)]
        return ":".join(parts)


class Problem(NamedTuple):
    """One mistake: where, which kind, what in plain words, and what to do."""

    code: str
    """A key of `CODES`, kebab-case."""
    severity: Severity
    message: str
    """One sentence, no full stop at the end, first word in small letters."""
    location: Location
    hint: str | None = None

    @property
    def is_error(self) -> bool:
        """Whether this stops the build."""
        return self.severity == "error"

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Path, line, column, code, message: the order of every report."""
        place = self.location
        return (place.path, place.line or 0, place.column or 0, self.code, self.message)


def problem(code: str, message: str, location: Location, hint: str | None = None) -> Problem:
    """Return a problem whose severity is the one its code has in `CODES`.

    Raises:
        KeyError: the code is not listed; that is our mistake, never the writer's.
    """
    severity = CODES[code].severity
    return Problem(code=code, severity=severity, message=message, location=location, hint=hint)


class Outcome(NamedTuple, Generic[T_co]):
    """What a fallible step could give: a value, or None where nothing could be saved, and why."""

    value: T_co | None
    problems: tuple[Problem, ...] = ()


class BuilderError(Exception):
    """The build cannot go on, and `problems` say why. Exit code 1."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Take positional arguments only, so that the error survives pickling."""
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        """Return the first problem in one line."""
        if not self.problems:
            return "the archive has problems"
        first = self.problems[0]
        return f"{first.location}: {first.severity}[{first.code}]: {first.message}"


class UsageError(Exception):
    """The command line asks for what cannot be done. Exit code 2."""


class ContentError(BuilderError):
    """Articles, people, topics or settings have errors."""


class TemplateError(BuilderError):
    """A template cannot be read or rendered."""


class WorkerError(BuilderError):
    """A process that shared the work is gone."""


class SearchError(BuilderError):
    """The search index could not be made whole; the last good one stays."""


class ImportFailed(BuilderError):  # noqa: N818 - it says what happened, not what went wrong
    """An import could not read its source at all."""
