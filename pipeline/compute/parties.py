"""Who a number is owed by: every client's owner for the client, or staff, units and the company for themselves.

The rows are keyed by party: by the client they are about, the member of staff who wrote them, that one's unit, or the
company. What is then counted is the same for all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from pipeline.compute.doubts import UNREADABLE, Doubts, possible
from pipeline.compute.evidence import Log, counting
from pipeline.compute.inquiry import Inquiry, Window
from pipeline.compute.members import Members, members
from pipeline.compute.roster import Roster
from pipeline.compute.spans import DAY, EARLIEST, LATEST, Flags, Numbers, codes, pick
from pipeline.language.policy.obligation import Duty, Subject
from pipeline.language.policy.select import Rows


def owing(kind: Subject, inquiry: Inquiry, role: str | None, window: Window) -> Numbers:
    """Codes of the staff who have the role throughout the window, or of the units that it is in; the company is 0."""
    if kind == "company":
        return np.array([0])
    throughout = inquiry.roster.holding if kind == "staff" else inquiry.roster.staffed
    return throughout(role, window.start, window.end)


def acting_for(kind: Subject, roster: Roster, staff: Numbers, moment: Numbers) -> Numbers:
    """Codes of those for whom members of staff act at a moment: themselves, their units, the company; -1 for nobody."""
    match kind:
        case "unit":
            return roster.holder(None).at(staff, moment)
        case "company":
            return np.zeros(len(staff), dtype=np.int64)
    return staff


def names(kind: Subject, roster: Roster, code: Numbers) -> ExtensionArray | str:
    """What staff or units are called as the subjects of claims; '' for the company, and for clients."""
    match kind:
        case "staff":
            return roster.staff_names.take(code)
        case "unit":
            return roster.unit_names.take(code)
    return ""


@dataclass(frozen=True, eq=False)
class Parties:
    """The parties of a duty. In `Members`, `Log` and `Doubts` of theirs `client` is the code of the party."""

    duty: Duty
    inquiry: Inquiry
    kind: Subject
    rows: Rows

    @property
    def count(self) -> int:
        """How many codes there are."""
        roster = self.inquiry.roster
        return {"client": len(roster.clients), "staff": len(roster.staff), "unit": len(roster.units), "company": 1}[
            self.kind
        ]

    def members(self, window: Window) -> Members:
        """Those of whom something is asked in the window; staff, units and the company have no tier."""
        if self.kind == "client":
            return members(self.inquiry, self.duty, window)
        code = owing(self.kind, self.inquiry, self.duty.role, window)
        same = np.zeros(len(code), dtype=np.int64)
        return Members(code, same - 1, same + window.start, same + window.end)

    def began(self, who: Members) -> Numbers:
        """When each became a party: the client joined and got the tier, the member of staff got the role."""
        roster, since = self.inquiry.roster, np.full(len(who.client), EARLIEST)
        match self.kind:
            case "client":
                tier = pick(roster.tier.start, roster.tier.find(who.client, who.since), EARLIEST)
                since = np.maximum(roster.joined[who.client], tier)
            case "staff":
                since = roster.holder(self.duty.role).since(who.client, who.since)
        return since

    def log(self, first: int = EARLIEST, end: int = LATEST) -> Log:
        """The rows that count, in order of party and moment."""
        if self.kind == "client":
            return counting(self.inquiry, self.duty, self.rows, first, end)
        log = counting(self.inquiry, self.duty, self.rows.model_copy(update={"distinct": "row"}), first, end)
        log = log.take(self._concerned(log.client, log.moment))
        party = acting_for(self.kind, self.inquiry.roster, log.by, log.moment)
        log = replace(log, client=party, own=np.full(len(log), self.kind == "staff"))
        return log.take(np.lexsort((log.position, log.moment, party)))

    def doubts(self) -> Doubts:
        """The rejected rows that could count; one whose staff cannot be read could be anybody's."""
        doubts = possible(self.inquiry, self.duty, self.rows)
        if self.kind == "client":
            return doubts
        doubts = self._about_concerned(doubts)
        anybody = (doubts.by == UNREADABLE) & (self.kind != "company")
        sure = self._of_the_party(doubts.take(~anybody))
        open_ = np.flatnonzero(anybody)
        everyone = doubts.take(np.repeat(open_, self.count))
        return sure.join(replace(everyone, client=np.tile(np.arange(self.count), len(open_))))

    def _about_concerned(self, doubts: Doubts) -> Doubts:
        """Those about clients whom the duty is about, cut to when it is: the tier may change in the days left open."""
        inquiry, which = self.inquiry, np.full(len(doubts), -1)
        if self.duty.tiers is None:
            return doubts.take(inquiry.concerned(self.duty, doubts.client, which))
        tiered = inquiry.roster.tier.within(doubts.client, doubts.first, doubts.last)
        narrowed = doubts.narrowed(tiered)
        return narrowed.take(inquiry.concerned(self.duty, narrowed.client, tiered[1]))

    def _of_the_party(self, doubts: Doubts) -> Doubts:
        """With the party for whom the row was written, cut to when its staff acts for it."""
        roster = self.inquiry.roster
        if self.kind != "unit":
            return replace(doubts, client=acting_for(self.kind, roster, doubts.by, doubts.first))
        of_unit = roster.holder(None).within(doubts.by, doubts.first, doubts.last)
        return replace(doubts.narrowed(of_unit), client=of_unit[1])

    def _concerned(self, client: Numbers, moment: Numbers) -> Flags:
        """Whether rows are about clients whom the duty is about."""
        return self.inquiry.concerned(self.duty, client, self.inquiry.roster.tier.at(client, moment))

    def once(self, log: Log) -> Log:
        """The rows of one window that add something: each client once, or once a day, where asked.

        A row about no client then adds nothing. For clients `counting` has seen to it.
        """
        if self.kind == "client" or self.rows.distinct == "row":
            return log
        about = self.inquiry.clients_of(self.rows.form)[log.position]
        seen = pd.DataFrame({"party": log.client, "about": about, "day": self._day(log.moment)}).duplicated()
        return log.take(~seen.to_numpy() & (about >= 0))

    def adding(self, log: Log, doubts: Doubts) -> Flags:
        """Which rejected rows could add to the rows of the window that count, each client once where asked."""
        found = np.ones(len(doubts), dtype=np.bool_)
        if self.kind == "client" or self.rows.distinct == "row" or not len(doubts):
            return found
        frame = self.inquiry.facts.doubts[self.rows.form]
        about = codes(self.inquiry.roster.clients, frame["client"])[doubts.row]
        sure = (about >= 0) & (self._day(doubts.first) == self._day(doubts.last))
        counted = {"party": log.client, "about": self.inquiry.clients_of(self.rows.form)[log.position]}
        hoped = {"party": doubts.client, "about": about, "day": self._day(doubts.first)}
        both = pd.concat([pd.DataFrame({**counted, "day": self._day(log.moment)}), pd.DataFrame(hoped)])
        again: Flags = both.duplicated().to_numpy()[len(log) :]
        adds: Flags = ~(again & sure)
        return adds

    def _day(self, moment: Numbers) -> Numbers:
        return moment // DAY if self.rows.distinct == "day" else moment * 0

    def columns(self, who: Members, due: Numbers) -> dict[str, Any]:
        """Whom each claim is about and who answers for it, as columns of claims."""
        match self.kind:
            case "client":
                owner = self.inquiry.roster.owner(self.duty.role).at(who.client, due)
                return {"client": who.client, "tier": who.tier, "owner": owner}
            case "staff":
                return {"subject": names("staff", self.inquiry.roster, who.client), "owner": who.client}
            case "unit":
                return {"subject": names("unit", self.inquiry.roster, who.client), "unit": who.client}
        return {}
