# Reference values for comparisons, from R: survey (linearised errors), stats (t.test, prop.test,
# p.adjust) and, where R has no function, the published formula written out below.
#
#   Rscript comparisons.R        writes comparisons.json beside this file
#
# The rows come from whole-number patterns and no random generator, so that rows.py makes the
# same ones. Everything is in cxkit's unit: NPS in points, shares in %, means on their scale.

suppressPackageStartupMessages({
  library(survey)
  library(jsonlite)
})

here <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
target <- file.path(dirname(normalizePath(here)), "comparisons.json")

# ---- rows ------------------------------------------------------------------------------------

clamp <- function(x, low, high) pmin(pmax(x, low), high)

# 240 answers of 49 accounts, which answer several times, in both periods and in several segments.
visits <- local({
  i <- 0:239
  account <- (i + (i * i) %/% 7) %% 53
  mood <- (account * 7) %% 9
  period <- i %/% 120 + 1
  code <- (i * 5 + i %/% 9 + account %/% 10) %% 7
  segment <- ifelse(code < 3, "A", ifelse(code < 5, "B", "C"))
  shift <- ifelse(segment == "B", 2, 0) + (period - 1)
  w <- (4 + (i * 13 + i %/% 5) %% 17) / 10
  nps <- clamp(mood + (i * 5 + i %/% 4) %% 6 - 1 + shift, 0, 10)
  csat <- clamp((mood + shift) %/% 2 + (i * 3 + i %/% 11) %% 3, 1, 5)
  ces <- ifelse(i %% 19 == 7, NA, clamp((mood * 2) %/% 3 + (i * 4 + i %/% 6) %% 4, 1, 7))
  data.frame(i, account, period, segment, w, nps, csat, ces)
})

# 64 people who answered in both periods, once each.
panel <- local({
  id <- 0:63
  mood <- (id * 11) %% 10
  before <- clamp(mood + (id * 3) %% 4 - 1, 0, 10)
  after <- clamp(before + (id * 7 + id %/% 8) %% 5 - 1, 0, 10)
  rating <- function(x) clamp(x %/% 2, 1, 5)
  data.frame(id, nps1 = before, nps2 = after, csat1 = rating(before), csat2 = rating(after + 1))
})

# What an answer counts, by metric.
values <- list(
  nps = function(d) 100 * (d$nps >= 9) - 100 * (d$nps <= 6),
  csat = function(d) d$csat,
  t2b = function(d) 100 * (d$csat >= 4),
  ces = function(d) d$ces
)

groups <- list(
  all = function(d) rep(TRUE, nrow(d)),
  A = function(d) d$segment == "A",
  B = function(d) d$segment == "B",
  C = function(d) d$segment == "C",
  `1` = function(d) d$period == 1,
  `2` = function(d) d$period == 2,
  A1 = function(d) d$segment == "A" & d$period == 1,
  B1 = function(d) d$segment == "B" & d$period == 1,
  C1 = function(d) d$segment == "C" & d$period == 1,
  A2 = function(d) d$segment == "A" & d$period == 2,
  B2 = function(d) d$segment == "B" & d$period == 2,
  C2 = function(d) d$segment == "C" & d$period == 2
)

# Differences: name -> the column of groups, the group that comes first, the one taken off.
rest <- function(of) function(d) ifelse(d$segment == of, of, "rest")
pairs <- list(
  `A-B` = list(by = function(d) d$segment, plus = "A", minus = "B"),
  `A-C` = list(by = function(d) d$segment, plus = "A", minus = "C"),
  `B-C` = list(by = function(d) d$segment, plus = "B", minus = "C"),
  `A-rest` = list(by = rest("A"), plus = "A", minus = "rest"),
  `B-rest` = list(by = rest("B"), plus = "B", minus = "rest"),
  `C-rest` = list(by = rest("C"), plus = "C", minus = "rest"),
  `2-1` = list(by = function(d) as.character(d$period), plus = "2", minus = "1")
)

