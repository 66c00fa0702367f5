"""The TypeScript client across a switch to another generation: it takes back nothing that was shown, in any process.

A fake client of the SDK replies. `clock` moves the time that the client sees.
"""

from typing import Any

from support.architect.scripted_client import run
from support.architect.typescript import TypeScript

STATES = """
import { SCHEMA } from "life-os-client";

let now = 0;
performance.now = () => now;
const clock = (milliseconds: number) => { now += milliseconds; };
const own = (epoch: number) => ({ snapshots: SCHEMA.snapshots,
  builds: Object.entries(SCHEMA.projections).sort().map(([name, version]) => `${name}.${version}.${epoch}`) });
const other = { snapshots: SCHEMA.snapshots, builds: own(0).builds.map((build) => build.replace("feed.2.", "feed.9.")) };
const state = (given: object) => ({ pk: "epochs", sk: "epochs", epochs: {},
  state: JSON.stringify({ current: own(0), number: 0, announced: null, announcements: 0, previous: null, at_hand: false, ...given }) });
const members = [0, 1].map((epoch) => ({ ...member, pk: `W#${home}#members.2.${epoch}`, workspace: home, position: 7 }));
const asks = (input: Input) => asked(input).some((key) => key["pk"] === "epochs");
const records = (input: Input) => asked(input).filter((key) => String(key["pk"]).endsWith("#generations"));
"""
PARTITION = "ExpressionAttributeValues"


def run_switch(package: TypeScript, program: str) -> Any:
    return run(package, STATES + program)


def find_partitions(told: Any) -> list[str]:
    """Return the builds of tasks that were queried, one after the other."""
    return [request[PARTITION][":pk"].split("#")[2] for name, request in told["sent"] if name == "QueryCommand"]


def count_asks(told: Any) -> int:
    return sum("'epochs'" in str(request) for name, request in told["sent"] if name == "BatchGetCommand")


def test_what_is_known_is_good_for_five_seconds_counted_from_asking(life_os_package: TypeScript) -> None:
    told = run_switch(
        life_os_package,
        """
        const me = start((name, input) => {
          if (name === "QueryCommand") return { Items: [] };
          if (asks(input)) clock(3_000);
          return { Responses: { "ascend-views": [...members, state({})] } };
        });
        await me.tasks.tasks({ workspace: home });
        clock(2_500);
        print([await me.tasks.tasks({ workspace: home })]);
        """,
    )

    assert count_asks(told) == 2


def test_a_page_that_comes_after_the_five_seconds_is_asked_for_again(life_os_package: TypeScript) -> None:
    told = run_switch(
        life_os_package,
        """
        let present = state({});
        const me = start((name) => {
          if (name !== "QueryCommand") return { Responses: { "ascend-views": [...members, present] } };
          clock(6_000);
          present = state({ current: own(1), number: 1, announcements: 1, previous: own(0) });
          return { Items: [] };
        });
        const answer = await attempt(() => me.tasks.tasks({ workspace: home }));
        print([answer]);
        """,
    )

    assert find_partitions(told)[:2] == ["tasks.2.0", "tasks.2.1"]


def test_while_a_switch_is_at_hand_each_answer_asks(life_os_package: TypeScript) -> None:
    told = run_switch(
        life_os_package,
        """
        const me = start((name) => name === "QueryCommand" ? { Items: [] }
          : { Responses: { "ascend-views": [...members, state({ announced: own(1), announcements: 1, at_hand: true })] } });
        for (let n = 0; n < 3; n++) await me.tasks.tasks({ workspace: home });
        print([]);
        """,
    )

    assert count_asks(told) == 3
    assert find_partitions(told) == ["tasks.2.0"] * 3


def test_a_generation_that_was_switched_away_and_back_is_another_turn(life_os_package: TypeScript) -> None:
    told = run_switch(
        life_os_package,
        """
        let number = 0;
        const me = start((name) => {
          if (name === "QueryCommand") { clock(6_000); return { Items: [] }; }
          return { Responses: { "ascend-views": [...members, state({ number: Math.min(number++, 2) })] } };
        });
        print([await attempt(() => me.tasks.tasks({ workspace: home }))]);
        """,
    )

    assert len(find_partitions(told)) > 1


def test_the_read_items_of_other_code_are_not_ready(life_os_package: TypeScript) -> None:
    """Neither before a deployment of this version, nor after one of another version."""
    told = run_switch(
        life_os_package,
        """
        const me = start((name) => name === "QueryCommand" ? { Items: [] }
          : { Responses: { "ascend-views": [...members, state({ current: other, announced: own(0), announcements: 1 })] } });
        print([await attempt(() => me.tasks.tasks({ workspace: home }))]);
        """,
    )

    assert [(answer["error"], answer["retryable"]) for answer in told["answers"]] == [("NotReady", True)]


def test_what_is_at_hand_is_shown_once_the_generation_of_the_old_code_shows_it(life_os_package: TypeScript) -> None:
    told = run_switch(
        life_os_package,
        """
        let looks = 0, rendered = 6;
        const atHand = state({ current: other, announced: own(1), announcements: 1, at_hand: true });
        const me = start((name, input) => {
          if (name === "QueryCommand") return { Items: [] };
          const found = records(input).map((key, index) => ({ ...key, rendered: index === 0 ? 5 : rendered }));
          if (found.length > 0 && ++looks === 3) rendered = 7;
          return { Responses: { "ascend-views": found.length > 0 ? found : [...members, atHand] } };
        });
        const shown = await me.tasks.tasks({ workspace: home });
        const waited_for = looks;
        rendered = 6;
        print([waited_for, shown, await attempt(() => me.tasks.tasks({ workspace: home }))]);
        """,
    )

    looks, shown, refused = told["answers"]
    assert (looks, shown["items"]) == (4, [])
    assert refused["error"] == "NotReady"
    assert find_partitions(told)[1:] == ["tasks.2.1", "tasks.2.1"], "the first one was sent before anything was known"


def test_a_workspace_that_is_written_all_the_time_is_shown_once_the_old_code_shows_what_was_read(
    life_os_package: TypeScript,
) -> None:
    """The generation of the old code is always one commit behind."""
    told = run_switch(
        life_os_package,
        """
        let rendered = 7;
        const atHand = state({ current: other, announced: own(1), announcements: 1, at_hand: true });
        const me = start((name, input) => {
          if (name === "QueryCommand") return { Items: [] };
          if (records(input).length > 0) rendered += 1;
          const found = records(input).map((key, index) => ({ ...key, rendered: rendered - index }));
          return { Responses: { "ascend-views": found.length > 0 ? found : [...members, atHand] } };
        });
        print([await attempt(() => me.tasks.tasks({ workspace: home }))]);
        """,
    )

    assert told["answers"][0]["items"] == []


def test_where_the_generation_is_not_built_nobody_is_told_that_they_are_no_member(life_os_package: TypeScript) -> None:
    told = run_switch(
        life_os_package,
        """
        let found: Item[] = [];
        const me = start((name, input) => {
          if (name === "BatchGetCommand") return { Responses: { "ascend-views": [state({})] } };
          const { ":pk": pk } = (input as unknown as { ExpressionAttributeValues: Item }).ExpressionAttributeValues;
          return { Items: String(pk).endsWith("#generations") ? found : [] };
        });
        const ask = () => attempt(() => me.tasks.tasks({ workspace: home }));
        const answers = [await ask()];
        found = [{ pk: "", sk: "the record of another generation" }];
        print([...answers, await ask()]);
        """,
    )

    assert [answer["error"] for answer in told["answers"]] == ["NotAllowed", "NotReady"]
