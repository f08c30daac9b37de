"""A quarter of a company's life in a few minutes: real IMAP and SMTP, a clock that is moved, people who act by mail only."""