# All rows, with the value `y` (missing where there is no answer), and the answered ones alone.
all_of <- function(metric) {
  d <- visits
  d$y <- values[[metric]](d)
  d
}
frame_of <- function(metric) {
  d <- all_of(metric)
  d[!is.na(d$y), ]
}

p_of <- function(z) list(
  p = 2 * pnorm(-abs(z)), p_higher = pnorm(z, lower.tail = FALSE), p_lower = pnorm(z)
)

Z <- qnorm(0.975)

out <- list()

# ---- the rows themselves ---------------------------------------------------------------------

out$rows <- list(
  visits = lapply(visits[c("account", "period", "w", "nps", "csat")], function(x) sum(x * (1 + visits$i))),
  visits_ces = sum(visits$ces * (1 + visits$i), na.rm = TRUE),
  visits_missing = sum(is.na(visits$ces)),
  segments = as.list(table(visits$segment)),
  segment_places = as.list(tapply(visits$i, visits$segment, sum)),
  panel = lapply(panel[-1], function(x) sum(x * (1 + panel$id)))
)

# ---- means under a weights-only design -------------------------------------------------------

# `se` and `deff` treat the group as a sample of its own (a design made on its answered rows);
# `se_domain` is svymean on subset(design, ...) of the design of all 240 rows: rows outside the
# group, or without an answer, count with 0, and n/(n-1) is that of all rows.
out$weights_only <- list()
for (metric in names(values)) {
  d <- frame_of(metric)
  full <- svydesign(ids = ~1, weights = ~w, data = all_of(metric))
  for (group in names(groups)) {
    cut <- d[groups[[group]](d), ]
    design <- svydesign(ids = ~1, weights = ~w, data = cut)
    m <- svymean(~y, design, deff = "replace")
    e <- as.numeric(coef(m))
    wald <- confint(m)
    student <- confint(m, df = degf(design))
    domain <- full[!is.na(full$variables$y) & groups[[group]](full$variables), ]
    dm <- svymean(~y, domain)
    domain_wald <- confint(dm)
    domain_student <- confint(dm, df = degf(domain))
    out$weights_only[[paste(metric, group, sep = "|")]] <- list(
      n = nrow(cut), weight = sum(cut$w), n_eff = sum(cut$w)^2 / sum(cut$w^2), mean = e,
      variance = sum(cut$w * (cut$y - e)^2) / sum(cut$w), se = as.numeric(SE(m)), deff = as.numeric(deff(m)),
      wald_low = wald[1], wald_high = wald[2], t_low = student[1], t_high = student[2],
      se_domain = as.numeric(SE(dm)), domain_wald_low = domain_wald[1], domain_wald_high = domain_wald[2],
      domain_t_low = domain_student[1], domain_t_high = domain_student[2]
    )
  }
}

# ---- differences of means: independent rows, weights -----------------------------------------

# `se` is of two samples of their own, `se_domain` svycontrast on svyby. The t entries take Welch's
# degrees of freedom from the two domain errors.
out$weights_only_difference <- list()
for (metric in names(values)) {
  d <- all_of(metric)
  for (pair in names(pairs)) {
    p <- pairs[[pair]]
    d$g <- p$by(d)
    # svyby(na.rm = TRUE, covmat = TRUE) fails in survey 4.1-1: the answered rows are a domain instead.
    full <- svydesign(ids = ~1, weights = ~w, data = d)
    by <- svyby(~y, ~g, full[!is.na(d$y), ], svymean, covmat = TRUE)
    contrast <- svycontrast(by, list(x = setNames(c(1, -1), c(p$plus, p$minus))))
    answered <- d[!is.na(d$y), ]
    size <- table(answered$g)[c(p$plus, p$minus)]
    own <- sapply(c(p$plus, p$minus), function(g) {
      SE(svymean(~y, svydesign(ids = ~1, weights = ~w, data = answered[answered$g == g, ])))
    })
    delta <- as.numeric(coef(contrast))
    s <- as.numeric(SE(contrast))
    v <- diag(vcov(by))[c(p$plus, p$minus)]
    df <- sum(v)^2 / sum(v^2 / (size - 1))
    out$weights_only_difference[[paste(metric, pair, sep = "|")]] <- c(
      list(delta = delta, se = sqrt(sum(own^2)), se_domain = s, low = delta - Z * s, high = delta + Z * s),
      p_of(delta / s),
      list(df = df, t_low = delta - qt(0.975, df) * s, t_high = delta + qt(0.975, df) * s, p_t = 2 * pt(-abs(delta / s), df))
    )
  }
}

