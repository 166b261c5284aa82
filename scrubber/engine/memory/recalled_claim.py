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
from scrubber.engine.memory.memory import Asked, Decided, Memory, Plan
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


class RecalledClaim:
    """A claim that the TR3 has nothing against, on its way through the memory."""

    def __init__(self, memory: Memory, leaf: Leaf, levels: LevelParts, parts: ClaimParts) -> None:
        self._memory = memory
        self._policy = memory.policy
        self._leaf = leaf
        self._levels = levels
        self._parts = parts
        self._is_single = parts.day is not None
        self._day = parts.day or _NO_DAY
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
        pack, own = self._derive("traits", (), self._pack_and_traits)
        first, last = parts.service_days()
        plan = self._memory.plan(pack, first or policy.as_of, own, parts.lines)
        found: list[tuple[AnyHit, int]] = []
        decisions = []
        for decided, line in self._decisions(plan):
            decisions.append(decided)
            if decided.hits:
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
            for at, code in enumerate(parts.present):
                parts.own_code = code
                yield self._decide(plan.diagnosis, code[1:3], at), 0
        for line, (by_itself, with_diagnoses) in zip(parts.lines, plan.line, strict=True):
            token = line.known.token
            if by_itself.decisions:
                yield self._decide(by_itself, token, own=line), line.index
            if with_diagnoses.decisions:
                yield self._decide(with_diagnoses, token, own=line), line.index
        kinds = tuple([line.known.kind for line in parts.lines])
        for asked in plan.lines:
            yield self._decide(asked, kinds), 0
        for asked in plan.claim:
            yield self._decide(asked, len(kinds)), 0

    def _parties(self, asked: Asked) -> Iterator[tuple[Decided, int]]:
        """Yield what is decided on parties, those of a level at a time."""
        parts = self._parts
        yield self._decide(asked, ("2000A", parts["2000A"])), 0
        yield self._decide(asked, ("2000B", parts["2010BB"])), 0
        if "2000C" in parts.levels.levels:
            yield self._decide(asked, ("2000C", None)), 0
        if content := parts["2310"]:
            yield self._decide(asked, ("2310", content)), 0
        if content := parts["2320"]:
            yield self._decide(asked, ("2320", content)), 0
        for line in parts.lines:
            if content := line.known.parts.get("2420"):
                yield self._decide(asked, (line.index, content), line.index), 0

    def _decide(self, asked: Asked, key: Any, at: int = 0, own: LineParts | None = None) -> Decided:  # noqa: ANN401 - by subject
        """Recall what edits decided on a subject with this key, or run them.

        ``at`` is the place of a diagnosis among those present, or the index of the line whose providers are
        meant; ``own`` the line that is the subject.
        """
        experience = asked.experience
        if experience.idle:
            experience.idle -= 1
            claim = self._claim()
            look = PlainLook(claim, claim, own.index if own else 0)
            subjects = _subjects(asked.subject, key, at, look)
            return self._run(asked, look, subjects, partial(place, policy=self._policy))
        decided: Decided | None = self._recall(asked, key, own)
        return decided or self._decide_anew(asked, key, at, own)

    def _recall(self, asked: Asked, key: Hashable, own: LineParts | None) -> Any:  # noqa: ANN401 - whatever is remembered
        """Return what is remembered by a key and the parts of this claim, or ``None``."""
        self._parts.own = own
        shelf = asked.shelves(one_day=self._is_single).get(key)
        if shelf is not None:
            found = shelf.find(self._parts, self._day if own is None else own.service_day or _NO_DAY)
            if found is not None:
                asked.experience.found += 1
                return found
        asked.experience.miss()
        return None

    def _decide_anew(
        self,
        asked: Asked,
        key: Any,  # noqa: ANN401 - by subject
        at: int,
        own: LineParts | None,
    ) -> Decided:
        """Run edits on a subject of the watched claim, and remember what they decide."""
        # Nearly all edits of lines ask for the pairing, and each claim's is wanted for its facts anyway.
        pairing = self._pairing() if asked.subject == "lines" else None
        watch = self._look(own, kinded=asked.subject == "lines")
        hold = partial(keep, policy=self._policy, loops=self._loops(), watch=watch)
        recall = partial(pairing.inside, watch) if pairing else None
        decided = self._run(asked, watch, _subjects(asked.subject, key, at, watch), hold, recall)
        if not decided.hits:
            decided = self._memory.silent(decided)
        self._keep(asked, key, own, decided)
        return decided

    def _derive(self, name: str, key: Hashable, derive: Callable[[ClaimWatch], Any]) -> Any:  # noqa: ANN401 - whatever is derived
        """Recall what follows from a claim with this key, or derive it."""
        asked = self._memory.derived[name]
        found = self._recall(asked, key, None)
        if found is None:
            found = derive(self._look(None, kinded=name == "pairs"))
            self._keep(asked, key, None, found)
        return found

    def _look(self, own: LineParts | None, *, kinded: bool) -> ClaimWatch:
        """Begin to watch the claim."""
        watch = self._watch = self._watch or ClaimWatch(self._loops())
        day = self._parts.day if own is None else own.service_day
        index = own.index if own else 0
        watch.look(index, day, is_shared=self._is_single, kinded=kinded)
        return watch

    def _keep(self, asked: Asked, key: Hashable, own: LineParts | None, decision: object) -> None:
        """Remember a decision by the parts that were looked at."""
        assert self._watch is not None
        looked = self._watch.looked
        self._parts.own = own
        if not looked.once_only:
            shelves = asked.shelves(one_day=self._is_single)
            self._memory.keep(shelves, key, self._parts, looked, decision)

    def _run(
        self,
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
                results = results_of(decision.edit, decision.edit.checks[asked.subject], part, context)
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

    def _pack_and_traits(self, watch: ClaimWatch) -> tuple[str, frozenset[str]]:
        policy = self._policy
        context = Context(policy.as_of, policy.rulebook.codes, Lookups(policy.tables), _claim=watch.claim)
        return policy.pack_for(watch.claim), claim_traits(watch.claim, context)

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
                content = tuple([line.known.kind for line in lines])
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


def _subjects(subject: Subject, key: Any, at: int, look: Look) -> Sequence[object]:  # noqa: ANN401 - by subject
    """Return the subjects of a kind from a claim; see `RecalledClaim._decide` for the rest."""
    if subject == "party":
        return _parties_at(key[0], look)
    if subject == "diagnosis":
        return [look.diagnosis(at)]
    return [look.claim.line(look.own_line) if look.own_line else look.claim]


def _parties_at(where: str | int, look: Look) -> Sequence[Party]:
    """Return the persons and organizations of a level, of a family of loops, or of a line by its index."""
    claim, hidden = look.claim, look.hidden
    if isinstance(where, int):
        return claim.line(where).providers
    if where == "2310":
        return hidden.providers
    if where == "2320":
        others = hidden.other_payers
        return [
            party for other in others for party in (other.subscriber.party, other.payer, *other.providers)
        ]
    if where == "2000A":
        found = [hidden.billing_provider, hidden.pay_to_address, hidden.pay_to_plan]
    elif where == "2000B":
        found = [claim.subscriber.party if claim.subscriber else None, hidden.payer]
    else:
        found = [claim.patient]
    return [party for party in found if party]
