"""Ids derive from the names in the source. Different names never give the same id."""

from hypothesis import given
from hypothesis import strategies as st

from ascend.adapters.importers import imported_workspace, records
from ascend.adapters.importers.records import source_person
from ascend.domain.user_text import find_fault

LOGINS = st.text(min_size=1, max_size=80) | st.text("a~7e[]", min_size=1, max_size=4)


def test_plain_logins_stay_readable() -> None:
    assert source_person("github", "martinthomson").id == "github:martinthomson"
    assert source_person("github", "dependabot[bot]").id == "github:dependabot~5bbot~5d"
    assert source_person("inventree", "a~b").id == "inventree:a~7eb"


@given(a=LOGINS, b=LOGINS)
def test_different_logins_are_different_users(a: str, b: str) -> None:
    assert (source_person("github", a).id == source_person("github", b).id) == (a == b)


@given(login=LOGINS)
def test_any_login_is_a_user_id(login: str) -> None:
    assert find_fault(source_person("inventree", login).id) == ""


def test_the_id_of_a_workspace_derives_from_its_name() -> None:
    assert imported_workspace("Home") == "28b1df42-27a2-5e69-96d4-ff34702b91b1"
    assert imported_workspace("Home") != imported_workspace("Work")


def test_people_with_very_long_logins_are_not_kept() -> None:
    kept = records._keep_person.cache_info().currsize  # pyright: ignore[reportPrivateUsage]
    for number in range(10):
        login = f"{number}" + 10_000 * "x"
        assert source_person("github", login) == source_person("github", login)

    assert records._keep_person.cache_info().currsize == kept  # pyright: ignore[reportPrivateUsage]
