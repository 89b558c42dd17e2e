"""Everything that is true of an office: records, states, rules, use cases. Knows no Flask."""
