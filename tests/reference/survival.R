# Reference values for churn and survival, from R's package survival: survfit, survdiff, coxph, cox.zph; and glm of stats.
#
#   Rscript survival.R        writes survival.json beside this file
#
# The rows come from whole-number patterns and no random generator, so that survival.py makes the same ones.

suppressPackageStartupMessages({
  library(survival)
  library(jsonlite)
})

here <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
target <- file.path(dirname(normalizePath(here)), "survival.json")

clamp <- function(x, low, high) pmin(pmax(x, low), high)

# ---- rows: 240 customers, many leaving at the same time ----------------------------------------------------------
d <- local({
  i <- 0:239
  score <- (i * 7 + i %/% 11) %% 11
  plan <- (i * 5 + i %/% 7) %% 3
  spend <- (10 + (i * 23 + i %/% 3) %% 41) / 10
  stop <- 3 + (i * 37 + (i * i) %/% 5) %% 29 + (score * 2) %/% 3
  event <- as.numeric((i * 13 + i %/% 4) %% 7 < 5 - score %/% 4)
  cause <- ifelse(event == 1, 1 + (i * 11 + i %/% 6) %% 3, 0)
  start <- clamp((i * 3) %% 8 - 3, 0, stop - 1)
  data.frame(i, score, plan, spend, stop, event, cause, start)
})

# ---- intervals: each customer answers again at some times; an answer holds until the next ------------------------
rows <- do.call(rbind, lapply(seq_len(nrow(d)), function(k) {
  r <- d[k, ]
  cuts <- r$start + 1:3 * (3 + r$i %% 5)
  ends <- c(cuts[cuts < r$stop], r$stop)
  begins <- c(r$start, head(ends, -1))
  m <- length(ends)
  data.frame(i = r$i, plan = r$plan, spend = r$spend, start = begins, stop = ends,
             event = c(rep(0, m - 1), r$event), score = (r$score + 4 * (seq_len(m) - 1)) %% 11)
}))

out <- list(made_with = list(R = R.version.string, survival = as.character(packageVersion("survival"))))
out$rows <- list(stop = sum(d$stop * (d$i + 1)), event = sum(d$event * (d$i + 1)), cause = sum(d$cause * (d$i + 1)),
                 start = sum(d$start * (d$i + 1)), score = sum(d$score * (d$i + 1)), spend = sum(d$spend * (d$i + 1)),
                 intervals = nrow(rows), varying = sum(rows$score * (rows$i + 1)))

# ---- Kaplan-Meier ------------------------------------------------------------------------------------------------
curve <- function(form, data, horizon) {
  f <- survfit(form, data, conf.type = "log-log", timefix = FALSE)
  q <- quantile(f, 0.5)
  table <- summary(f, rmean = horizon)$table
  list(time = f$time, n = f$n.risk, events = f$n.event, surv = f$surv, low = f$lower, high = f$upper,
       median = unname(c(q$quantile, q$lower, q$upper)), rmst = unname(table[c("rmean", "se(rmean)")]))
}
out$km <- list(
  all = curve(Surv(stop, event) ~ 1, d, 24),
  entry = curve(Surv(start, stop, event) ~ 1, d, 24),
  plan0 = curve(Surv(stop, event) ~ 1, d[d$plan == 0, ], 20))

# ---- log-rank ----------------------------------------------------------------------------------------------------
test <- function(f) list(chisq = f$chisq, observed = rowSums(as.matrix(f$obs)), expected = rowSums(as.matrix(f$exp)),
                         p = pchisq(f$chisq, length(f$n) - 1, lower.tail = FALSE))
d$class <- ifelse(d$score >= 9, 2, ifelse(d$score >= 7, 1, 0))
out$logrank <- list(
  plan = test(survdiff(Surv(stop, event) ~ plan, d)),
  class = test(survdiff(Surv(stop, event) ~ class, d)),
  class_in_plan = test(survdiff(Surv(stop, event) ~ class + strata(plan), d)))

# ---- competing reasons -------------------------------------------------------------------------------------------
incidence <- function(form) {
  f <- survfit(form, d, id = i)
  list(time = f$time, share = unname(f$pstate[, -1]), se = unname(f$std.err[, -1]))
}
out$incidence <- list(
  all = incidence(Surv(stop, factor(cause, 0:3)) ~ 1),
  entry = incidence(Surv(start, stop, factor(cause, 0:3)) ~ 1))
