"""Kind `claims`: the note's statements, judged."""
