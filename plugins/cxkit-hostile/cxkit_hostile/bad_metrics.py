"""Crime: metrics that raise, give no number, leave their bounds, or change the tally."""

import cxkit as cx


@cx.metric("hostile_raises", on="nps", scale=(0, 10), bounds=(0, 1), label="Raises")
def raises(tally):
    raise ZeroDivisionError("hostile: an estimate that raises")


@cx.metric("hostile_nan", on="nps", scale=(0, 10), bounds=(0, 1), label="No number")
def no_number(tally):
    return float("nan")


@cx.metric("hostile_outside", on="nps", scale=(0, 10), bounds=(0, 1), label="Out of bounds")
def outside(tally):
    return 7.0


@cx.metric("hostile_mutates", on="nps", scale=(0, 10), bounds=(0, 1), label="Changes the tally")
def mutates(tally):
    tally.n.setflags(write=True)
    tally.n[:] = 1
    return 0.5


@cx.metric("hostile_moody", on="nps", scale=(0, 10), bounds=(0, 1), label="Depends on the base")
def moody(tally):
    return 1 / (1 + float(tally.n.sum()))
