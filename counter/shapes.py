"""What the counter's JSON looks like, asked and answered."""

from pydantic import BaseModel, Field

from api import Act, Answer, MayHaveRequestId, Shape


class SignIn(Shape):
    username: str = Field(max_length=60)
    password: str = Field(max_length=200)


class Operator(Answer):
    name: str
    role: str
    offices: list[str]


class SessionAnswer(Answer):
    token: str
    operator: Operator


class OpenShape(MayHaveRequestId):
    services: list[str] | None = Field(None, max_length=200)


class PauseShape(MayHaveRequestId):
    reason: str = Field("", max_length=200)


class CallShape(Act):
    ticket: str = Field(max_length=40, description="ticket id")
    why: str | None = Field(None, max_length=200)


class TransferShape(Act):
    service: str | None = Field(None, max_length=40)
    counter: int | None = None


class OutageShape(MayHaveRequestId):
    service: str | None = Field(None, max_length=40, description="none: every service")
    reason: str = Field(max_length=40)
    until: str | None = Field(None, max_length=40, description="an instant with offset, if anybody knows")


class HelpShape(MayHaveRequestId):
    needed: bool = True


class OutagePath(BaseModel):
    outage: int = Field(ge=1, le=2**31 - 1)


class TicketAnswer(Answer):
    id: str
    label: str
    service: str
    lane: str
    state: str
    counter: int | None


class Reason(Answer):
    code: str
    text: dict[str, str]


class CalledAnswer(Answer):
    ticket: TicketAnswer
    reason: Reason


class CounterAnswer(Answer):
    number: int
    state: str
    services: list[str]
    taking: list[str]


class CountersAnswer(Answer):
    counters: list[CounterAnswer]


class DeskAnswer(Answer):
    v: int
    at: str
    counter: CounterAnswer
    ticket: TicketAnswer | None
    waiting: list[TicketAnswer]
    waiting_count: int


class OutageAnswer(Answer):
    id: int
    service: str | None
    reason: str


class OutagesAnswer(Answer):
    outages: list[OutageAnswer]


class Done(Answer):
    done: bool
