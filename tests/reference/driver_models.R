# Reference values for the models of the driver analysis, from R: MASS (polr, glm.nb), stats (glm) and
# survey (svyglm); Brant's test, which none of them has, is written out below on glm's logits.
#
#   Rscript driver_models.R        writes driver_models.json beside this file
#
# The rows come from whole-number patterns and no random generator, so that driver_models.py makes the
# same ones.

suppressPackageStartupMessages({
  library(MASS)
  library(survey)
  library(jsonlite)
})

here <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
target <- file.path(dirname(normalizePath(here)), "driver_models.json")

clamp <- function(x, low, high) pmin(pmax(x, low), high)

# ---- rows: 600 answers of 75 accounts ----------------------------------------------------------
d <- local({
  i <- 0:599
  account <- i %/% 8
  mood <- (account * 7) %% 5
  wait <- clamp((mood + (i * 3) %% 7) %/% 2 + 1, 1, 5)
  price <- clamp((mood + (i * 5 + i %/% 11) %% 6) %/% 2 + 1, 1, 5)
  staff <- 1 + (i * 7 + i %/% 13) %% 5
  noise <- (i * 37 + (i * i) %/% 3) %% 11
  score <- clamp((2 * wait + price + staff + noise) %/% 2 - 3, 0, 10)
  visits <- clamp((wait * wait + ((i * 29 + i %/% 7) %% 13)^2 - price) %/% 8, 0, 30)
  late <- as.numeric(wait + staff + (i * 17 + i %/% 5) %% 9 < 9)
  spend <- (10 + 3 * wait + price + (i * 23 + i %/% 3) %% 41) / 2
  w <- (4 + (i * 13 + i %/% 5) %% 17) / 10
  data.frame(i, account, wait, price, staff, score, visits, late, spend, w)
})
form <- function(y) reformulate(c("wait", "price", "staff"), y)

# ---- estimates and errors -------------------------------------------------------------------------
numbers <- function(fit, names = names(coef(fit))) {
  list(coef = unname(coef(fit)), se = unname(sqrt(diag(vcov(fit)))[seq_along(coef(fit))]))
}
tight <- glm.control(epsilon = 1e-14, maxit = 100)

ordered_score <- transform(d, score = factor(score, ordered = TRUE))
# R's optimiser stops at 1e-8 of the deviance by itself.
close <- list(reltol = 1e-16, maxit = 5000)
cumulative <- function(method) {
  fit <- polr(form("score"), ordered_score, method = method, Hess = TRUE, control = close)
  c(numbers(fit), list(thresholds = unname(fit$zeta), log_likelihood = as.numeric(logLik(fit))))
}

logit <- glm(form("late"), binomial, d, control = tight)
poisson_fit <- glm(form("visits"), poisson, d, control = tight)
gamma_fit <- glm(form("spend"), Gamma("log"), d, control = tight)
negbin <- glm.nb(form("visits"), d, control = glm.control(epsilon = 1e-14, maxit = 200))

single <- svydesign(ids = ~1, weights = ~w, data = d)
grouped <- svydesign(ids = ~account, weights = ~w, data = d)
survey_of <- function(y, family, design) numbers(suppressWarnings(svyglm(form(y), design, family = family, control = tight)))

# ---- Brant (1990): logits at each threshold, Wald tests that their slopes are equal --------------------
brant <- local({
  x <- cbind(1, as.matrix(d[c("wait", "price", "staff")]))
  upto <- sapply(0:9, function(k) sum(d$score <= k))
  cuts <- (0:9)[upto >= 30 & nrow(d) - upto >= 30]
  fits <- lapply(cuts, function(k) glm((d$score > k) ~ x - 1, family = binomial, control = tight))
  p <- sapply(fits, fitted)
  J <- length(cuts); q <- ncol(x)
  V <- matrix(0, J * q, J * q)
  at <- function(j) (j - 1) * q + 1:q
  inner <- function(j, k) t(x) %*% (x * (p[, max(j, k)] * (1 - p[, min(j, k)])))
  for (j in 1:J) for (k in 1:J) V[at(j), at(k)] <- solve(inner(j, j)) %*% inner(j, k) %*% solve(inner(k, k))
  b <- sapply(fits, coef)
  wald <- function(terms) {
    pick <- unlist(lapply(1:J, function(j) at(j)[1 + terms]))
    beta <- c(b[1 + terms, ])
    D <- cbind(matrix(1, J - 1, 1), -diag(J - 1)) %x% diag(length(terms))
    gap <- D %*% beta
    drop(t(gap) %*% solve(D %*% V[pick, pick] %*% t(D)) %*% gap)
  }
  each <- sapply(1:3, wald)
  list(cuts = cuts, coef = t(b[-1, ]), statistic = each, p = pchisq(each, J - 1, lower.tail = FALSE),
       overall = wald(1:3), overall_p = pchisq(wald(1:3), 3 * (J - 1), lower.tail = FALSE))
})

out <- list(
  made_with = list(R = R.version.string, MASS = as.character(packageVersion("MASS")),
                   survey = as.character(packageVersion("survey"))),
  rows = list(sums = as.list(colSums(d)), squares = as.list(colSums(d^2))),
  polr = list(logit = cumulative("logistic"), probit = cumulative("probit")),
  logit = c(numbers(logit), list(log_likelihood = as.numeric(logLik(logit)))),
  poisson = c(numbers(poisson_fit), list(log_likelihood = as.numeric(logLik(poisson_fit)))),
  gamma = c(numbers(gamma_fit), list(deviance = deviance(gamma_fit), null = gamma_fit$null.deviance)),
  negbin = c(numbers(negbin), list(alpha = 1 / negbin$theta, log_likelihood = as.numeric(logLik(negbin)))),
  weighted = list(logit = survey_of("late", quasibinomial(), single), poisson = survey_of("visits", quasipoisson(), single)),
  clusters = list(logit = survey_of("late", quasibinomial(), grouped), poisson = survey_of("visits", quasipoisson(), grouped)),
  svyolr = local({
    design <- svydesign(ids = ~1, weights = ~w, data = ordered_score)
    fit <- svyolr(form("score"), design, control = close)
    list(coef = unname(fit$coefficients), thresholds = unname(fit$zeta))
  }),
  brant = brant
)
writeLines(toJSON(out, digits = 17, auto_unbox = TRUE, pretty = TRUE), target)
