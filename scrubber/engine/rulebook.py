"""All loaded edits and packs, and the settings they give for a payer on a day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct, field
from msgspec.structs import astuple, replace

from scrubber.claim.model import Claim
from scrubber.claim.procedures import ProcedureSets
from scrubber.engine.edit import Edit
from scrubber.engine.needs import Needs, unknown_codes
from scrubber.engine.pack import Pack, PackDecision, decide_all
from scrubber.engine.traits import TRAITS
from scrubber.errors import ConfigurationError
from scrubber.tables import VintageName

BASE = "base"
DEFAULT = "commercial"


class Rulebook(Struct):
    """Edits by id, packs by id, citations by source id, and the procedure code sets and their vintage."""

    edits: Mapping[str, Edit]
    packs: Mapping[str, Pack]
    sources: Mapping[str, str]
    codes: ProcedureSets
    codes_vintage: VintageName
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    _changes: dict[str, list[date]] = field(default_factory=dict)
    _cache: dict[tuple[str, int], tuple[PackDecision, ...]] = field(default_factory=dict)
    _alike: dict[str, PackDecision] = field(default_factory=dict)
    _citations: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    _needs: dict[tuple[str, int], Needs] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Reject packs that extend an unknown pack, and rejections without a source."""
        for pack in self.packs.values():
            self.chain(pack.id)
            for rule in pack.rules:
                edit = self.edits[rule.edit]
                severities = (rule.severity, *rule.variants.values())
                if "reject" in severities and not (rule.sources or edit.sources):
                    raise ConfigurationError(
                        f"{pack.path}:{rule.line}: {edit.id} may not reject without a source"
                    )
        known = {*TRAITS, *self.codes.sets}
        for edit in self.edits.values():
            if unknown := set(edit.needs) - known:
                names = ", ".join(sorted(unknown))
                raise ConfigurationError(f"{edit.path}: {edit.id} needs {names}: no such trait or code set")
            for name in unknown_codes(edit, self.codes):
                why = "no such code set or parameter of procedure codes"
                raise ConfigurationError(f"{edit.path}: {edit.id} needs codes of {name}: {why}")
            if "reject" in (edit.severity, *edit.variants.values()) and not edit.sources:
                raise ConfigurationError(f"{edit.path}: {edit.id} may not reject without a source")

    def chain(self, pack_id: str) -> tuple[Pack, ...]:
        """Return the pack and those it extends, the most general first."""
        chain: list[Pack] = []
        wanted = pack_id
        while wanted:
            pack = self.packs.get(wanted)
            if pack is None:
                at = f"{chain[0].path}: extends" if chain else "pack"
                raise ConfigurationError(f"{at} {wanted}: no pack has this id")
            if pack in chain:
                raise ConfigurationError(f"{pack.path}: the pack extends itself")
            chain.insert(0, pack)
            wanted = pack.extends
        return tuple(chain)

    def decisions(self, pack_id: str, day: date) -> tuple[PackDecision, ...]:
        """Return the settings of each enabled edit under this pack for services on this day."""
        key = pack_id, self.era(pack_id, day)
        if key not in self._cache:
            chain = self.chain(pack_id)
            decisions = decide_all(self.edits.values(), chain, day)
            self._cache[key] = tuple(self._same(decision) for decision in decisions if decision.enabled)
        return self._cache[key]

    def _same(self, decision: PackDecision) -> PackDecision:
        """Return the one object for all decisions that are alike: most packs leave most edits as they are."""
        content = repr((decision.edit.id, *astuple(decision)[1:]))
        return self._alike.setdefault(content, decision)

    def needs(self, pack_id: str, day: date) -> Needs:
        """Return what the edits of `decisions` need to be run."""
        key = pack_id, self.era(pack_id, day)
        needs = self._needs.get(key)
        if needs is None:
            needs = self._needs[key] = Needs(self.decisions(pack_id, day), self.codes)
        return needs

    def era(self, pack_id: str, day: date) -> int:
        """Return how many times the pack's rules have changed up to a day; days between changes are alike."""
        changes = self._changes.get(pack_id)
        if changes is None:
            rules = [rule for pack in self.chain(pack_id) for rule in pack.rules]
            ended = {rule.end + timedelta(1) for rule in rules if rule.end < date.max}
            changes = self._changes[pack_id] = sorted({*ended, *(rule.start for rule in rules)})
        return bisect_right(changes, day)

    def pack_for(self, claim: Claim, payers: Mapping[str, str]) -> str:
        """Return the pack for a claim: by its payer's id as configured, by the packs' payers, or by SBR09.

        Packs of later folders take precedence over shipped ones. Without a match it is the commercial pack.
        A payer with several lines of business may have one id, and a pack for each. If SBR09 names a program
        that has a pack, those of its packs count that extend that one; otherwise its pack outside of any
        program comes first.
        """
        payer_id = str(claim.payer.id) if claim.payer else ""
        if payer_id in payers:
            return payers[payer_id]
        filing = str(claim.subscriber.filing_code) if claim.subscriber else ""
        packs = list(self.packs.values())[::-1]
        program = next((pack for pack in packs if filing and filing in pack.filing_codes), None)
        of_payer = [pack for pack in packs if payer_id and payer_id in pack.payers]
        if program:
            return next((pack.id for pack in of_payer if program in self.chain(pack.id)), program.id)
        of_payer.sort(key=lambda pack: any(other.filing_codes for other in self.chain(pack.id)))
        return of_payer[0].id if of_payer else DEFAULT

    @property
    def is_narrowed(self) -> bool:
        """Return True if edits were selected or ignored by the user."""
        return bool(self.select or self.ignore)

    def cite(self, sources: tuple[str, ...]) -> tuple[str, ...]:
        """Return the citations of source ids; loading has rejected unknown ids."""
        cited = self._citations.get(sources)
        if cited is None:
            cited = self._citations[sources] = tuple(f"{id_}: {self.sources[id_]}" for id_ in sources)
        return cited

    def selected(self, select: tuple[str, ...], ignore: tuple[str, ...]) -> Rulebook:
        """Return this rulebook with only the selected edits (ids or families), without the ignored ones."""
        for name in (*select, *ignore):
            if not any(name in (edit.id, edit.family) for edit in self.edits.values()):
                raise ConfigurationError(f"{name}: no edit or family of edits has this name")
        edits = {
            edit.id: edit
            for edit in self.edits.values()
            if (not select or edit.id in select or edit.family in select)
            and edit.id not in ignore
            and edit.family not in ignore
        }
        packs = {
            pack.id: replace(pack, rules=tuple(rule for rule in pack.rules if rule.edit in edits))
            for pack in self.packs.values()
        }
        return Rulebook(edits, packs, self.sources, self.codes, self.codes_vintage, select, ignore)
