"""The discrete-time model of leaving: a yes or no for each period that a customer began."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import UsageError

__all__ = ["Fitted", "binary"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A binary model.

    Attributes
    ----------
    params : (p,) float
        Of the columns of ``x``, of which the first is the constant.
    covariance : (p, p) float
        Cluster-robust where clusters were given.
    """

    params: Floats
    covariance: Floats
    link: str

    def probability(self, x: Floats) -> Floats:
        eta = x @ self.params
        if self.link == "cloglog":
            return np.asarray(-np.expm1(-np.exp(np.clip(eta, -700, 700))))
        return np.asarray(1 / (1 + np.exp(-np.clip(eta, -700, 700))))


def binary(
    y: Floats, x: Floats, terms: tuple[str, ...], *, link: str = "logit", cluster: NDArray[np.int64] | None = None
) -> Fitted:
    """A logit or complementary log-log model through statsmodels' GLM.

    Parameters
    ----------
    x : (n, p) float
        The first column is 1.
    terms : tuple of str
        Names of the other columns, for messages.

    Raises
    ------
    UsageError
        Terms that cannot be told apart, or that tell without error who left.
    """
    import statsmodels.api as sm
    from statsmodels.tools.sm_exceptions import PerfectSeparationError

    centre, scale = x.mean(axis=0), x.std(axis=0)
    centre[0], scale[0] = 0.0, 1.0
    if (scale == 0).any() or np.linalg.matrix_rank((x - centre) / np.where(scale > 0, scale, 1)) < x.shape[1]:
        flat = [t for t, s in zip(terms, scale[1:], strict=True) if s == 0]
        raise UsageError(
            f"{', '.join(map(repr, flat))} never varies" if flat else f"{', '.join(map(repr, terms))} cannot be told apart",
            code="collinear", hint="leave one of them out",
        )  # fmt: skip
    z = (x - centre) / scale
    links = sm.families.links
    family = sm.families.Binomial(links.CLogLog() if link == "cloglog" else links.Logit())
    try:
        with warnings.catch_warnings():
            # Separation makes it warn, overflow or give up: what there is to say is said below.
            warnings.simplefilter("ignore")
            model = sm.GLM(y, z, family=family)
            kinds = {} if cluster is None else {
                "cov_type": "cluster", "cov_kwds": {"groups": cluster, "use_correction": False}}  # fmt: skip
            found = model.fit(tol=0, rtol=1e-10, tol_criterion="params", maxiter=100, **kinds)
            params, covariance = np.asarray(found.params), np.asarray(found.cov_params())
    except (np.linalg.LinAlgError, ValueError, PerfectSeparationError):
        params = np.full(x.shape[1], np.inf)
    if not np.isfinite(params).all() or np.abs(params[1:]).max(initial=0) > 12:
        refuse_separation(terms, params[1:])
    back = np.diag(1 / scale)
    back[0, 1:] = -centre[1:] / scale[1:]
    return Fitted(back @ params, back @ covariance @ back.T, link)


def refuse_separation(terms: tuple[str, ...], params: Floats) -> None:
    """Refuse a model whose terms tell without error who left.

    Raises
    ------
    UsageError
    """
    far = [t for t, b in zip(terms, params, strict=False) if not np.isfinite(b) or abs(b) > 12] or list(terms)
    raise UsageError(
        f"{', '.join(map(repr, far))} tells (almost) without error who left: no finite effect exists", code="separation",
        hint="such a column is often filled in after, or because of, leaving (leakage): take answers from before, or "
        "leave it out",
    )  # fmt: skip
