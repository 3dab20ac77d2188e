"""Operational data beside the answers: joined by id and date, with a report of every row of both."""

from cxkit.study.linking.linking import link
from cxkit.study.linking.report import JoinReport

__all__ = ["JoinReport", "link"]