# ---- clusters --------------------------------------------------------------------------------

clustered <- function(weight) {
  means <- list()
  covariances <- list()
  differences <- list()
  for (metric in names(values)) {
    whole <- all_of(metric)
    whole$weight <- if (weight == "w") whole$w else 1
    full <- svydesign(ids = ~account, weights = ~weight, data = whole)
    d <- whole[!is.na(whole$y), ]
    for (group in names(groups)) {
      cut <- d[groups[[group]](d), ]
      design <- svydesign(ids = ~account, weights = ~weight, data = cut)
      m <- svymean(~y, design, deff = "replace")
      domain <- full[!is.na(whole$y) & groups[[group]](whole), ]
      dm <- svymean(~y, domain)
      domain_student <- confint(dm, df = degf(domain))
      wald <- confint(m)
      student <- confint(m, df = degf(design))
      means[[paste(metric, group, sep = "|")]] <- list(
        n = nrow(cut), clusters = length(unique(cut$account)), mean = as.numeric(coef(m)),
        se = as.numeric(SE(m)), deff = as.numeric(deff(m)), se_domain = as.numeric(SE(dm)),
        variance = sum(cut$weight * (cut$y - coef(m))^2) / sum(cut$weight),
        domain_t_low = domain_student[1], domain_t_high = domain_student[2],
        wald_low = wald[1], wald_high = wald[2], t_low = student[1], t_high = student[2]
      )
    }
    for (pair in names(pairs)) {
      p <- pairs[[pair]]
      d$g <- p$by(d)
      weights <- setNames(list(setNames(c(1, -1), c(p$plus, p$minus))), "x")
      whole$g <- p$by(whole)
      full <- svydesign(ids = ~account, weights = ~weight, data = whole)
      by <- svyby(~y, ~g, full[!is.na(whole$y), ], svymean, covmat = TRUE)
      contrast <- svycontrast(by, weights)
      # The same contrast where only the rows of the two groups are the sample.
      two <- d[d$g %in% c(p$plus, p$minus), ]
      own <- svydesign(ids = ~account, weights = ~weight, data = two)
      alone <- svycontrast(svyby(~y, ~g, own, svymean, covmat = TRUE), weights)
      # A second way to the same number: the slope of a regression on the group.
      two$first <- as.numeric(two$g == p$plus)
      slope <- summary(svyglm(y ~ first, svydesign(ids = ~account, weights = ~weight, data = two)))$coefficients
      delta <- as.numeric(coef(contrast))
      s <- as.numeric(SE(alone))
      stopifnot(abs(slope["first", "Estimate"] - delta) < 1e-9, abs(slope["first", "Std. Error"] - s) < 1e-9)
      covariances[[paste(metric, pair, sep = "|")]] <- list(
        domain = vcov(by)[p$plus, p$minus],
        two = vcov(svyby(~y, ~g, own, svymean, covmat = TRUE))[p$plus, p$minus]
      )
      df <- degf(own)
      differences[[paste(metric, pair, sep = "|")]] <- c(
        list(
          delta = delta, se = s, se_domain = as.numeric(SE(contrast)), clusters = df + 1, clusters_all = degf(full) + 1,
          low = delta - Z * s, high = delta + Z * s, t_low = delta - qt(0.975, df) * s, t_high = delta + qt(0.975, df) * s,
          p_t = 2 * pt(-abs(delta / s), df)
        ),
        p_of(delta / s),
        local({
          s <- as.numeric(SE(contrast))
          df <- degf(full)
          list(
            domain_t_low = delta - qt(0.975, df) * s, domain_t_high = delta + qt(0.975, df) * s,
            domain_p_t = 2 * pt(-abs(delta / s), df)
          )
        })
      )
    }
  }
  list(means = means, covariances = covariances, differences = differences)
}
for (weight in c("weighted", "unweighted")) {
  parts <- clustered(if (weight == "weighted") "w" else "1")
  for (part in names(parts)) out[[paste("clustered", weight, part, sep = "_")]] <- parts[[part]]
}

