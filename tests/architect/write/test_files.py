"""A second run updates what nobody edited, and never replaces the work of somebody."""

from pathlib import Path

import pytest

from ascend.architect.write.files import MANIFEST, NotWritten, write_files

FIRST = {"a.py": "a = 1\n", "b/c.py": "c = 1\n"}


def test_a_second_run_without_a_change_writes_nothing(tmp_path: Path) -> None:
    assert write_files(FIRST, tmp_path, "app") == [tmp_path / "a.py", tmp_path / "b" / "c.py"]
    times = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")}

    assert write_files(FIRST, tmp_path, "app") == []
    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")} == times


def test_an_edited_file_stays_while_the_others_are_updated(tmp_path: Path) -> None:
    write_files(FIRST, tmp_path, "app")
    (tmp_path / "a.py").write_text("a = 2\n")

    assert write_files({**FIRST, "b/c.py": "c = 3\n"}, tmp_path, "app") == [tmp_path / "b" / "c.py"]
    assert (tmp_path / "a.py").read_text() == "a = 2\n"
    assert (tmp_path / "b" / "c.py").read_text() == "c = 3\n"


def test_nothing_is_written_if_an_edited_file_would_have_to_change(tmp_path: Path) -> None:
    write_files(FIRST, tmp_path, "app")
    (tmp_path / "a.py").write_text("a = 2\n")

    with pytest.raises(NotWritten, match=r"a\.py"):
        write_files({"a.py": "a = 4\n", "b/c.py": "c = 4\n"}, tmp_path, "app")
    assert (tmp_path / "a.py").read_text() == "a = 2\n"
    assert (tmp_path / "b" / "c.py").read_text() == "c = 1\n"


def test_an_edit_that_is_what_would_be_written_is_taken_over(tmp_path: Path) -> None:
    write_files(FIRST, tmp_path, "app")
    (tmp_path / "a.py").write_text("a = 4\n")

    assert write_files({**FIRST, "a.py": "a = 4\n"}, tmp_path, "app") == []
    assert write_files({**FIRST, "a.py": "a = 5\n"}, tmp_path, "app") == [tmp_path / "a.py"]


def test_a_file_of_somebody_else_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("mine = True\n")

    with pytest.raises(NotWritten, match=r"a\.py"):
        write_files(FIRST, tmp_path, "app")
    assert [file.name for file in tmp_path.iterdir()] == ["a.py"]


def test_a_link_that_leads_elsewhere_is_never_followed(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.py"
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.py").symlink_to(target)

    with pytest.raises(NotWritten):
        write_files(FIRST, folder, "app")
    assert not target.exists()


def test_a_file_that_is_no_longer_part_goes_unless_it_was_edited(tmp_path: Path) -> None:
    write_files({**FIRST, "old.py": "old = 1\n", "mine.py": "mine = 1\n"}, tmp_path, "app")
    (tmp_path / "mine.py").write_text("mine = 2\n")

    write_files(FIRST, tmp_path, "app")

    assert sorted(file.name for file in tmp_path.iterdir()) == [MANIFEST, "a.py", "b", "mine.py"]


def test_a_folder_holds_one_application(tmp_path: Path) -> None:
    write_files(FIRST, tmp_path, "app")

    with pytest.raises(NotWritten, match="holds the application app, not other"):
        write_files(FIRST, tmp_path, "other")


def test_a_damaged_manifest_stops_the_run(tmp_path: Path) -> None:
    write_files(FIRST, tmp_path, "app")
    (tmp_path / MANIFEST).write_text("{")

    with pytest.raises(NotWritten):
        write_files(FIRST, tmp_path, "app")
