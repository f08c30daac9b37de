"""What a claim is and what to do with it: values and decisions. No I/O, no clock, no randomness, standard library only."""
