"""A resident at home: book a place, change it, arrive expected."""
