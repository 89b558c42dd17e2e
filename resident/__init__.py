"""A resident with a phone: the offices, the board, the ticket in the hand."""
