"""The conformance kit: the checks that every plugin passes, the built-in ones included.

One call in a plugin's own tests is enough, under any test runner::

    from cxkit.testing import check_source

    def test_zendesk():
        check_source(read_zendesk, sample="tests/two_ratings.zd.json", rows=2)

Each check returns its findings and raises :class:`ConformanceError` listing all that failed.
"""

from cxkit.testing.findings import ConformanceError, Finding
from cxkit.testing.metrics import check_metric
from cxkit.testing.plugins import check_plugin
from cxkit.testing.reports import check_report
from cxkit.testing.sources import check_source

__all__ = ["ConformanceError", "Finding", "check_metric", "check_plugin", "check_report", "check_source"]
