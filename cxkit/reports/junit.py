"""JUnit XML, which every CI shows: a suite of reports, and a suite a gate."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from cxkit.reports.gates import GateOutcome
from cxkit.reports.run import Ran

__all__ = ["junit_xml"]


def junit_xml(ran: Sequence[Ran], outcomes: Sequence[GateOutcome]) -> bytes:
    """One case a report (``error`` where it crashed), one a gate and group.

    A failed gate is a ``failure``, an inconclusive one ``skipped``; a warning passes with its
    text in ``system-out``.
    """
    root = ET.Element("testsuites")
    if ran:
        suite = _suite(root, "reports", len(ran), errors=sum(r.error is not None for r in ran))
        for r in ran:
            case = _case(suite, "reports", r.job.name, r.seconds)
            if r.error is not None:
                ET.SubElement(case, "error", message=_xml(r.error.what)).text = _xml(str(r.error))
    for gate in dict.fromkeys(o.gate for o in outcomes):
        mine = [o for o in outcomes if o.gate == gate]
        suite = _suite(
            root, gate, len(mine), failures=sum(o.failed for o in mine), skipped=sum(_skipped(o) for o in mine)
        )
        for o in mine:
            case = _case(suite, gate, o.group or gate, 0)
            if o.failed:
                ET.SubElement(case, "failure", message=_xml(o.message)).text = _xml(o.message)
            elif _skipped(o):
                ET.SubElement(case, "skipped", message=_xml(o.message))
            else:
                ET.SubElement(case, "system-out").text = _xml(f"{o.verdict}: {o.message}")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _skipped(o: GateOutcome) -> bool:
    return o.verdict == "inconclusive"


def _suite(
    root: ET.Element, name: str, tests: int, *, failures: int = 0, errors: int = 0, skipped: int = 0
) -> ET.Element:
    counts = {"tests": tests, "failures": failures, "errors": errors, "skipped": skipped}
    return ET.SubElement(root, "testsuite", {"name": _xml(name)} | {k: str(v) for k, v in counts.items()})


def _case(suite: ET.Element, classname: str, name: str, seconds: float) -> ET.Element:
    return ET.SubElement(
        suite, "testcase", {"classname": _xml(classname), "name": _xml(name), "time": f"{seconds:.3f}"}
    )


def _xml(text: str) -> str:
    """Text without the characters that XML 1.0 cannot hold."""
    return "".join(
        c for c in text if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000"
    )
