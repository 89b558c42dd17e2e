"""The back room: devices, people, printers, what is unconfirmed, what is broken."""
