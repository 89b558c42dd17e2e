"""Why the office says no. One class a reason, a stable code each, and the key of the words a person reads."""

from typing import Any


class Refused(Exception):
    """A rule said no. `facts` fill the placeholders of `words`; nothing was changed."""

    code = "bad_request"
    status = 400
    words = "err.generic"

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts = facts


class BadRequest(Refused):
    """The request cannot be read at all."""


class Invalid(Refused):
    """Readable, but fields are wrong: `fields` maps each to what is wrong with it."""

    code, status, words = "invalid", 422, "err.invalid"


class Unauthenticated(Refused):
    code, status, words = "unauthenticated", 401, "err.session_over"


class BadCredentials(Refused):
    code, status, words = "bad_credentials", 401, "err.bad_credentials"


class Forbidden(Refused):
    code, status, words = "forbidden", 403, "err.forbidden"


class UnknownOffice(Refused):
    code, status, words = "unknown_office", 404, "err.unknown_office"


class UnknownService(Refused):
    code, status, words = "unknown_service", 404, "err.unknown_service"


class UnknownCounter(Refused):
    code, status, words = "unknown_counter", 404, "err.not_found"


class UnknownTicket(Refused):
    code, status, words = "unknown_ticket", 404, "err.unknown_ticket"


class UnknownSlip(Refused):
    code, status, words = "unknown_slip", 404, "err.not_found"


class UnknownCode(Refused):
    code, status, words = "unknown_code", 404, "pair.unknown_code"


class UnknownOutage(Refused):
    code, status, words = "unknown_outage", 404, "err.not_found"


class NotFound(Refused):
    code, status, words = "not_found", 404, "err.not_found"


class RequestIdReused(Refused):
    """The same request_id came with another body."""

    code, status = "request_id_reused", 409


class OfficeClosed(Refused):
    code, status, words = "office_closed", 409, "kiosk.closed"


class PastLastTicket(Refused):
    code, status, words = "past_last_ticket", 409, "kiosk.last_ticket"


class ServiceUnavailable(Refused):
    code, status, words = "service_unavailable", 409, "err.service_unavailable"


class ServiceFull(Refused):
    """Who took a number now would most likely not be called before closing, and the office chose to stop then."""

    code, status, words = "service_full", 409, "eta.hopeless"


class CounterTaken(Refused):
    code, status, words = "counter_taken", 409, "op.counter_taken"


class CounterBusy(Refused):
    code, status, words = "counter_busy", 409, "op.counter_busy"


class CounterClosed(Refused):
    code, status, words = "counter_closed", 409, "op.counter_closed"


class NobodyWaiting(Refused):
    code, status, words = "nobody_waiting", 409, "op.nobody_waiting"


class WrongState(Refused):
    code, status, words = "wrong_state", 409, "op.wrong_state"


class NotBooked(WrongState):
    """A booking whose form was never sent."""

    words = "book.not_booked"


class ChangedMeanwhile(Refused):
    """The caller acted on a state that is no longer true."""

    code, status, words = "changed_meanwhile", 409, "op.changed_meanwhile"


class SlotFull(Refused):
    """`start` was asked for; `next`: the next free starts, empty only when none is free later."""

    code, status, words = "slot_full", 409, "book.slot_full"


class SlotClosed(Refused):
    code, status, words = "slot_closed", 409, "book.slot_closed"


class OneActiveBooking(Refused):
    """This phone has a live booking in the group already: at `start`."""

    code, status, words = "one_active_booking", 409, "book.one_active"


class TooManyBookings(OneActiveBooking):
    """This browser has `limit` live bookings already."""

    words = "book.too_many"


class TooEarly(Refused):
    """The booking's `start`, and `opens`: from when on it can be checked in."""

    code, status, words = "too_early", 409, "book.too_early"


class NotToday(TooEarly):
    words = "book.other_day"


class TooLate(Refused):
    code, status, words = "too_late", 409, "book.too_late"


class Cancelled(Refused):
    code, status, words = "cancelled", 409, "book.was_cancelled"


class BookingClosed(Refused):
    """The office gave up the time of this booking: another can be chosen by its code."""

    code, status, words = "booking_closed", 409, "book.was_closed"


class WrongOffice(Refused):
    code, status, words = "wrong_office", 409, "book.wrong_office"


class UnknownBooking(Refused):
    code, status, words = "unknown_code", 404, "book.unknown_code"


class SlowDown(Refused):
    """`retry_after_seconds` says when to come back."""

    code, status, words = "slow_down", 429, "err.slow_down"


class PhoneWanted(SlowDown):
    """Too many places went to bookings without a phone: with one the place is to be had at once."""

    code, words = "phone_wanted", "book.phone_wanted"


class Busy(Refused):
    """Another program holds the database (a backup, a long command): nothing was changed, the same may be asked again."""

    code, status, words = "busy", 503, "err.busy"
