"""Pauses: no new numbers for what stands still, everybody keeps their place."""

from datetime import timedelta

import pytest

from office import outages
from office.errors import Forbidden, Invalid, ServiceUnavailable, UnknownOutage, UnknownService


def report(hall, service=None, reason="network", until_at=None, **who):
    return hall.do(outages.report_outage, hall.office, service, reason, until_at, **who)


def test_a_paused_service_gives_no_number(hall):
    """The refusal says why and until when; other services go on."""
    until = hall.clock() + timedelta(hours=1)
    report(hall, "KTP_REC", "card_stock", until)
    with pytest.raises(ServiceUnavailable) as refused:
        hall.take("KTP_REC")
    assert (refused.value.facts["outage"], refused.value.facts["until_at"]) == ("card_stock", until)
    assert hall.take("KTP_LOST")["label"] == "A001"


def test_everything_may_stand_still(hall):
    """Without a service all of the office is paused."""
    report(hall)
    for service in ("KTP_REC", "KK_NEW"):
        with pytest.raises(ServiceUnavailable):
            hall.take(service)
    assert hall.at("penajam").take()["label"] == "A001"


def test_who_waits_keeps_the_place(hall):
    """A pause moves nobody; counters may go on calling."""
    first = hall.take()
    report(hall)
    assert hall.ticket(first["key"])["position"] == 1
    hall.sit()
    assert hall.call()["id"] == first["id"]


def test_the_end_gives_numbers_again(hall):
    """Ending it is told with the list that remains; ending it twice is no error."""
    outage = report(hall)
    assert hall.do(outages.end_outage, outage["id"]) == {"outages": []}
    assert hall.do(outages.end_outage, outage["id"]) == {"outages": []}
    assert hall.take()["label"] == "A001"
    assert hall.board()["outages"] == []


def test_reporting_again_replaces(hall):
    """The newest report of the same thing counts; two services are two pauses."""
    report(hall, "KTP_REC", "network")
    report(hall, "KTP_REC", "power")
    report(hall, "KK_NEW", "staff")
    assert [(o["service"], o["reason"]) for o in hall.board()["outages"]] == [("KTP_REC", "power"), ("KK_NEW", "staff")]


def test_the_hall_hears_all_current_pauses(hall):
    """One event carries every pause of the moment: a screen needs no memory of them."""
    report(hall, "KTP_REC")
    report(hall, "KK_NEW")
    told = hall.feed()[-1]
    assert (told["type"], [o["service"] for o in told["outages"]]) == ("outage_changed", ["KTP_REC", "KK_NEW"])


@pytest.mark.parametrize(
    ("service", "reason", "refusal"), [("NONE", "network", UnknownService), (None, "bored", Invalid)]
)
def test_reports_that_make_no_sense(hall, service, reason, refusal):
    """An unknown service or reason is refused and changes nothing."""
    with pytest.raises(refusal):
        report(hall, service, reason)
    assert hall.feed() == []


def test_an_unknown_pause_cannot_end(hall):
    """Its number is unknown."""
    with pytest.raises(UnknownOutage):
        hall.do(outages.end_outage, 99)


def test_strangers_pause_nothing(hall):
    """A person of another office neither reports nor ends."""
    outage, yosef = report(hall), hall.at("timur").person("yosef")
    with pytest.raises(Forbidden):
        report(hall, by=yosef)
    with pytest.raises(Forbidden):
        hall.do(outages.end_outage, outage["id"], by=yosef)
    assert len(hall.board()["outages"]) == 1
