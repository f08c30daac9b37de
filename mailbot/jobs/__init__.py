"""Get, decide, put: one file per clock hand."""
