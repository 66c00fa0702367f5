from support.cli.command_line import AscendCommand
from support.cli.filled_store import HOUSE, KITCHEN, SHED, TABLE


def test_a_tree_is_sorted_by_name(ascend: AscendCommand) -> None:
    assert ascend("tree", "Home").out.splitlines() == [
        "Home",
        "├── House  physical",
        "│   └── Kitchen  physical",
        "│       └── Table  physical",
        "└── shed  physical  archived",
        "    └── Table  physical",
    ]


def test_a_subtree_is_shown_with_its_ancestors(ascend: AscendCommand) -> None:
    assert ascend("tree", "Home", "Kitchen").out.splitlines() == ["House › Kitchen  physical", "└── Table  physical"]


def test_a_tree_as_json_lists_parents_before_their_children(ascend: AscendCommand) -> None:
    nodes = ascend("--json", "tree", "Home", HOUSE).json

    assert [(node["thing"], node["path"]) for node in nodes] == [
        (HOUSE, [HOUSE]),
        (KITCHEN, [HOUSE, KITCHEN]),
        (TABLE, [HOUSE, KITCHEN, TABLE]),
    ]


def test_an_empty_tree_is_only_its_root(ascend: AscendCommand) -> None:
    assert ascend("tree", "Work").out == "Work\n"
    assert ascend("--json", "tree", "Work").json == []


def test_a_name_of_two_things_is_an_error_that_lists_them(ascend: AscendCommand) -> None:
    error = ascend("tree", "Home", "Table").error

    assert f"{TABLE} in House › Kitchen" in error
    assert "in shed" in error
    assert ascend("tree", "Home", TABLE).code == 0


def test_an_unknown_thing_is_an_error(ascend: AscendCommand) -> None:
    assert ascend("tree", "Home", "Attic").code == 3
    assert ascend("tree", "Home", SHED.replace("a", "b").replace("1", "2")).code == 3
