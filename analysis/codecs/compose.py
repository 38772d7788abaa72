"""Makes a method of the parts of a codec."""

from __future__ import annotations

from analysis.codecs.codec import Method
from analysis.codecs.part import Role
from analysis.codecs.spec import Chain, ChosenPart
from analysis.codecs.symbols import SymbolMethod


def compose(chain: Chain) -> Method:
    """The method that these parts are.

    Raises:
        MissingPackage: a package that a part needs is not installed.
    """
    first, *rest = chain
    method: Method
    match first.part.role:
        case Role.QUANTISER:
            from analysis.codecs.quantised import Quantised

            method = Quantised(first.make(), _symbol_method(rest))
        case Role.CELLS:
            method = first.make(_symbol_method(rest))
        case Role.DIFFERENCES:
            *_, differences, coder = chain
            method = differences.make(coder.make())
        case Role.BOUNDED_CODER:
            method = first.make()
        case _:
            method = _lossless(chain)
    return method


def _lossless(chain: Chain) -> Method:
    from analysis.codecs.lossless import Lossless, PatternBytes

    *before, last = chain
    coder = last.make()
    if last.part.role is Role.BYTE_CODER:
        coder = PatternBytes(coder)
    return Lossless(tuple(chosen.make() for chosen in before), coder)


def _symbol_method(parts: list[ChosenPart]) -> SymbolMethod:
    from analysis.codecs.byte_coders import AsTheyAre
    from analysis.codecs.packed import Narrow, Packed
    from analysis.codecs.prediction import NoPrediction

    models = (Role.PREDICTOR, Role.CLASSES, Role.CONTEXT)
    model = parts[0].make() if parts and parts[0].part.role in models else NoPrediction()
    coder = parts[-1] if parts and parts[-1].part.role not in models else None
    if coder is None:
        return Packed(Narrow(AsTheyAre()), model)
    match coder.part.role:
        case Role.BYTE_CODER:
            return Packed(Narrow(coder.make()), model)
        case Role.NUMBER_CODER:
            return Packed(coder.make(), model)
        case _:
            method: SymbolMethod = coder.make(model)
            return method
