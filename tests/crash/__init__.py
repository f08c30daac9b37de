"""Kills the daemon hundreds of times and checks the promise from outside: the mailbox's history, the SMTP log, the exported database."""
