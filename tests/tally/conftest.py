"""A real local Spark session, started once, and torn down at the end."""

from __future__ import annotations

import importlib.util
import os
import sys
import warnings

import pytest


@pytest.fixture(scope="session")
def spark():
    """Skips, with its reason, only without pyspark; a session that does not start is a failure."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed (dependency group 'spark')")
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyspark.sql import SparkSession

        session = (
            SparkSession.builder.master("local[1]")
            .appName("cxkit tests")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.default.parallelism", "2")
            .config("spark.driver.memory", "600m")
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate()
        )
        session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
