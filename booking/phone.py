"""Phone numbers as people here write them: 0812 3456 7890, +62 812…, 62812…, 812…"""

import re

import phonenumbers

from office.errors import Invalid

REGION = "ID"
# The library drops or spells out letters: "0812 3456 789O" would become somebody else's number.
_LETTER = re.compile(r"[^\W\d_]")


def normal_phone(text: str | None) -> str | None:
    """+6281234567890; None when nothing was given. Errors: invalid (a landline cannot get a message)."""
    if text is None or not text.strip():
        return None
    try:
        number = None if _LETTER.search(text) else phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        number = None
    mobile = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    if number is None or not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in mobile:
        raise Invalid(fields={"phone": "book.err_phone"}, n=1)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
