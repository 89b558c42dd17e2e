"""A simulated day: residents and operators who use the running server like everybody else, through HTTP."""
