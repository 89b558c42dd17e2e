"""Who acts: a person, a device, or the office itself."""

from dataclasses import dataclass

from office.errors import Forbidden
from office.states import Role


@dataclass(frozen=True)
class Actor:
    """`office_code` None: every office. `id` is the row of the person or the device."""

    kind: str
    id: int | None = None
    name: str = ""
    role: str | None = None
    office_code: str | None = None

    @property
    def person_id(self) -> int | None:
        return self.id if self.kind == "person" else None

    @property
    def device_id(self) -> int | None:
        return self.id if self.kind == "device" else None

    @property
    def is_staff(self) -> bool:
        """Works in an office. A village officer does not: that person only books for residents."""
        return self.kind == "person" and self.role != Role.VILLAGE_OFFICER

    @property
    def may_administrate(self) -> bool:
        return self.role in (Role.OFFICE_ADMIN, Role.REGENCY_ADMIN)

    def must_work_at(self, office_code: str) -> None:
        """Errors: forbidden at another office than the actor's own."""
        if self.office_code not in (None, office_code):
            raise Forbidden()


SYSTEM = Actor("system", name="system")
