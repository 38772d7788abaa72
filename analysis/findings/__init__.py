"""What follows from the runs of the ledger: the note's claims, the answer, the calculator."""
