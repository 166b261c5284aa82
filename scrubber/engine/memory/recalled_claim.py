"""One claim, decided by what is remembered of its parts, and by running edits on what is not."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import date
from typing import Any

from scrubber.claim.field import Field
from scrubber.claim.pairing import pair
from scrubber.claim.party import Party
from scrubber.claim.walk import Leaf
from scrubber.claim.watched import ClaimWatch
from scrubber.engine.context import Context
from scrubber.engine.edit import Subject
from scrubber.engine.evaluate import Raised, model_of, results_of, settle
from scrubber.engine.facts import AdministrationFacts, ClaimFacts, DrugFacts, level_facts
from scrubber.engine.finding import EditFailure, Finding, Unchecked, UncheckedEdit
from scrubber.engine.limit import MOST_FINDINGS
from scrubber.engine.memory.claim_parts import ClaimParts, LineParts
from scrubber.engine.memory.kept_hit import KeptHit, Loops, keep
from scrubber.engine.memory.level_parts import LevelParts
from scrubber.engine.memory.memory import Asked, Decided, Memory, Plan
from scrubber.engine.result import ClaimModel, ClaimResult
from scrubber.engine.traits import claim_traits
from scrubber.guide.loops import parse_loops
from scrubber.tables import Lookups
from scrubber.x12.segment import text

_NO_DAY = date.min
"""Stands for the day of service where none is watched: what was decided then holds for all days."""
Choose = Callable[[ClaimWatch], Sequence[object]]
"""Returns the subjects of a kind from a watched claim."""


class RecalledClaim:
    """A claim that the TR3 has nothing against, on its way through the memory."""

    def __init__(self, memory: Memory, leaf: Leaf, levels: LevelParts, parts: ClaimParts) -> None:
        self._memory = memory
        self._policy = memory.policy
        self._leaf = leaf
        self._levels = levels
        self._parts = parts
        self._plain_loops: Loops | None = None
        self._watch: ClaimWatch | None = None

    def result(self) -> ClaimResult | None:
        """Return the result; ``None`` if it takes more than recalling, such as a fix or an edit override."""
        policy, parts = self._policy, self._parts
        pack = policy.pack or self._recall("pack", (), lambda watch: policy.pack_for(watch.claim))
        own = self._recall("traits", (), self._traits)
        first, last = parts.service_days()
        plan = self._memory.plan(pack, first or policy.as_of, own, parts.lines)
        found: list[tuple[KeptHit, int]] = []
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

    def _findings(self, found: Sequence[tuple[KeptHit, int]]) -> tuple[Finding, ...] | None:
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
        if plan.lines.decisions:
            outlines = tuple([line.known.outline for line in parts.lines])
            yield self._decide("lines", plan.lines, outlines, _whole), 0
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
            if line.known.has_parties:
                yield self._decide("party", asked, line.known.token, _line_providers, line), line.index

    def _decide(
        self, subject: Subject, asked: Asked, content: Hashable, choose: Choose, own: LineParts | None = None
    ) -> Decided:
        """Recall what edits decided on a subject with this content, or run them."""

        def run(watch: ClaimWatch) -> Decided:
            return self._run(subject, asked, watch, choose(watch))

        decided: Decided = self._recall(subject, (asked.number, content), run, own)
        return decided

    def _recall(
        self,
        subject: str,
        content: Hashable,
        run: Callable[[ClaimWatch], Any],
        own: LineParts | None = None,
    ) -> Any:  # noqa: ANN401 - whatever is decided
        """Return what was decided by the same parts before, or decide now."""
        memory, parts = self._memory, self._parts
        parts.own = own
        day = parts.day if own is None else own.service_day()
        memory.looked_up[subject] += 1
        key = subject, parts.day is not None, content
        shelf = memory.shelves.get(key)
        if shelf is not None:
            decided = shelf.find(parts, day or _NO_DAY)
            if decided is not None:
                memory.found[subject] += 1
                return decided
        watch = self._watch = self._watch or ClaimWatch(self._loops())
        watch.look(
            own.index if own else 0,
            day,
            is_shared=parts.day is not None,
            outlined=subject in ("lines", "pairs"),
        )
        decided = run(watch)
        if not watch.looked.once_only:
            memory.keep(key, parts, watch.looked, decided)
        return decided

    def _run(self, subject: Subject, asked: Asked, watch: ClaimWatch, subjects: Sequence[object]) -> Decided:
        """Run edits on subjects of a watched claim."""
        policy = self._policy
        lookups = Lookups(policy.tables)
        context = Context(policy.as_of, policy.rulebook.codes, lookups, _claim=watch.claim)
        hits: list[KeptHit] = []
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
                        hits.append(keep(result, decision, policy, self._loops(), watch))
        decided = Decided(hits, frozenset(unchecked), frozenset(failures), frozenset(lookups.used))
        return decided if hits else self._memory.silent(decided)

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

    def _model(self) -> ClaimModel:
        return model_of(self._leaf.levels(), self._leaf.segments, self._policy)

    def _facts(self, first: date | None, last: date | None) -> ClaimFacts:
        parts = self._parts
        clm = parts.clm
        charge = Field(text(clm[1]))
        return ClaimFacts(
            levels=level_facts(self._levels.levels),
            control_number=text(clm[0]),
            total_charge=str(charge),
            charge=charge.decimal,
            lines=len(parts.lines),
            first_service=first,
            last_service=last,
            reference=parts.reference(b"D9"),
            administrations=self._administrations(),
        )

    def _administrations(self) -> tuple[AdministrationFacts, ...]:
        parts = self._parts
        if not any("administrations" in line.known.traits for line in parts.lines):
            return ()
        content = tuple([line.known.outline for line in parts.lines])
        pairs = self._recall("pairs", content, self._pairs)
        found = []
        for index, drugs in pairs:
            line = parts.lines[index - 1]
            codes = tuple([text(code.code) for code in parts.pointed(line)])
            given = [parts.lines[drug - 1] for drug in drugs]
            facts = tuple([DrugFacts(drug.index, drug.known.procedure, *drug.known.drug) for drug in given])
            found.append(AdministrationFacts(index, line.known.procedure, codes, facts))
        return tuple(found)

    def _pairs(self, watch: ClaimWatch) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """Return the index of each administration line, with those of its drugs."""
        paired = pair(watch.claim, self._policy.rulebook.codes)
        return tuple([(entry.line.index, tuple([drug.index for drug in entry.drugs])) for entry in paired])


class _Diagnosis:
    """Chooses one diagnosis, by its place among those present."""

    __slots__ = ("_at",)

    def __init__(self, at: int) -> None:
        self._at = at

    def __call__(self, watch: ClaimWatch) -> Sequence[object]:
        return [watch.diagnosis(self._at)]


def _own_line(watch: ClaimWatch) -> Sequence[object]:
    return [watch.claim.line(watch.own_line)]


def _whole(watch: ClaimWatch) -> Sequence[object]:
    return [watch.claim]


def _providers(watch: ClaimWatch) -> Sequence[Party]:
    hidden = watch.hidden
    return [party for party in (hidden.billing_provider, hidden.pay_to_address, hidden.pay_to_plan) if party]


def _subscribers(watch: ClaimWatch) -> Sequence[Party]:
    subscriber = watch.claim.subscriber
    people = (subscriber.party if subscriber else None, watch.hidden.payer)
    return [party for party in people if party]


def _patients(watch: ClaimWatch) -> Sequence[Party]:
    return [watch.claim.patient] if watch.claim.patient else []


def _claim_providers(watch: ClaimWatch) -> Sequence[Party]:
    return watch.hidden.providers


def _other_payers(watch: ClaimWatch) -> Sequence[Party]:
    others = watch.hidden.other_payers
    return [party for other in others for party in (other.subscriber.party, other.payer, *other.providers)]


def _line_providers(watch: ClaimWatch) -> Sequence[Party]:
    return watch.claim.line(watch.own_line).providers