# The delta method on the hazards, as recursion of the Aalen-Johansen matrices: every covariance of one step's
# departures, carried on to the end of the curve.
delta <- function(start) {
  times <- sort(unique(d$stop[d$event == 1]))
  k <- 4
  P <- diag(k)
  V <- matrix(0, k, k)   # covariance of the first row of P
  errors <- NULL
  for (t in times) {
    n <- sum(d$stop >= t & start < t)
    h <- sapply(1:3, function(r) sum(d$stop == t & d$cause == r)) / n
    step <- diag(k)
    step[1, ] <- c(1 - sum(h), h)
    H <- (diag(c(0, h)) - outer(c(0, h), c(0, h))) / n
    H[1, ] <- -colSums(H[-1, ])
    H[, 1] <- -rowSums(H[, -1])
    V <- t(step) %*% V %*% step + P[1, 1]^2 * H
    P <- P %*% step
    errors <- rbind(errors, sqrt(diag(V))[-1])
  }
  list(time = times, se = errors)
}
out$incidence_delta <- list(all = delta(rep(-1, nrow(d))), entry = delta(d$start))

# ---- Cox ---------------------------------------------------------------------------------------------------------
control <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 60, timefix = FALSE)
cox <- function(form, data, id = NULL) {
  f <- do.call(coxph, list(form, data = data, ties = "efron", control = control))
  z <- cox.zph(f, transform = "km", terms = FALSE)$table
  naive <- if (is.null(f$naive.var)) f$var else f$naive.var
  c(list(coef = unname(coef(f)), se = unname(sqrt(diag(naive))), loglik = f$loglik[2],
         zph = unname(z[, "chisq"]), zph_p = unname(z[, "p"])),
    if (!is.null(f$naive.var)) list(robust = unname(sqrt(diag(f$var)))))
}
out$cox <- list(
  fixed = cox(Surv(stop, event) ~ score + spend, d),
  entry = cox(Surv(start, stop, event) ~ score + spend, d),
  changing = cox(Surv(start, stop, event) ~ score + spend + cluster(i), rows),
  strata = cox(Surv(start, stop, event) ~ score + spend + strata(plan) + cluster(i), rows),
  fixed_robust = cox(Surv(stop, event) ~ score + spend + cluster(i), d))

# ---- discrete time: a row for each period of 5 begun -------------------------------------------------------------
periods <- do.call(rbind, lapply(seq_len(nrow(d)), function(k) {
  r <- d[k, ]
  last <- ceiling(r$stop / 5)
  # A period that was not seen to its end tells nothing unless the customer left in it.
  kept <- if (r$event == 1) last else r$stop %/% 5
  if (kept == 0) return(NULL)
  data.frame(i = r$i, period = seq_len(kept), score = r$score, spend = r$spend,
             gone = c(rep(0, kept - 1), r$event * (kept == last)))
}))
tight <- glm.control(epsilon = 1e-14, maxit = 100)
discrete <- function(link) {
  f <- glm(gone ~ factor(period) + score + spend, binomial(link), periods, control = tight)
  list(coef = unname(tail(coef(f), 2)), se = unname(tail(sqrt(diag(vcov(f))), 2)))
}
out$discrete <- list(rows = nrow(periods), gone = sum(periods$gone), logit = discrete("logit"), cloglog = discrete("cloglog"))

# ---- predictions -------------------------------------------------------------------------------------------------
out$auc <- local({
  p <- 1 / (1 + exp(0.3 * d$score - 1 + 0.1 * d$plan))
  yes <- p[d$event == 1]; no <- p[d$event == 0]
  wins <- outer(yes, no, function(a, b) (a > b) + (a == b) / 2)
  se <- sqrt(var(rowMeans(wins)) / length(yes) + var(colMeans(wins)) / length(no))
  f <- glm(d$event ~ qlogis(p), family = binomial, control = tight)
  list(auc = mean(wins), se = se, brier = mean((d$event - p)^2), recalibrated = unname(coef(f)))
})

body <- toJSON(out, digits = I(17), auto_unbox = TRUE, na = "null", pretty = FALSE)
writeLines(gsub("(\"[a-z_]+\":\\{)", "\n\\1", body), target)
