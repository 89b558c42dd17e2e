"""What is being booked: for one person or a family, one document or several, as the address of a page carries it."""

from dataclasses import dataclass

from office import appointments
from office.errors import Invalid
from office.profile import Profile, ServiceProfile

DOCUMENTS_AT_MOST = 5
# Of a person's number in an address.
DIGITS_AT_MOST = 3
People = tuple[tuple[ServiceProfile, ...], ...]


@dataclass(frozen=True)
class Wanted:
    """Each person's services, in the order in which they were added; the very first began it."""

    people: People

    @property
    def first(self) -> ServiceProfile:
        return self.people[0][0]

    @property
    def services(self) -> list[ServiceProfile]:
        return [service for person in self.people for service in person]

    @property
    def minutes(self) -> int:
        return sum(service.minutes for service in self.services)

    @property
    def group(self) -> list[dict[str, list[str]]]:
        """As a booking keeps it."""
        return [{"services": [service.code for service in person]} for person in self.people]

    @property
    def more(self) -> list[str]:
        """All but the first service, as the address carries them: "2.KTP_REC" is for the second person."""
        listed = [f"{number}.{service.code}" for number, person in enumerate(self.people, 1) for service in person]
        return listed[1:]

    def without(self, item: str) -> list[str]:
        """`more` when one of its items is taken out."""
        left = self.more
        left.remove(item)
        return left

    @property
    def may_add_for(self) -> list[int]:
        """Numbers of the persons for whom another document may be added; the last one is a new person."""
        known = [number for number, person in enumerate(self.people, 1) if len(person) < DOCUMENTS_AT_MOST]
        return [*known, len(self.people) + 1] if len(self.people) < appointments.PEOPLE_AT_MOST else known


def wanted_of(profile: Profile, service: str, more: list[str]) -> Wanted:
    """`more`: "2.KTP_REC" for the second person, "KK_ADD" for the first; numbers that leave gaps are closed up.

    Errors: unknown_service; service_unavailable; invalid for too many at once.
    """
    people: dict[int, list[ServiceProfile]] = {1: [appointments.offered(profile, service)]}
    for item in more[: appointments.PEOPLE_AT_MOST * DOCUMENTS_AT_MOST]:
        number, _, code = item.rpartition(".")
        is_number = number.isdecimal() and len(number) <= DIGITS_AT_MOST
        people.setdefault(int(number) if is_number else 1, []).append(appointments.offered(profile, code))
    if len(people) > appointments.PEOPLE_AT_MOST or any(len(documents) > DOCUMENTS_AT_MOST for documents in people.values()):
        raise Invalid(fields={"more": f"at most {appointments.PEOPLE_AT_MOST} people with {DOCUMENTS_AT_MOST} documents each"}, n=1)
    return Wanted(tuple(tuple(people[number]) for number in sorted(people)))
