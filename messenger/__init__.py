"""What brings messages to residents: the words, the mail server, the gateway, and the round that sends what is due."""
