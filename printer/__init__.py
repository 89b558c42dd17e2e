"""The slip: how it is set, drawn, sent, and what became of it."""
