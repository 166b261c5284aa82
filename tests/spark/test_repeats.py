"""Waves of files that share numbers: each gets the history that it would have had one after the other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scrubber.engine.history import Earlier
from scrubber.envelopes.scan import Identity
from scrubber.spark.repeats import FromRun, Waves, identities_of
from scrubber.x12.source import source_of_bytes
from tests.support.running import AS_OF
from tests.support.spool import CLEAN, batch

NUMBERS = [Identity("interchange", "1"), Identity("group", "1"), Identity("content", "a")]


def is_sent(file: int, history: FromRun, faulty: frozenset[int]) -> bool:
    """Whether claims go out: not of a faulty file, nor of one whose number was sent before."""
    return file not in faulty and not any(earlier.sent for earlier in history.numbers.values())


def one_after_the_other(files: list[set[Identity]], faulty: frozenset[int]) -> list[FromRun]:
    known: dict[Identity, list[Earlier]] = {}
    histories = []
    for file, numbers in enumerate(files):
        found = {
            number: next((each for each in known[number] if each.sent), known[number][0])
            for number in numbers
            if number in known
        }
        history = FromRun(next((each for key, each in found.items() if key.kind == "content"), None), found)
        histories.append(history)
        for number in numbers:
            known.setdefault(number, []).append(Earlier(str(file), AS_OF, is_sent(file, history, faulty)))
    return histories


def in_waves(files: list[set[Identity]], faulty: frozenset[int]) -> tuple[list[FromRun], int]:
    shared = [(number, tuple(at for at, has in enumerate(files) if number in has)) for number in NUMBERS]
    waves = Waves(shared, AS_OF)
    histories: dict[int, FromRun] = {}
    waiting, count = list(range(len(files))), 0
    while waiting:
        ready = waves.ready(waiting)
        assert waiting[0] in ready
        for at in sorted(ready, reverse=True):  # whatever the order in which they are done
            waves.done(at, str(at), sent=is_sent(at, ready[at], faulty))
        histories |= ready
        waiting = [at for at in waiting if at not in ready]
        count += 1
    return [histories[at] for at in range(len(files))], count


@given(st.lists(st.sets(st.sampled_from(NUMBERS)), max_size=8), st.frozensets(st.integers(0, 7)))
def test_waves_give_the_histories_of_one_machine(files: list[set[Identity]], faulty: frozenset[int]) -> None:
    assert in_waves(files, faulty)[0] == one_after_the_other(files, faulty)


def test_a_number_that_all_files_have_takes_two_waves() -> None:
    assert in_waves([{NUMBERS[0]}] * 1000, frozenset())[1] == 2


def test_numbers_of_a_file() -> None:
    found = list(identities_of(source_of_bytes(batch(7))))
    assert [identity.kind for identity in found] == ["content", "group", "interchange"]
    assert found[2].value.endswith("|000000007")
    assert (
        list(identities_of(source_of_bytes(CLEAN + CLEAN)))[1:]
        == list(identities_of(source_of_bytes(CLEAN)))[1:]
    )
