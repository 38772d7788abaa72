"""Kind `claims`: the note's statements, judged."""

from analysis.kinds.claims.record import Claims
from analysis.kinds.kind import JUDGE, Kind

KIND = Kind(Claims, order=120, needs=(JUDGE,))
