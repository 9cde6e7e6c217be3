"""`hosting:` in content/archive.yaml -> `Hosting`."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

from builder.basics.nearest import did_you_mean
from builder.model.settings import Hosting

if TYPE_CHECKING:
    from builder.reading.fields import Fields

HOSTS: Final = (
    "apache",
    "caddy",
    "cloudflare",
    "codeberg",
    "github",
    "gitlab",
    "netlify",
    "nginx",
)
_PATH: Final = re.compile(r"/(?:[A-Za-z0-9._~-]+/)*")
_DOMAIN: Final = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)
_ONION: Final = re.compile(r"https?://(?:[a-z0-9-]+\.)*[a-z2-7]{56}\.onion(?:/[A-Za-z0-9._~/-]*)?")
_CONTACT: Final = re.compile(r"(?:mailto:|https://|tel:)[!-~]+")


def read_hosting(fields: Fields) -> Hosting:
    """Return where and how the site is served."""
    inner = fields.inner("hosting", "keys such as {path: /archive/}")
    if inner is None:
        return Hosting()
    path = _matching(inner, "path", _PATH, "is not a path on a host", "write / or /archive/")
    domain = _matching(
        inner, "domain", _DOMAIN, "is not the name of a host", "write archive.example"
    )
    onion = _matching(
        inner,
        "onion",
        _ONION,
        "is not the address of an onion service",
        "write http:// and the 56 letters and digits before .onion",
    )
    contact, expires = _security(inner)
    found = Hosting(
        path=path,
        hosts=_hosts(inner),
        domain=domain,
        onion=onion,
        contact=contact,
        expires=expires,
    )
    inner.close()
    return found


def _matching(
    fields: Fields, key: str, pattern: re.Pattern[str], fault: str, hint: str
) -> str | None:
    found = fields.scalar(key)
    if found is None or pattern.fullmatch(found.text):
        return None if found is None else found.text
    fields.report("bad-value", f'"{found.text}" {fault}', found.location, hint)
    return None


def _hosts(fields: Fields) -> tuple[str, ...]:
    names: set[str] = set()
    for item in fields.references("hosts"):
        if item.text in HOSTS:
            names.add(item.text)
            continue
        hint = did_you_mean(item.text, HOSTS) or "known are " + ", ".join(HOSTS)
        fields.report("bad-value", f'"{item.text}" is not a host we know', item.location, hint)
    return tuple(sorted(names))


def _security(fields: Fields) -> tuple[tuple[str, ...], str | None]:
    """Return what security.txt says; RFC 9116 wants both a contact and an end."""
    inner = fields.inner("security", "keys such as {contact: [mailto:...], expires: 2027-12-31}")
    if inner is None:
        return (), None
    contact: list[str] = []
    for item in inner.references("contact"):
        if _CONTACT.fullmatch(item.text):
            contact.append(item.text)
        else:
            message = f'"{item.text}" is not an address to write to'
            hint = "start it with mailto:, https:// or tel:"
            fields.report("bad-value", message, item.location, hint)
    date = inner.known_date("expires")
    expires = None
    if date is None:
        if not inner.has("expires"):
            inner.missing("expires", "add `expires: 2027-12-31`, at most a year ahead")
    elif date.precision not in {"day", "minute"}:
        place = inner.where(("expires",))["expires"]
        fields.report("bad-value", "a day is wanted here", place, "write 2027-12-31")
    else:
        start = dt.datetime.fromisoformat(date.rfc3339(0))
        expires = start.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if not contact and not inner.has("contact"):
        inner.missing("contact", "add `contact: [mailto:...]`")
    inner.close()
    return (tuple(contact), expires) if contact and expires else ((), None)