# ---- unweighted means and tests --------------------------------------------------------------

tested <- function(make) {
  two <- make("two.sided")
  list(
    delta = unname(if (length(two$estimate) == 2) two$estimate[1] - two$estimate[2] else two$estimate[1] - two$null.value),
    se = two$stderr, df = unname(two$parameter), low = two$conf.int[1], high = two$conf.int[2],
    p = two$p.value, p_higher = make("greater")$p.value, p_lower = make("less")$p.value,
    higher_low = make("greater")$conf.int[1], lower_high = make("less")$conf.int[2]
  )
}

out$unweighted <- list()
for (metric in names(values)) {
  d <- frame_of(metric)
  for (group in names(groups)) {
    y <- d$y[groups[[group]](d)]
    t <- t.test(y)
    v <- mean((y - mean(y))^2)
    out$unweighted[[paste(metric, group, sep = "|")]] <- list(
      n = length(y), mean = mean(y), variance = v, se = sqrt(v / length(y)),
      wald_low = mean(y) - Z * sqrt(v / length(y)), wald_high = mean(y) + Z * sqrt(v / length(y)),
      t_low = t$conf.int[1], t_high = t$conf.int[2]
    )
  }
}

out$welch <- list()
out$wald_difference <- list()
for (metric in names(values)) {
  d <- frame_of(metric)
  for (pair in names(pairs)) {
    g <- pairs[[pair]]$by(d)
    a <- d$y[g == pairs[[pair]]$plus]
    b <- d$y[g == pairs[[pair]]$minus]
    name <- paste(metric, pair, sep = "|")
    out$welch[[name]] <- tested(function(side) t.test(a, b, alternative = side))
    delta <- mean(a) - mean(b)
    s <- sqrt(mean((a - mean(a))^2) / length(a) + mean((b - mean(b))^2) / length(b))
    out$wald_difference[[name]] <- c(
      list(delta = delta, se = s, low = delta - Z * s, high = delta + Z * s), p_of(delta / s)
    )
  }
}

targets <- list(nps = -10, csat = 3.2, ces = 4)
out$target <- list()
for (metric in names(targets)) {
  d <- frame_of(metric)
  for (group in c("all", "A", "B", "C")) {
    y <- d$y[groups[[group]](d)]
    r <- tested(function(side) t.test(y, mu = targets[[metric]], alternative = side))
    # The interval of a one-sample t.test is that of the mean: move it to that of the difference.
    for (end in c("low", "high", "higher_low", "lower_high")) r[[end]] <- r[[end]] - targets[[metric]]
    s <- sqrt(mean((y - mean(y))^2) / length(y))
    out$target[[paste(metric, group, sep = "|")]] <- c(
      list(target = targets[[metric]]), r, list(wald_se = s, wald_p = p_of((mean(y) - targets[[metric]]) / s)$p)
    )
  }
}

paired_values <- list(
  nps = function(x) 100 * (x >= 9) - 100 * (x <= 6), csat = function(x) x, t2b = function(x) 100 * (x >= 4)
)
out$paired <- list()
for (metric in names(paired_values)) {
  column <- if (metric == "nps") "nps" else "csat"
  before <- paired_values[[metric]](panel[[paste0(column, 1)]])
  after <- paired_values[[metric]](panel[[paste0(column, 2)]])
  out$paired[[metric]] <- c(
    list(before = mean(before), after = mean(after)),
    tested(function(side) t.test(after, before, paired = TRUE, alternative = side))
  )
}

# ---- shares ----------------------------------------------------------------------------------

