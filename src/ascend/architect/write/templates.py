"""The templates of written files. They lie in `templates/`, and are part of the package."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from ascend.architect.write.escaping import FILTERS

ENVIRONMENT = Environment(
    extensions=["jinja2.ext.do"],
    loader=PackageLoader("ascend.architect.write"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701 - no HTML is written; every text goes through the filter of its language
)
ENVIRONMENT.filters.update(FILTERS)


def render(name: str, **values: object) -> str:
    """Return the text of a template for these values. Every value that the template names must be given."""
    return ENVIRONMENT.get_template(name).render(values)
