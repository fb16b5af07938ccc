"""Everything a message names, as typed values with their place in the text.

Kinds and values:

    make, not_make            str             canonical name
    model, not_model          str             "Make/Model"
    body_style, not_body_style, segment, transmission, drive, fuel, equipment, trim      str
    not_in_data               str             a wish no column knows: colour, owners, sunroof …
    price, year, km, length_mm, width_mm, height_mm, engine_litres, seats, doors         Range
    order, relative           Order           "the cheapest"; "cheaper"
    remove                    tuple[str, …]   criteria fields taken back; "*" is all
    similar                   True
    reference                 CarReference    "the second", "those", "that one"
    told                      True            "… that you showed me"
    other                     True            "the other one"
    monthly, down_amount, down_percent, income, debts, extra, balloon, trade_in_value, rate_percent, commission_percent,
    amount, number            Decimal         amount and number are not yet for anything
    months                    tuple[int, …]
    after_payment, weekday    int
    stock_id, city, branch, name, email, phone, plate, visit_kind, part_of_day, condition   str
    curp, rfc, card, clabe    str             sensitive: never stored
    date                      date
    time                      time
    date_problem, vague_date  str
    attribute, metric, group_by, list_column   str   what is asked of a car or of the stock
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from commercial_agent.conversation.language import Language
from commercial_agent.conversation.understanding import Entity
from commercial_agent.knowledge.branches import Branches
from commercial_agent.knowledge.places import Places
from commercial_agent.understanding.amount_clues import Arbiter
from commercial_agent.understanding.amounts import read_amounts
from commercial_agent.understanding.clock import Moment
from commercial_agent.understanding.correction import correct, write_out
from commercial_agent.understanding.dates import find_moments, find_visit_kinds
from commercial_agent.understanding.names import NameFinder
from commercial_agent.understanding.negation import apply_negation, without_denied
from commercial_agent.understanding.people import find_identifiers, find_name, find_name_in_passing
from commercial_agent.understanding.places import PlaceFinder
from commercial_agent.understanding.references import find_references
from commercial_agent.understanding.remarks import without_faulted
from commercial_agent.understanding.scan import Scan
from commercial_agent.understanding.wishes import find_questions, find_wishes

if TYPE_CHECKING:  # the catalogue room brings pandas along; only the type is needed here
    from commercial_agent.catalog.taxonomy import Taxonomy


class EntityReader:
    """Reads the entities of a message. Built once; reading shares nothing and is safe in threads."""

    def __init__(
        self,
        taxonomy: Taxonomy,
        places: Places | None = None,
        time_zone: ZoneInfo | None = None,
        branches: Branches | None = None,
        arbiter: Arbiter | None = None,
    ) -> None:
        """Build the indexes.

        Args:
            taxonomy: names of cars, those of the stock included (`Taxonomy.with_stock`).
            places: cities and states; Mexico's when None.
            time_zone: the dealer's, in which days and hours are meant; that of `now` when None.
            branches: the dealer's branches.
            arbiter: judges what amounts are for; the fitted one of the package when None.
        """
        self.taxonomy = taxonomy
        self._arbiter = arbiter
        self._time_zone = time_zone
        self._places = PlaceFinder(places or Places.load(), branches)
        self._names = NameFinder(taxonomy, self._places)

    @property
    def proper_names(self) -> frozenset[str]:
        """Folded words that only name places."""
        return self._places.proper

    def read(
        self, text: str, language: Language | None, now: datetime, expected: str | None = None
    ) -> tuple[Entity, ...]:
        """The entities of a message, in the order of the text.

        Args:
            text: what the customer wrote, any length and content; only its first 2,000 characters are read.
            language: of the message, when known.
            now: the present moment (aware).
            expected: what our last question asked for, where that settles the reading of bare values: day, hour, name,
                number, or a role of `amounts` (price, monthly, down, months, income, km, year).
        """
        if self._time_zone is not None:
            now = now.astimezone(self._time_zone)
        scan = Scan(text)
        if not len(scan):
            return ()
        found = find_identifiers(scan)
        write_out(scan)
        if name := find_name(scan):
            found.append(name)
        for match in self._names.find(scan):
            found.append(scan.entity(match.kind, match.canonical, match.first, match.last, match.score))
        correct(scan, self._places)
        places = self._places.find_long_branches(scan)
        found += [scan.entity("visit_kind", hit.value, hit.first, hit.last) for hit in find_visit_kinds(scan)]
        for moment in find_moments(scan, language, now, expected):
            found += entities_of_moment(scan, moment)
        places += self._places.find(scan)
        if name is None and (passing := find_name_in_passing(scan)):
            name = passing
            found.append(name)
        found += [scan.entity(place.kind, place.name, place.first, place.last) for place in places]
        found += find_questions(scan)
        for pointing in find_references(scan):
            kind = pointing.kind if pointing.kind in ("told", "other") else "reference"
            value = pointing.reference if kind == "reference" else True
            found.append(scan.entity(kind, value, pointing.first, pointing.last, pointing.score))
        found += find_wishes(scan, language)
        found += read_amounts(scan, language, now, expected, self._arbiter)
        if expected == "name" and name is None and (answer := find_name(scan, asked=True)):
            found.append(answer)
        found.sort(key=lambda entity: (entity.start, entity.end))
        starts = {scan.folded.original_span(scan.starts[i], scan.ends[i])[0]: i for i in range(len(scan))}
        ends = {scan.folded.original_span(scan.starts[i], scan.ends[i])[1]: i + 1 for i in range(len(scan))}
        found = without_faulted(scan, without_denied(scan, found, starts, ends), ends)
        return tuple(apply_negation(scan, found, starts, ends))


def entities_of_moment(scan: Scan, moment: Moment) -> list[Entity]:
    """The entities of a day or an hour: date, time, part_of_day, weekday, date_problem, vague_date."""
    values = (
        ("date", moment.day),
        ("time", moment.at),
        ("part_of_day", moment.part_of_day),
        ("weekday", moment.weekday),
        ("date_problem", moment.problem),
        ("vague_date", moment.vague),
    )
    return [scan.entity(kind, value, moment.first, moment.last) for kind, value in values if value is not None]
