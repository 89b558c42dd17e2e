"""The states and the moves between them, as data. `moves.py` is the only place that carries one out."""

from enum import StrEnum


class Lane(StrEnum):
    #: first come, first served
    REGULAR = "regular"
    #: elderly, pregnant, disabled, with an infant, victims of a disaster: no proof is asked
    PRIORITY = "priority"


class Role(StrEnum):
    #: works at a counter of one office
    OPERATOR = "operator"
    #: keeps devices, people and printers of one office
    OFFICE_ADMIN = "office_admin"
    #: the same for every office
    REGENCY_ADMIN = "regency_admin"
    #: books for residents of a village, and sees nothing else of any office
    VILLAGE_OFFICER = "village_officer"


class DeviceKind(StrEnum):
    KIOSK = "kiosk"
    DISPLAY = "display"
    PRINTER = "printer"


class CounterState(StrEnum):
    #: nobody works here
    CLOSED = "closed"
    #: an operator is here and may call
    OPEN = "open"
    #: the operator is away for a while and says why
    PAUSED = "paused"


class TicketState(StrEnum):
    #: in the hall, to be called
    WAITING = "waiting"
    #: on the screen, walking to the counter
    CALLED = "called"
    #: at the counter
    SERVING = "serving"
    #: done
    FINISHED = "finished"
    #: called, nobody came; may report back
    NO_SHOW = "no_show"
    #: set aside for a while (a missing paper), keeps the place
    HELD = "held"
    #: went home, or the day ended
    LEFT = "left"
    #: taken along to another day
    CARRIED_OVER = "carried_over"


class JobState(StrEnum):
    #: to be printed
    PENDING = "pending"
    #: a spooler has it in hand
    SENDING = "sending"
    #: the printer said that the paper is out
    PRINTED = "printed"
    #: taken by a printer that cannot confirm anything
    SENT = "sent"
    #: some bytes went out, the fate of the paper is unknown: never printed again by itself
    UNSURE = "unsure"
    #: tries used up, no byte went out
    FAILED = "failed"
    #: a person decided that no paper is needed
    DROPPED = "dropped"


T = TicketState
TICKET_MOVES: dict[TicketState, frozenset[TicketState]] = {
    T.WAITING: frozenset({T.CALLED, T.LEFT, T.CARRIED_OVER}),
    T.CALLED: frozenset({T.SERVING, T.WAITING, T.NO_SHOW, T.HELD}),
    T.SERVING: frozenset({T.FINISHED, T.WAITING, T.HELD}),
    T.NO_SHOW: frozenset({T.WAITING}),
    T.HELD: frozenset({T.WAITING, T.LEFT, T.CARRIED_OVER}),
    T.FINISHED: frozenset(),
    T.LEFT: frozenset(),
    T.CARRIED_OVER: frozenset(),
}
OPEN_STATES = (T.CALLED, T.SERVING)

J = JobState
JOB_MOVES: dict[JobState, frozenset[JobState]] = {
    J.PENDING: frozenset({J.SENDING, J.FAILED, J.DROPPED}),
    J.SENDING: frozenset({J.PRINTED, J.SENT, J.PENDING, J.UNSURE}),
    J.PRINTED: frozenset(),
    J.SENT: frozenset(),
    J.UNSURE: frozenset({J.PRINTED, J.PENDING, J.DROPPED}),
    J.FAILED: frozenset({J.PENDING, J.DROPPED}),
    J.DROPPED: frozenset(),
}


class AppointmentState(StrEnum):
    #: the place is kept while the form is filled
    HELD = "held"
    #: somebody is expected
    BOOKED = "booked"
    #: is here: the booking became a ticket
    CHECKED_IN = "checked_in"
    #: given up by the resident, or a hold that ran out
    CANCELLED = "cancelled"
    #: nobody came in time
    MISSED = "missed"
    #: its time was closed; the resident has to choose another
    MOVED = "moved"


class MessageState(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    #: tries used up: a person sees it
    FAILED = "failed"
    #: no longer true before it was sent
    DROPPED = "dropped"


A = AppointmentState
APPOINTMENT_MOVES: dict[AppointmentState, frozenset[AppointmentState]] = {
    A.HELD: frozenset({A.BOOKED, A.CANCELLED}),
    A.BOOKED: frozenset({A.CHECKED_IN, A.CANCELLED, A.MISSED, A.MOVED}),
    A.MOVED: frozenset({A.BOOKED, A.CANCELLED, A.MISSED}),
    A.CHECKED_IN: frozenset(),
    A.CANCELLED: frozenset(),
    A.MISSED: frozenset(),
}
