from support.cli.given import HOUSE, KITCHEN, SHED, TABLE, Ascend


def test_a_tree_is_drawn_by_name(ascend: Ascend) -> None:
    assert ascend("tree", "Home").out.splitlines() == [
        "Home",
        "├── House  physical",
        "│   └── Kitchen  physical",
        "│       └── Table  physical",
        "└── shed  physical  archived",
        "    └── Table  physical",
    ]


def test_a_subtree_says_where_it_is(ascend: Ascend) -> None:
    assert ascend("tree", "Home", "Kitchen").out.splitlines() == ["House › Kitchen  physical", "└── Table  physical"]


def test_a_tree_as_json_has_what_holds_something_before_what_it_holds(ascend: Ascend) -> None:
    nodes = ascend("--json", "tree", "Home", HOUSE).json

    assert [(node["thing"], node["path"]) for node in nodes] == [
        (HOUSE, [HOUSE]),
        (KITCHEN, [HOUSE, KITCHEN]),
        (TABLE, [HOUSE, KITCHEN, TABLE]),
    ]


def test_an_empty_tree(ascend: Ascend) -> None:
    assert ascend("tree", "Work").out == "Work\n"
    assert ascend("--json", "tree", "Work").json == []


def test_a_name_of_two_things_is_an_error_that_lists_them(ascend: Ascend) -> None:
    error = ascend("tree", "Home", "Table").error

    assert f"{TABLE} in House › Kitchen" in error
    assert "in shed" in error
    assert ascend("tree", "Home", TABLE).code == 0


def test_an_unknown_thing(ascend: Ascend) -> None:
    assert ascend("tree", "Home", "Attic").code == 3
    assert ascend("tree", "Home", SHED.replace("a", "b").replace("1", "2")).code == 3
