"""The machine in the hall that gives numbers."""
