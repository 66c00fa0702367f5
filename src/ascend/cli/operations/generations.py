"""The generations of the store: is this code ready, and the commands that switch, go back and withdraw."""

from dataclasses import replace
from typing import Any

import typer

from ascend import Coverage, GenerationState, Readiness
from ascend.cli.context import CommandContext
from ascend.cli.errors import ExitCode
from ascend.cli.terminal.printing import count_noun
from ascend.cli.terminal.progress import show_progress, show_spinner
from ascend.projections.build import Generation


async def show_ready(context: CommandContext, *, wait: bool) -> None:
    """Say whether queries of this code are answered. Exits with 1 if they are not. With `wait`, wait until they are."""
    context.store.ownership.check()  # nobody would ever build the items of another application
    readiness = await (wait_until_ready(context) if wait else context.store.ready())
    context.printer.result(readiness_to_json(readiness), describe_readiness(readiness))
    if not readiness.is_ready:
        raise typer.Exit(ExitCode.PROBLEMS_FOUND)


async def wait_until_ready(context: CommandContext) -> Readiness:
    """Wait with a bar on a terminal. Print a note whenever something has changed: on a terminal, what is waited for."""
    told, has_bar = "", context.printer.err.is_terminal
    with show_progress(context.printer.err, "Waiting") as move_bar:

        def report(readiness: Readiness) -> None:
            nonlocal told
            if (coverage := readiness.announced) is not None:
                move_bar(coverage.rendered, coverage.workspaces)
            shown = replace(readiness, announced=None) if has_bar else readiness
            if (text := describe_readiness(shown)) != told:
                context.printer.note(text)
                told = text

        return await context.store.ready(wait=True, report=report)


async def switch(context: CommandContext) -> None:
    with show_spinner(context.printer.err, "Switching"):
        state = await context.store.switch()
    text = f"Switched to generation {state.current.id}. Processes of other code answer no queries any more."
    print_state(context, state, f"{text} `ascend roll-back` goes back.")


async def roll_back(context: CommandContext, projection: str | None) -> None:
    names = [] if projection is None else [projection]
    previous = (await context.store.ready()).state.previous
    if previous is not None and not context.store.current.knows(previous):
        context.printer.note("the previous generation belongs to other code: workers of that code must run meanwhile")
    with show_spinner(context.printer.err, "Rolling back"):
        state = await context.store.roll_back(*names)
    print_state(context, state, f"Rolled back to generation {state.current.id}. `ascend roll-back` undoes that.")


async def withdraw(context: CommandContext) -> None:
    was_announced = (await context.store.ready()).state.announced is not None
    with show_spinner(context.printer.err, "Withdrawing"):
        state = await context.store.withdraw()
    text = (
        "Withdrew what was announced; `ascend prune` removes its items." if was_announced else "Nothing is announced."
    )
    print_state(context, state, text)


def print_state(context: CommandContext, state: GenerationState, text: str) -> None:
    context.printer.result(state_to_json(state), text)


def describe_readiness(readiness: Readiness) -> str:
    if not readiness.is_ready:
        far = f" ({describe_coverage(readiness.announced)})" if readiness.announced else ""
        return f"Not ready: {readiness.waits_for}{far}."
    if readiness.is_current:
        return "Ready: queries of this code are answered."
    return "Ready: queries of this code are answered. Workers switch once none of other code runs, or do it by `ascend switch`."


def describe_coverage(coverage: Coverage) -> str:
    done, all_of_them = coverage.rendered, count_noun(coverage.workspaces, "workspace")
    return f"{done} of {all_of_them} done, {count_noun(coverage.commits_left, 'commit')} left"


def describe_generations(readiness: Readiness) -> list[str]:
    """Return a line for each generation that the state names, and for what queries of this code wait for."""
    state, coverage = readiness.state, readiness.announced
    lines = [f"current generation: {state.current.id}"]
    if state.announced is not None and coverage is not None:
        lines.append(f"announced generation: {state.announced.id} {describe_progress(state, coverage)}")
    if state.previous is not None:
        lines.append(
            f"previous generation: {state.previous.id}; `ascend roll-back` goes back to it, `ascend prune` removes it"
        )
    if not readiness.is_ready:
        lines.append(f"queries of this code are not answered: {readiness.waits_for}")
    return lines


def describe_progress(state: GenerationState, coverage: Coverage) -> str:
    if state.taken_back:
        return "is being withdrawn"
    return "is at hand: it may be switched to" if state.at_hand else f"is being built: {describe_coverage(coverage)}"


def readiness_to_json(readiness: Readiness) -> dict[str, Any]:
    return {
        "ready": readiness.is_ready,
        "waits_for": readiness.waits_for or None,
        "workspaces": readiness.announced and readiness.announced.workspaces,
        "leading": readiness.announced and readiness.announced.leading,
        "rendered": readiness.announced and readiness.announced.rendered,
        "commits_left": readiness.announced and readiness.announced.commits_left,
        **state_to_json(readiness.state),
    }


def state_to_json(state: GenerationState) -> dict[str, Any]:
    return {
        "current": generation_to_json(state.current),
        "announced": generation_to_json(state.announced),
        "at_hand": state.at_hand,
        "previous": generation_to_json(state.previous),
    }


def generation_to_json(generation: Generation | None) -> dict[str, Any] | None:
    return None if generation is None else {"id": generation.id, "builds": [str(build) for build in generation.builds]}
