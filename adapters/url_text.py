"""URLs for people: as text in messages, logs and output, without the secrets that somebody put into them.

    dynamodb://life?region=eu-west-1&endpoint_url=http://key:secret@proxy:8000/?token=abc
    dynamodb://life?region=eu-west-1&endpoint_url=http://***@proxy:8000/?token=***

It shows what is known to be harmless, and hides the rest: a user with a password, and the values of options.
"""

import re
from urllib.parse import unquote

HIDDEN = "***"
REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]{1,2}")
"""The values of the option `region` that are shown: what cannot be a region may be anything."""
ADDRESS = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)
FILE = re.compile(r"sqlite:(?!//[^/])")
"""The beginning of the URL of a file, in whose name an @ is a letter like others."""


def describe_url(url: str) -> str:
    """Return the URL as text that may be shown: of a store, or of an endpoint."""
    if ADDRESS.match(url):
        return _describe_address(url)
    head, question, query = url.partition("?")
    return _hide_user(head) + (question and question + _describe_options(query))


def hide_secrets(text: str) -> str:
    """Return the text of somebody else's message, with every address in it as `describe_url` shows it."""
    return ADDRESS.sub(lambda match: _describe_address(match[0]), text)


def _hide_user(head: str) -> str:
    scheme, slashes, rest = head.partition("://") if "://" in head else ("", "", head)
    if FILE.match(head):
        return head
    _, at, place = rest.replace("%40", "@").rpartition("@")
    return f"{scheme}{slashes}{HIDDEN}@{_hide_password(place)}" if at else f"{scheme}{slashes}{_hide_password(rest)}"


def _hide_password(place: str) -> str:
    """Return a host with its port. What follows a colon and is no port may be half a password."""
    host, colon, port = place.partition(":")
    return place if not colon or re.match(r"\d{1,5}(/|$)", port) else f"{host}:{HIDDEN}"


def _describe_options(query: str) -> str:
    """Return the options of a store URL. With an @ outside the endpoint, a password may have been cut in two."""
    options = [option.partition("=") for option in query.split("&")]
    if any("@" in "".join(option) for option in options if option[0] != "endpoint_url"):
        return HIDDEN
    return "&".join(_describe_option(*option) for option in options)


def _describe_option(name: str, equals: str, value: str) -> str:
    if name == "endpoint_url" and ADDRESS.match(unquote(value)):
        return name + equals + _describe_address(unquote(value))
    shown = value if not value or (name == "region" and REGION.fullmatch(value)) else HIDDEN
    return name + equals + shown if equals else HIDDEN


def _describe_address(url: str) -> str:
    """Return an http address: its host, port and path, and the names of its parameters."""
    scheme, _, rest = url.partition("://")
    _, at, place = rest.rpartition("@")
    before, mark, query = place.partition("#" if "#" in place.partition("?")[0] else "?")
    host, slash, path = before.partition("/")
    if not re.fullmatch(r"(\[[^\]]*\]|[^:]*)(:\d*)?", host):
        host = f"{host.partition(':')[0]}:{HIDDEN}"  # a user and half a password
    parameters = "&".join(_describe_option(*part.partition("=")) for part in query.split("&"))
    return f"{scheme}://{HIDDEN + at if at else ''}{host}{slash}{path}{mark}{parameters if mark else ''}"
