"""One booking for a family: people and documents in an address, their summed length, their papers."""

import pytest
from bookings import at, book

from booking.wanted import wanted_of
from office import appointments
from office.errors import Invalid, ServiceUnavailable
from office.profile import profile_of


@pytest.fixture
def office(hall):
    with hall.db.read() as look:
        return profile_of(look, "waru")


def codes(wanted):
    return [[service.code for service in person] for person in wanted.people]


@pytest.mark.parametrize(("more", "people"), [
    ([], [["KTP_REC"]]),
    (["KTP_LOST"], [["KTP_REC", "KTP_LOST"]]),
    (["2.KTP_REC", "1.KTP_LOST"], [["KTP_REC", "KTP_LOST"], ["KTP_REC"]]),
    (["4.KTP_LOST"], [["KTP_REC"], ["KTP_LOST"]]),
])  # fmt: skip
def test_the_address_says_who_wants_what(office, more, people):
    """Numbers name people; a gap left by who was taken out is closed, so that the address of the next page is whole."""
    wanted = wanted_of(office, "KTP_REC", more)
    assert codes(wanted) == people
    assert codes(wanted_of(office, "KTP_REC", wanted.more)) == people
    assert wanted.minutes == sum(office.service(code).minutes for person in people for code in person)


def test_one_of_them_is_taken_out(office):
    """The others stay; the last document of a person takes the person along."""
    wanted = wanted_of(office, "KTP_REC", ["1.KTP_LOST", "2.KTP_REC"])
    assert codes(wanted_of(office, "KTP_REC", wanted.without("2.KTP_REC"))) == [["KTP_REC", "KTP_LOST"]]
    assert codes(wanted_of(office, "KTP_REC", wanted.without("1.KTP_LOST"))) == [["KTP_REC"], ["KTP_REC"]]


def test_there_is_an_end(office):
    """Eight people, five documents each; then no further one is offered, and a longer address is refused."""
    whole = [f"{n}.KTP_LOST" for n in range(2, 9)]
    assert wanted_of(office, "KTP_REC", whole).may_add_for == [1, 2, 3, 4, 5, 6, 7, 8]
    for more in ([*whole, "9.KTP_LOST"], ["KTP_LOST"] * 5):
        with pytest.raises(Invalid):
            wanted_of(office, "KTP_REC", more)


def test_what_is_not_offered_here_is_not_booked_along(hall, office):
    """Neither by the address of a page nor by the API: the second document is checked like the first."""
    with pytest.raises(ServiceUnavailable):
        wanted_of(office, "KTP_REC", ["INFO"])
    with pytest.raises(ServiceUnavailable):
        book(hall, people=[{"services": ["KTP_REC", "INFO"]}])


def test_papers_of_a_family_are_named_once(hall, office):
    """The union of what each document asks for, in order."""
    people = [{"services": ["KTP_REC", "KTP_LOST"]}, {"services": ["KTP_REC"]}]
    papers = [paper["id"] for paper in book(hall, people=people)["requirements"]]
    each = [paper["id"] for code in ("KTP_REC", "KTP_LOST") for paper in office.service(code).requirements]
    assert papers == list(dict.fromkeys(each))


def test_a_form_that_is_sent_twice_books_once(hall):
    """The held place becomes one booking; the same form again is answered with it."""
    held = hall.do(appointments.hold, "waru", "KTP_REC", at("09:00"), browser="b")["code"]
    first, again = (book(hall, hold_code=held, browser="b") for _ in range(2))
    assert first["code"] == again["code"] == held