wilson <- function(p, n, z = Z) {
  centre <- (p + z^2 / (2 * n)) / (1 + z^2 / n)
  margin <- z / (1 + z^2 / n) * sqrt(p * (1 - p) / n + z^2 / (4 * n^2))
  c(centre - margin, centre + margin)
}
# Estimate, low and high of two samples to their difference (Zou & Donner 2008); `rho` is the
# correlation of the two estimates.
mover <- function(a, b, rho = 0) {
  margin <- function(x, y) sqrt(x^2 + y^2 - 2 * rho * x * y)
  d <- a[1] - b[1]
  c(d, d - margin(a[1] - a[2], b[3] - b[1]), d + margin(a[3] - a[1], b[1] - b[2]))
}
# The two-sided p of an interval method: one minus the level at which the interval ends at 0.
# `interval(z)` gives estimate, low, high with the normal quantile z.
p_touching <- function(interval) {
  gap <- function(z) {
    x <- interval(z)
    if (x[1] > 0) x[2] else -x[3]
  }
  # The interval of a net score is about a shrunken centre: it may hold 0 at every level.
  if (gap(1e-9) <= 0) return(1)
  2 * pnorm(-uniroot(gap, c(1e-9, 8.2), tol = 1e-15, maxiter = 10000)$root)
}

share_of <- function(y) list(x = sum(y > 0), n = length(y))

d <- frame_of("t2b")
out$share <- list()
for (group in names(groups)) {
  s <- share_of(d$y[groups[[group]](d)])
  r <- prop.test(s$x, s$n, p = 0.6, correct = FALSE)
  side <- function(which) prop.test(s$x, s$n, p = 0.6, correct = FALSE, alternative = which)$p.value
  stopifnot(max(abs(wilson(s$x / s$n, s$n) - r$conf.int)) < 1e-12)
  out$share[[group]] <- list(
    x = s$x, n = s$n, share = 100 * s$x / s$n, low = 100 * r$conf.int[1], high = 100 * r$conf.int[2],
    target = 60, p = r$p.value, p_higher = side("greater"), p_lower = side("less")
  )
}

two_shares <- function(a, b) {
  test <- function(side) prop.test(c(a$x, b$x), c(a$n, b$n), correct = FALSE, alternative = side)
  r <- test("two.sided")
  interval <- function(z) 100 * mover(
    c(a$x / a$n, wilson(a$x / a$n, a$n, z)), c(b$x / b$n, wilson(b$x / b$n, b$n, z))
  )
  newcombe <- interval(Z)
  list(
    delta = newcombe[1], low = newcombe[2], high = newcombe[3], newcombe_p = p_touching(interval),
    wald_low = 100 * r$conf.int[1], wald_high = 100 * r$conf.int[2],
    p = r$p.value, p_higher = test("greater")$p.value, p_lower = test("less")$p.value
  )
}
out$share_difference <- list(newcombe_1998 = two_shares(list(x = 56, n = 70), list(x = 48, n = 80)))
for (pair in names(pairs)) {
  g <- pairs[[pair]]$by(d)
  out$share_difference[[pair]] <- two_shares(share_of(d$y[g == pairs[[pair]]$plus]), share_of(d$y[g == pairs[[pair]]$minus]))
}

# ---- net scores: adjusted Wald (0.75, 1.5, 0.75) and its difference --------------------------

