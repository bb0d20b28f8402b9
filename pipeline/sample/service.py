"""What was done for one client over the months, line by line, so that the plan comes true.

Lines have side effects: any contact of a salesperson but a push is a contact of the week, any call of a specialist a
call. So a week whose contact is planned as missed is closed to the salesperson, and what must happen in it is done
by someone or in a way that does not count. Where no day is left for a duty the plan gives way.
"""

from __future__ import annotations

from datetime import date

from pipeline.sample.diary import Diary
from pipeline.sample.plan import Key, more_than_planned
from pipeline.sample.rules import MONTHS, RULES, WINDOWS, Contact, month_end, working
from pipeline.sample.world import pick

TALKS = ("wechat", "phone", "phone", "qq", "email", "meeting", "visit")


def serve(book: Diary) -> list[Contact]:
    """All lines about the client of the diary."""
    _return_visits(book)
    _greetings(book)
    _updates_and_events(book)
    _weekly(book)
    _prospect(book)
    _specialist(book)
    _leader(book)
    _festivals(book)
    _attempts(book)
    return book.rows


def _return_visits(book: Diary) -> None:
    for key, done in book.planned("salesperson_return_visit"):
        book.place(key, done, "salesperson", ("phone", "visit", "phone", "meeting", "wechat"), "return_visit")


def _greetings(book: Diary) -> None:
    """By the salesperson, in a closed week by the specialist's SMS; one that is forgotten is often a WeChat."""
    for (_, _, first), done in book.planned("festival_greeting"):
        last = book.last_of("festival_greeting", first)
        free = book.free(first, last, rest=True)
        if not free:
            book.plan["festival_greeting", book.client.client, first] = 0
            continue
        day = pick(book.rng, [d for d in free if book.open(d)] or free)
        channel = pick(book.rng, ["phone", "sms", "sms"]) if working(day) else "sms"
        if done and book.open(day):
            book.add(day, "salesperson", channel, "greeting")
        elif done:
            book.add(day, "specialist", "sms", "greeting")
        elif book.open(day) and book.rng.random() < 0.5:
            book.add(day, "salesperson", "wechat", "greeting")


def _updates_and_events(book: Diary) -> None:
    """The check of all files in June, later changes of client data, and the client's own events."""
    for first in MONTHS:
        free = book.open_days(first, month_end(first))
        if free and first == MONTHS[0] and book.served(first) and book.rng.random() < 0.85:
            book.add(pick(book.rng, free), "specialist", "other", "file_update")
        if free and book.served(first) and book.rng.random() < 0.25:
            role = pick(book.rng, ["salesperson", "salesperson", "specialist"])
            book.add(pick(book.rng, free), role, pick(book.rng, ["email", "wechat", "other"]), "file_update")
        if free and book.client.tier(first) in ("strategic", "key") and book.rng.random() < 0.15:
            outcome = pick(book.rng, ["connected"] * 5 + ["attempted"])
            book.add(pick(book.rng, free), "salesperson", "visit", "event", outcome)


def _weekly(book: Diary) -> None:
    for first, last in WINDOWS["week"]:
        _push(book, first, last)
        key = ("weekly_contact", book.client.client, first)
        wanted = book.plan.get(key, int(book.served(first) and book.rng.random() < 0.8))
        made = sum(RULES["weekly_contact"].counts(r) and r.outcome == "connected" for r in book.sold(first, last))
        free = book.free(first, last)
        for _ in range(wanted and wanted + more_than_planned(book.rng) - made if free else 0):
            book.add(pick(book.rng, free), "salesperson", pick(book.rng, TALKS), "service")
        if key in book.plan and not free:
            book.plan[key] = min(wanted, made)


def _push(book: Diary, first: date, last: date) -> None:
    """The week's push goes to all of a salesperson's clients on the same day, if they can be reached on it."""
    key = ("weekly_push", book.client.client, first)
    free = book.free(first, last)
    wanted = book.plan.get(key, int(book.served(first) and book.rng.random() < 0.7))
    if wanted and free:
        book.add(free[first.day % len(free)], "salesperson", "wechat", "push")
    if key in book.plan and not free:
        book.plan[key] = 0


def _prospect(book: Diary) -> None:
    for first in MONTHS:
        free = book.open_days(first, month_end(first))
        if free and book.client.tier(first) == "reserve":
            for _ in range(int(book.rng.integers(0, 3))):
                book.add(pick(book.rng, free), "salesperson", pick(book.rng, TALKS), "business")


def _specialist(book: Diary) -> None:
    for key, done in book.planned("specialist_visit"):
        book.place(key, done, "specialist", ("visit",), "service")
    for key, done in book.planned("specialist_call"):
        extra = more_than_planned(book.rng) if done >= RULES[key[0]].required[book.client.tier(key[2])] else 0
        book.place(key, done + extra, "specialist", ("phone",), "service")
    for obligation in ("specialist_return_visit_strategic", "specialist_return_visit_key"):
        for key, done in book.planned(obligation):
            if done:
                _specialist_return_visit(book, key)


def _specialist_return_visit(book: Diary, key: Key) -> None:
    """One of the specialist's visits becomes a return visit; without any it is a meeting."""
    first, last = key[2], book.last_of(key[0], key[2])
    made = [i for i, r in enumerate(book.rows) if first <= r.day <= last and book.role(r) == "specialist"]
    visits = [i for i in made if book.rows[i].channel == "visit" and book.rows[i].purpose == "service"]
    if not visits:
        book.place(key, 1, "specialist", ("meeting",), "return_visit")
        return
    at = pick(book.rng, visits)
    book.rows[at] = book.return_visit(book.rows[at])


def _leader(book: Diary) -> None:
    for key, done in book.planned("leader_call"):
        book.place(key, done, "leader", ("phone",), "service")
    for key, done in book.planned("leader_return_visit"):
        book.place(key, done, "leader", ("visit", "meeting"), "return_visit")


def _festivals(book: Diary) -> None:
    """Where nothing else fell near a festival that should have a contact, the specialist wrote a mail."""
    for key, done in book.planned("festival_contact"):
        first, last = key[2], book.last_of(key[0], key[2])
        near = (r for r in book.rows if first <= r.day <= last and r.outcome == "connected")
        if done and not any(RULES[key[0]].counts(r) for r in near):
            book.place(key, 1, "specialist", ("email",), "service")


def _attempts(book: Diary) -> None:
    """Calls that did not get through: for half of what was missed, and now and then for no reason."""
    for key, done in [*book.planned("weekly_contact"), *book.planned("specialist_call")]:
        rule = RULES[key[0]]
        missed = done < rule.required[book.client.tier(key[2])]
        free = book.free(key[2], book.last_of(key[0], key[2]))
        if free and book.rng.random() < (0.5 if missed else 0.03):
            outcome = pick(book.rng, ["attempted"] * 6 + ["refused"])
            book.add(pick(book.rng, free), rule.role, "phone", "service", outcome)
