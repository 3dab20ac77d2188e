"""Random blocks of rows, made by the engine that holds them: what a bootstrap of any size resamples.

The rows of a block are drawn at random, so the spread of block sums is that of rows; resampling a few
thousand blocks gives the same distribution as resampling all rows, at the cost of a few thousand.
"""

from __future__ import annotations

from typing import Any

from cxkit.errors import UsageError

__all__ = ["BLOCKS", "with_blocks"]

#: Blocks of a large frame. Their sums have the spread of rows with a relative error of 1/sqrt(2·2047), 1.6 %.
BLOCKS = 2048


def with_blocks(lazy: Any, unit: str | None, seed: int) -> Any:
    """The plan with a column ``block``: a random number below :data:`BLOCKS` for each row, or for each ``unit``.

    Parameters
    ----------
    lazy : narwhals LazyFrame
    unit : str or None
        A column whose equal values stay together; a row without one is drawn alone.
    seed : int

    Raises
    ------
    UsageError
        An engine that draws no random numbers.
    """
    import narwhals.stable.v2 as nw

    made = {"DUCKDB": _duckdb, "POLARS": _polars, "PYSPARK": _spark, "DASK": _dask, "IBIS": _ibis}
    name = lazy.implementation.name
    if name not in made:
        raise UsageError(
            f"{name.lower()} draws no random blocks of rows", hint="interval=None, or data.collect() it first"
        )
    return nw.from_native(made[name](lazy.to_native(), unit, seed)).lazy()


def _duckdb(relation: Any, unit: str | None, seed: int) -> Any:
    row = "row_number() over ()"
    what = row if unit is None else f'coalesce(hash("{unit}"), hash({row}))'
    # Hashed twice: DuckDB joins the hashes of several values by xor, which would only rename the blocks of another seed.
    mixed = seed * 0x9E3779B97F4A7C15 % 2**63
    return relation.select(f"*, (hash(xor(hash({what}), {mixed}::ubigint)) % {BLOCKS})::int as block")


def _polars(frame: Any, unit: str | None, seed: int) -> Any:
    import polars as pl

    row = pl.col("__row").hash(seed)
    drawn = row if unit is None else pl.when(pl.col(unit).is_null()).then(row).otherwise(pl.col(unit).hash(seed))
    return frame.with_row_index("__row").with_columns((drawn % BLOCKS).cast(pl.Int32).alias("block")).drop("__row")


def _spark(frame: Any, unit: str | None, seed: int) -> Any:
    from pyspark.sql import functions as F

    row = F.xxhash64(F.monotonically_increasing_id(), F.lit(seed))
    drawn = row if unit is None else F.when(F.col(unit).isNull(), row).otherwise(F.xxhash64(F.col(unit), F.lit(seed)))
    return frame.withColumn("block", F.pmod(drawn, F.lit(BLOCKS)).cast("int"))


def _dask(frame: Any, unit: str | None, seed: int) -> Any:
    def drawn(part: Any, partition_info: Any = None) -> Any:
        import numpy as np
        from pandas.util import hash_array

        number = partition_info["number"] if partition_info else 0
        row = np.random.default_rng([seed, number]).integers(0, BLOCKS, len(part))
        if unit is None:
            return part.assign(block=row)
        held = (hash_array(part[unit].to_numpy()) % BLOCKS).astype(np.int64)
        return part.assign(block=np.where(part[unit].isna(), row, held))

    meta = frame._meta.assign(block=frame._meta.index.to_numpy().astype("int64"))
    return frame.map_partitions(drawn, meta=meta)


def _ibis(table: Any, unit: str | None, seed: int) -> Any:
    import ibis

    row = (ibis.row_number() + seed).hash()
    drawn = row if unit is None else table[unit].hash().fill_null(row)
    return table.mutate(block=drawn.abs() % BLOCKS)
