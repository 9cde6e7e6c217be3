"""Rendering one page, and saying in which template and line it failed."""

from __future__ import annotations

import traceback
from contextlib import suppress
from typing import TYPE_CHECKING

import jinja2
from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError

from builder.basics.problems import Location, TemplateError, problem
from builder.model.output import Output
from builder.model.words import MissingWordError
from builder.rendering.verbatim import Verdict, is_verbatim

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jinja2 import Template

    from builder.model.page import Page
    from builder.model.words import Words
    from builder.rendering.environment import PageEnvironment


class Renderer:
    """Renders pages with one environment and the words of each language."""

    def __init__(self, environment: PageEnvironment, words: Mapping[str, Words]) -> None:
        """Take the environment and the words by language."""
        self._environment = environment
        self._quick = environment.quick()
        self._careful: set[str] = set()
        """Templates that the quick environment cannot render."""
        self.words = words
        self._templates: dict[str, Template] = {}

    def make_ready(self, names: Iterable[str]) -> None:
        """Compile these templates, so that processes forked later need not; errors can wait."""
        for name in names:
            with suppress(jinja2.TemplateError, ValueError, OSError):
                self._quick.get_template(name)

    def is_verbatim(self, name: str) -> bool:
        """Return whether another text can take the place of the one that a page shows.

        `name` is that of the page's template. False where a template cannot be read.
        """
        try:
            return is_verbatim(name, self._verdict)
        except (jinja2.TemplateError, ValueError, OSError):
            return False

    def _verdict(self, name: str) -> Verdict:
        compiled = self._quick.get_template(name).root_render_func.__globals__
        return Verdict(*compiled["verdict"])

    def render(self, page: Page, view: object | None = None) -> Output:
        """Return the file of a page, as UTF-8; `view` where it was made already.

        Raises:
            TemplateError: the template is missing or wrong (template-missing, template-error).
        """
        if view is None:
            view = page.view()
        if isinstance(view, bytes):
            return Output(page.url, view)
        try:
            try:
                content = self._content(page, view)
            except AttributeError:
                if page.template in self._careful:
                    raise
                self._careful.add(page.template)
                self._templates.pop(page.template, None)
                content = self._content(page, view)
        except TemplateNotFound as error:
            place = Location(f"templates/{page.template}")
            message = f'there is no template "{error.name}"'
            raise TemplateError((problem("template-missing", message, place),)) from error
        except TemplateSyntaxError as error:
            place = Location(f"templates/{error.name or page.template}", error.lineno)
            message = error.message or "the template cannot be read"
            raise TemplateError((problem("template-error", message, place),)) from error
        except (UndefinedError, MissingWordError, TypeError, ValueError, AttributeError) as error:
            place = _place_in_template(error, page.template)
            message = f"{error} (while making /{page.url})"
            raise TemplateError((problem("template-error", message, place),)) from error
        return Output(page.url, content)

    def _content(self, page: Page, view: object) -> bytes:
        template = self._templates.get(page.template)
        if template is None:
            template = self._template(page.template)
        context = template.new_context({"view": view, "words": self.words[page.lang]})
        try:
            # Piece by piece: most are ASCII, which is copied, and only few have to be looked at.
            return b"".join([text.encode() for text in template.root_render_func(context)])
        except Exception:
            # As `Template.render` does: with the template's own lines in the traceback.
            template.environment.handle_exception()

    def _template(self, name: str) -> Template:
        environment = self._environment if name in self._careful else self._quick
        self._templates[name] = template = environment.get_template(name)
        return template


def _place_in_template(error: Exception, template: str) -> Location:
    """Return the line of the template that was being rendered; Jinja puts it into the traceback."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        name = frame.filename.replace("\\", "/")
        if name.endswith((".html", ".xml", ".txt")):
            return Location("templates/" + name.rpartition("/")[2], frame.lineno)
    return Location(f"templates/{template}")