# `p`, `q`: shares of positive and negative answers; the interval is kept around the estimate.
adjusted <- function(p, q, n, z = Z) {
  a <- (p * n + 0.75) / (n + 3)
  b <- (q * n + 0.75) / (n + 3)
  s <- sqrt((a + b - (a - b)^2) / (n + 3))
  list(
    centre = 100 * (a - b), se = 100 * s, free_low = 100 * (a - b - z * s), free_high = 100 * (a - b + z * s),
    interval = 100 * c(p - q, min(a - b - z * s, p - q), max(a - b + z * s, p - q))
  )
}
adjusted_of <- function(y, z = Z) adjusted(mean(y > 0), mean(y < 0), length(y), z)
d <- frame_of("nps")
out$net <- list()
for (group in names(groups)) {
  x <- adjusted_of(d$y[groups[[group]](d)])
  out$net[[group]] <- list(
    estimate = x$interval[1], centre = x$centre, se = x$se, low = x$free_low, high = x$free_high
  )
}
out$net_difference <- list()
for (pair in names(pairs)) {
  g <- pairs[[pair]]$by(d)
  a <- d$y[g == pairs[[pair]]$plus]
  b <- d$y[g == pairs[[pair]]$minus]
  interval <- function(z) mover(adjusted_of(a, z)$interval, adjusted_of(b, z)$interval)
  m <- interval(Z)
  x <- adjusted_of(a)
  y <- adjusted_of(b)
  out$net_difference[[pair]] <- list(
    delta = m[1], low = m[2], high = m[3], p = p_touching(interval),
    # The z test on the two adjusted centres, for comparison: it is another test.
    z_p = p_of((x$centre - y$centre) / sqrt(x$se^2 + y$se^2))$p
  )
}

# ---- weighted shares and net scores by the base with the same standard error -------------------

# The base of an unweighted sample with the error of svymean, at most n (Korn & Graubard 1998), put
# into Wilson's interval and into the adjusted Wald interval; differences by MOVER.
# Clusters: each interval has Student's quantile of its clusters less one in the place of z, and the
# difference has the correlation of the two means. "domain" is in all 240 rows, "own" a sample of its own.
sided <- function(metric, d, variance, df = Inf) {
  e <- sum(d$weight * d$y) / sum(d$weight)
  base <- min(sum(d$weight * (d$y - e)^2) / sum(d$weight) / variance, nrow(d))
  p <- sum(d$weight[d$y > 0]) / sum(d$weight)
  q <- sum(d$weight[d$y < 0]) / sum(d$weight)
  function(z) {
    if (is.finite(df)) z <- qt(pnorm(z, log.p = TRUE), df, log.p = TRUE)
    if (metric == "t2b") 100 * c(p, wilson(p, base, z)) else adjusted(p, q, base, z)$interval
  }
}
for (kind in c("weights_only", "clustered_weighted", "clustered_unweighted")) {
  interval_name <- paste0(kind, "_interval")
  mover_name <- paste0(kind, "_mover")
  ids <- if (kind == "weights_only") ~1 else ~account
  out[[interval_name]] <- list()
  out[[mover_name]] <- list()
  for (metric in c("nps", "t2b")) {
    d <- frame_of(metric)
    d$weight <- if (kind == "clustered_unweighted") 1 else d$w
    full <- svydesign(ids = ids, weights = ~weight, data = d)
    free <- function(x) if (kind == "weights_only") Inf else length(unique(x$account)) - 1
    for (group in names(groups)) {
      inside <- groups[[group]](d)
      cut <- d[inside, ]
      own <- as.numeric(SE(svymean(~y, svydesign(ids = ids, weights = ~weight, data = cut))))^2
      domain <- as.numeric(SE(svymean(~y, full[inside, ])))^2
      a <- sided(metric, cut, own, free(cut))(Z)
      b <- sided(metric, cut, domain, free(cut))(Z)
      out[[interval_name]][[paste(metric, group, sep = "|")]] <- list(
        estimate = a[1], low = a[2], high = a[3], domain_low = b[2], domain_high = b[3]
      )
    }
    for (pair in names(pairs)) {
      d$g <- pairs[[pair]]$by(d)
      two <- c(pairs[[pair]]$plus, pairs[[pair]]$minus)
      v <- vcov(svyby(~y, ~g, svydesign(ids = ids, weights = ~weight, data = d), svymean, covmat = TRUE))[two, two]
      x <- lapply(two, function(g) sided(metric, d[d$g == g, ], v[g, g], free(d[d$g == g, ])))
      rho <- v[1, 2] / sqrt(v[1, 1] * v[2, 2])
      interval <- function(z) mover(x[[1]](z), x[[2]](z), rho)
      m <- interval(Z)
      out[[mover_name]][[paste(metric, pair, sep = "|")]] <- list(
        delta = m[1], low = m[2], high = m[3], correlation = rho, p = p_touching(interval)
      )
    }
  }
}

