"""One claim, decided by what is remembered of its parts, and by running edits on what is not."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple, Protocol

from scrubber.claim.field import decimal_of
from scrubber.claim.model import Claim, ServiceLine
from scrubber.claim.pairing import Administration, pair
from scrubber.claim.parts import Diagnosis
from scrubber.claim.party import Party
from scrubber.claim.walk import Leaf
from scrubber.claim.watched import ClaimWatch, Looked
from scrubber.engine.context import Context
from scrubber.engine.edit import Subject
from scrubber.engine.evaluate import Raised, model_of, results_of, settle
from scrubber.engine.facts import AdministrationFacts, ClaimFacts, DrugFacts
from scrubber.engine.finding import EditFailure, Finding, Hit, Unchecked, UncheckedEdit
from scrubber.engine.limit import MOST_FINDINGS
from scrubber.engine.memory.claim_parts import ClaimParts, LineParts
from scrubber.engine.memory.kept_hit import AnyHit, Loops, keep, place
from scrubber.engine.memory.level_parts import LevelParts
from scrubber.engine.memory.memory import Asked, Decided, Experience, Memory, Plan
from scrubber.engine.pack import PackDecision
from scrubber.engine.result import ClaimModel, ClaimResult
from scrubber.engine.traits import claim_traits
from scrubber.guide.loops import parse_loops
from scrubber.tables import Lookups
from scrubber.x12.segment import text

_NO_DAY = date.min
"""Stands for the day of service where none is watched: what was decided then holds for all days."""


class Look(Protocol):
    """A look at a claim, watched or not: the claim, its subjects, and the line that a decision is about."""

    @property
    def claim(self) -> Claim:
        """The claim to look at."""

    @property
    def hidden(self) -> Claim:
        """The claim for what needs no watching."""

    @property
    def own_line(self) -> int:
        """The number of the line that a decision is about, 0 if it is about none."""

    def diagnosis(self, at: int) -> Diagnosis:
        """Return a diagnosis by its place among those present."""


class PlainLook(NamedTuple):
    """A look that notes nothing."""

    claim: Claim
    hidden: Claim
    own_line: int

    def diagnosis(self, at: int) -> Diagnosis:
        """Return a diagnosis by its place among those present."""
        return self.claim.diagnoses[at]


Hold = Callable[[Hit, PackDecision], AnyHit]
Choose = Callable[[Look], Sequence[object]]
"""Returns the subjects of a kind from a claim."""


class RecalledClaim:
    """A claim that the TR3 has nothing against, on its way through the memory."""

    def __init__(self, memory: Memory, leaf: Leaf, levels: LevelParts, parts: ClaimParts) -> None:
        self._memory = memory
        self._policy = memory.policy
        self._leaf = leaf
        self._levels = levels
        self._parts = parts
        self._is_single = parts.day is not None
        self._plain_loops: Loops | None = None
        self._watch: ClaimWatch | None = None
        self._plain_claim: Claim | None = None
        self._known_pairing: _Pairing | None = None

    def result(self) -> ClaimResult | None:
        """Return the result; ``None`` if it takes more than recalling, such as a fix or an edit override."""
        try:
            return self._result()
        finally:
            if self._watch is not None:
                self._watch.forget()

    def _result(self) -> ClaimResult | None:
        policy, parts = self._policy, self._parts
        pack = policy.pack or self._derive("pack", (), lambda watch: policy.pack_for(watch.claim))
        own = self._derive("traits", (), self._traits)
        first, last = parts.service_days()
        plan = self._memory.plan(pack, first or policy.as_of, own, parts.lines)
        found: list[tuple[AnyHit, int]] = []
        decisions = []
        for decided, line in self._decisions(plan):
            decisions.append(decided)
            found += [(hit, line) for hit in decided.hits]
        findings = self._findings(found) if found else ()
        if findings is None:
            return None
        union = self._memory.union(frozenset(decisions))
        if union.failures:
            return None  # the traceback of an edit that fails must be that of the plain model
        return ClaimResult(
            self._model,
            pack,
            findings,
            union.unchecked,
            tables=union.tables,
            failures=union.failures,
            known_facts=self._facts(first, last),
        )

    def _findings(self, found: Sequence[tuple[AnyHit, int]]) -> tuple[Finding, ...] | None:
        """Return the findings of hits, each with the index of the line that it is about, or 0."""
        if self._policy.suppressions or any(hit.is_fixable for hit, _ in found):
            return None
        if len(found) > MOST_FINDINGS:
            return None
        raised: list[Raised] = []
        places: set[Hashable] = set()
        for hit, line in found:
            item = hit.raised_in(self._loops(), line)
            if item is None:
                return None
            where = item.finding.where
            place = item.finding.edit, where.segment_number, where.element
            if not (hit.once and place in places):
                raised.append(item)
            places.add(place)
        return tuple(item.finding for item in settle(raised))

    def _decisions(self, plan: Plan) -> Iterator[tuple[Decided, int]]:
        """Yield what is decided on each subject, with the index of the line that it is, or 0."""
        parts = self._parts
        if plan.party.decisions:
            yield from self._parties(plan.party)
        if plan.diagnosis.decisions:
            for at, code in enumerate(code for code in parts.codes if code.code):
                parts.own_code = code
                yield self._decide("diagnosis", plan.diagnosis, code[1:3], _Diagnosis(at)), 0
        for line, (by_itself, with_diagnoses) in zip(parts.lines, plan.line, strict=True):
            token = line.known.token
            if by_itself.decisions:
                yield self._decide("line", by_itself, token, _own_line, line), line.index
            if with_diagnoses.decisions:
                yield self._decide("line_diagnosis", with_diagnoses, token, _own_line, line), line.index
        outlines = tuple([line.known.outline for line in parts.lines])
        for asked in plan.lines:
            yield self._decide("lines", asked, outlines, _whole), 0
        for asked in plan.claim:
            yield self._decide("claim", asked, len(parts.lines), _whole), 0

    def _parties(self, asked: Asked) -> Iterator[tuple[Decided, int]]:
        """Yield what is decided on parties, those of a level at a time."""
        parts = self._parts
        yield self._decide("party", asked, ("2000A", parts["2000A"]), _providers), 0
        yield self._decide("party", asked, ("2000B", parts["2010BB"]), _subscribers), 0
        if "2010CA.NM1" in parts:
            yield self._decide("party", asked, ("2000C",), _patients), 0
        if content := parts["2310"]:
            yield self._decide("party", asked, ("2310", content), _claim_providers), 0
        if content := parts["2320"]:
            yield self._decide("party", asked, ("2320", content), _other_payers), 0
        for line in parts.lines:
            if content := line.known.parts.get("2420"):
                key = "2420", line.index, content
                yield self._decide("party", asked, key, _LineProviders(line.index)), 0

    def _decide(
        self, subject: Subject, asked: Asked, content: Hashable, choose: Choose, own: LineParts | None = None
    ) -> Decided:
        """Recall what edits decided on a subject with this content, or run them."""
        # Edits of the whole claim look at different things: some at what no other claim has.
        name = f"claim {asked.decisions[0].edit.id}" if subject == "claim" else subject
        experience = self._memory.experience[name]
        if not experience.pays():
            claim = self._claim()
            look = PlainLook(claim, claim, own.index if own else 0)
            return self._run(subject, asked, look, choose(look), partial(place, policy=self._policy))
        key = subject, self._is_single, asked.number, content
        decided: Decided | None = self._recall(experience, key, own)
        if decided is None:
            # Nearly all edits of lines ask for the pairing, and each claim's is wanted for its facts anyway.
            pairing = self._pairing() if subject == "lines" else None
            watch = self._look(subject, own)
            hold = partial(keep, policy=self._policy, loops=self._loops(), watch=watch)
            recall = partial(pairing.inside, watch) if pairing else None
            decided = self._run(subject, asked, watch, choose(watch), hold, recall)
            if not decided.hits:
                decided = self._memory.silent(decided)
            self._keep(key, decided)
        return decided

    def _derive(self, name: str, content: Hashable, derive: Callable[[ClaimWatch], Any]) -> Any:  # noqa: ANN401 - whatever is derived
        """Recall what follows from a claim with this content, or derive it."""
        key = name, self._is_single, content
        found = self._recall(self._memory.experience[name], key, None)
        if found is None:
            found = derive(self._look(name, None))
            self._keep(key, found)
        return found

    def _recall(self, experience: Experience, key: Hashable, own: LineParts | None) -> Any:  # noqa: ANN401 - whatever is remembered
        """Return what is remembered by a key and the parts of this claim, or ``None``."""
        memory, parts = self._memory, self._parts
        parts.own = own
        day = parts.day if own is None else own.service_day
        experience.looked_up += 1
        shelf = memory.shelves.get(key)
        if shelf is None:
            return None
        found = shelf.find(parts, day or _NO_DAY)
        experience.found += found is not None
        return found

    def _look(self, name: str, own: LineParts | None) -> ClaimWatch:
        """Begin to watch the claim."""
        watch = self._watch = self._watch or ClaimWatch(self._loops())
        day = self._parts.day if own is None else own.service_day
        index = own.index if own else 0
        watch.look(index, day, is_shared=self._is_single, outlined=name in ("lines", "pairs"))
        return watch

    def _keep(self, key: Hashable, decision: object) -> None:
        """Remember a decision by the parts that were looked at."""
        assert self._watch is not None
        looked = self._watch.looked
        if not looked.once_only:
            self._memory.keep(key, self._parts, looked, decision)

    def _run(
        self,
        subject: Subject,
        asked: Asked,
        look: Look,
        subjects: Sequence[object],
        hold: Hold,
        recall_pairs: Callable[[], tuple[Administration, ...]] | None = None,
    ) -> Decided:
        """Run edits on subjects of the claim; ``hold`` makes of a hit what is kept of it."""
        policy = self._policy
        lookups = Lookups(policy.tables)
        context = Context(
            policy.as_of, policy.rulebook.codes, lookups, _claim=look.claim, _recall_pairs=recall_pairs
        )
        hits: list[AnyHit] = []
        unchecked: set[UncheckedEdit] = set()
        failures: set[EditFailure] = set()
        for part in subjects:
            for decision in asked.decisions:
                context.parameters = decision.parameters
                results = results_of(decision.edit, decision.edit.checks[subject], part, context)
                if isinstance(results, EditFailure):
                    failures.add(results)
                    unchecked.add(UncheckedEdit(decision.edit.id, str(results)))
                    continue
                for result in results:
                    if isinstance(result, Unchecked):
                        unchecked.add(UncheckedEdit(decision.edit.id, result.why))
                    else:
                        hits.append(hold(result, decision))
        return Decided(hits, frozenset(unchecked), frozenset(failures), frozenset(lookups.used))

    def _traits(self, watch: ClaimWatch) -> frozenset[str]:
        policy = self._policy
        context = Context(policy.as_of, policy.rulebook.codes, Lookups(policy.tables), _claim=watch.claim)
        return claim_traits(watch.claim, context)

    def _loops(self) -> Loops:
        """Return the loops of the claim and of the levels above it, sorted when first needed."""
        if self._plain_loops is None:
            loops = {name: level.loop for name, level in self._levels.levels.items()}
            self._plain_loops = {**loops, "2300": parse_loops("2300", self._leaf.segments)}
        return self._plain_loops

    def _claim(self) -> Claim:
        """Return the model of the claim, made when first needed."""
        if self._plain_claim is None:
            loops = dict(self._loops())
            own = loops.pop("2300")
            self._plain_claim = Claim(loops, own, own.every("CLM")[0])
        return self._plain_claim

    def _model(self) -> ClaimModel:
        return model_of(self._leaf.levels(), self._leaf.segments, self._policy)

    def _facts(self, first: date | None, last: date | None) -> ClaimFacts:
        parts = self._parts
        clm = parts.clm
        total = text(clm[1])
        return ClaimFacts(
            levels=self._levels.facts,
            control_number=text(clm[0]),
            total_charge=total,
            charge=decimal_of(total),
            lines=len(parts.lines),
            first_service=first,
            last_service=last,
            reference=parts.reference(b"D9"),
            administrations=self._administrations(),
        )

    def _administrations(self) -> tuple[AdministrationFacts, ...]:
        parts = self._parts
        found = []
        for index, drugs, _ in self._pairing().lines:
            line = parts.lines[index - 1]
            codes = tuple([text(code.code) for code in parts.pointed(line)])
            given = [parts.lines[drug - 1] for drug in drugs]
            facts = tuple([DrugFacts(drug.index, drug.known.procedure, *drug.known.drug) for drug in given])
            found.append(AdministrationFacts(index, line.known.procedure, codes, facts))
        return tuple(found)

    def _pairing(self) -> _Pairing:
        """Return which drugs belong to which administrations, recalled or found out once."""
        if self._known_pairing is None:
            lines = self._parts.lines
            if any("administrations" in line.known.traits for line in lines):
                content = tuple([line.known.outline for line in lines])
                self._known_pairing = self._derive("pairs", content, self._pair)
            else:
                self._known_pairing = _NO_PAIRS
        return self._known_pairing

    def _pair(self, watch: ClaimWatch) -> _Pairing:
        paired = pair(watch.claim, self._policy.rulebook.codes)
        lines = [(entry.line.index, _indices(entry.drugs), _indices(entry.wastage)) for entry in paired]
        return _Pairing(tuple(lines), watch.looked)


class _Pairing(NamedTuple):
    """The indices of the administrations of a claim, each with those of its drugs and of their wastage.

    ``looked`` is what was looked at to find them.
    """

    lines: tuple[tuple[int, tuple[int, ...], tuple[int, ...]], ...]
    looked: Looked

    def inside(self, watch: ClaimWatch) -> tuple[Administration, ...]:
        """Return the administrations of a watched claim with these indices."""
        watch.looked.take(self.looked)
        claim, line = watch.claim, watch.claim.line
        return tuple(
            [
                Administration(claim, line(index), tuple(map(line, drugs)), tuple(map(line, wastage)))
                for index, drugs, wastage in self.lines
            ]
        )


def _indices(lines: Sequence[ServiceLine]) -> tuple[int, ...]:
    return tuple([line.index for line in lines])


_NO_PAIRS = _Pairing((), Looked())


class _Diagnosis:
    """Chooses one diagnosis, by its place among those present."""

    __slots__ = ("_at",)

    def __init__(self, at: int) -> None:
        self._at = at

    def __call__(self, watch: Look) -> Sequence[object]:
        return [watch.diagnosis(self._at)]


def _own_line(watch: Look) -> Sequence[object]:
    return [watch.claim.line(watch.own_line)]


def _whole(watch: Look) -> Sequence[object]:
    return [watch.claim]


def _providers(watch: Look) -> Sequence[Party]:
    hidden = watch.hidden
    return [party for party in (hidden.billing_provider, hidden.pay_to_address, hidden.pay_to_plan) if party]


def _subscribers(watch: Look) -> Sequence[Party]:
    subscriber = watch.claim.subscriber
    people = (subscriber.party if subscriber else None, watch.hidden.payer)
    return [party for party in people if party]


def _patients(watch: Look) -> Sequence[Party]:
    return [watch.claim.patient] if watch.claim.patient else []


def _claim_providers(watch: Look) -> Sequence[Party]:
    return watch.hidden.providers


def _other_payers(watch: Look) -> Sequence[Party]:
    others = watch.hidden.other_payers
    return [party for other in others for party in (other.subscriber.party, other.payer, *other.providers)]


class _LineProviders:
    """Chooses the providers of a line, by its index."""

    __slots__ = ("_index",)

    def __init__(self, index: int) -> None:
        self._index = index

    def __call__(self, watch: Look) -> Sequence[Party]:
        return watch.claim.line(self._index).providers