# ---- families of p-values --------------------------------------------------------------------

p <- c((1:12)^3 %% 97 / 100, 0.0004, 0.0121, 0.0121, 1)
out$p_adjust <- list(
  p = p, bh = p.adjust(p, "BH"), holm = p.adjust(p, "holm"), bonferroni = p.adjust(p, "bonferroni"),
  welch_p = sapply(out$welch[c("csat|A-B", "csat|A-C", "csat|B-C")], function(x) x$p),
  complement_p = sapply(out$welch[c("csat|A-rest", "csat|B-rest", "csat|C-rest")], function(x) x$p)
)
for (family in c("welch_p", "complement_p")) {
  for (method in c("BH", "holm", "bonferroni")) {
    out$p_adjust[[paste(family, tolower(method), sep = "_")]] <- unname(p.adjust(out$p_adjust[[family]], method))
  }
  out$p_adjust[[family]] <- unname(out$p_adjust[[family]])
}

# ---- Kitagawa (1955): rate and mix -----------------------------------------------------------

# rate: change within the segments at the average mix; mix: change of the mix at the average level.
# `mix_centred` counts a segment's move in mix against the average of all, so that a segment that
# grows gains only where it is above average; its sum is the same.
kitagawa <- function(d) {
  level <- share <- matrix(0, 3, 2)
  for (t in 1:2) for (s in 1:3) {
    here <- d$period == t & d$segment == LETTERS[s]
    level[s, t] <- sum(d$weight[here] * d$y[here]) / sum(d$weight[here])
    share[s, t] <- sum(d$weight[here]) / sum(d$weight[d$period == t])
  }
  total <- colSums(level * share)
  rate <- rowMeans(share) * (level[, 2] - level[, 1])
  mix <- rowMeans(level) * (share[, 2] - share[, 1])
  stopifnot(abs(sum(rate) + sum(mix) - (total[2] - total[1])) < 1e-10)
  list(
    before = total[1], after = total[2], delta = total[2] - total[1], rate = sum(rate), mix = sum(mix),
    rate_by_segment = rate, mix_by_segment = mix,
    mix_centred_by_segment = (rowMeans(level) - mean(total)) * (share[, 2] - share[, 1]),
    share_before = share[, 1], share_after = share[, 2], level_before = level[, 1], level_after = level[, 2]
  )
}
out$kitagawa <- list()
for (metric in c("nps", "csat", "t2b")) for (weight in c("weighted", "unweighted")) {
  d <- frame_of(metric)
  d$weight <- if (weight == "weighted") d$w else 1
  out$kitagawa[[paste(metric, weight, sep = "|")]] <- kitagawa(d)
}

# ---- write -----------------------------------------------------------------------------------

numbers <- unlist(out)
stopifnot(is.numeric(numbers), all(is.finite(numbers)))
made <- list(R = paste(R.version$major, R.version$minor, sep = "."), survey = as.character(packageVersion("survey")),
             jsonlite = as.character(packageVersion("jsonlite")), numbers = length(numbers))

# jsonlite stops at 15 digits: numbers are written out with 17 and passed through as they are.
exact <- function(x) {
  if (is.list(x)) return(lapply(x, exact))
  text <- sprintf("%.17g", x)
  structure(if (length(x) == 1) text else paste0("[", paste(text, collapse = ", "), "]"), class = "json")
}
line <- function(x) toJSON(x, auto_unbox = TRUE, json_verbatim = TRUE)
# One entry a line, so that a change of one number is a change of one line.
section <- function(name) {
  entries <- lapply(exact(out[[name]]), line)
  paste0(' "', name, '": {\n', paste0('  "', names(entries), '": ', entries, collapse = ",\n"), "\n }")
}
body <- c(paste0(' "made_with": ', line(made)), sapply(names(out), section))
writeLines(c("{", paste(body, collapse = ",\n"), "}"), target)
cat(length(numbers), "numbers in", basename(target), "\n")
