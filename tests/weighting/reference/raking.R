# Reference values for cxkit's weights, from R survey 4.1-1:  Rscript raking.R > raking.json
# The data are made by formula, without random numbers, and are written out with the results.
suppressPackageStartupMessages({library(survey); library(jsonlite)})

n <- 72
i <- seq_len(n)
data <- data.frame(
  region = c("N", "S", "E")[1 + (i * 7 + i %/% 5) %% 3],
  size = c("small", "large")[1 + ((i * i) %% 7 < 3)],
  channel = c("web", "shop", "phone", "app")[1 + (i * 5 + i %/% 11) %% 4],
  d = 0.5 + ((i * 13) %% 17) / 8,
  score = (i * 11 + i %/% 3) %% 11
)
shares <- list(
  region = c(N = 0.5, S = 0.3, E = 0.2),
  size = c(small = 0.35, large = 0.65),
  channel = c(web = 0.4, shop = 0.3, phone = 0.1, app = 0.2)
)
margin <- function(name) setNames(data.frame(names(shares[[name]]), shares[[name]] * n), c(name, "Freq"))
facts <- function(design) {
  w <- weights(design)
  m <- svymean(~score, design)
  plain <- svydesign(ids = ~1, weights = w / mean(w), data = data)  # the weights taken as given
  fixed <- svymean(~score, plain)
  list(
    w = unname(w / mean(w)), n_eff = sum(w)^2 / sum(w^2), deff = n * sum(w^2) / sum(w)^2,
    low = min(w / mean(w)), high = max(w / mean(w)), mean = unname(coef(m)), se = as.numeric(SE(fixed))
  )
}
weighted <- svydesign(ids = ~1, weights = ~d, data = data)
equal <- svydesign(ids = ~1, weights = ~rep(1, n), data = data)
close <- list(maxit = 500, epsilon = 1e-13, verbose = FALSE)
raked <- function(design) {
  rake(design, list(~region, ~size, ~channel), lapply(names(shares), margin), control = close)
}
# Post-stratification on region x size, with any targets that sum to 1.
cells <- expand.grid(region = c("N", "S", "E"), size = c("small", "large"), stringsAsFactors = FALSE)
cells$Freq <- n * c(0.20, 0.12, 0.08, 0.25, 0.15, 0.20)
# Truncated raking: bounds on the weights themselves, not on their ratio to the design weight. With a lower
# bound at work the Newton steps of grake do not converge here, so only upper bounds are compared.
scaled <- svydesign(ids = ~1, weights = ~I(d / mean(d)), data = data)
truncated <- function(low, high) {
  calibrate(
    scaled, list(~region, ~size, ~channel), lapply(names(shares), function(name) {
      xtabs(as.formula(paste("Freq ~", name)), margin(name))
    }),
    calfun = "raking", bounds = c(low, high), bounds.const = TRUE, maxit = 500, epsilon = 1e-13
  )
}
# Response: a logistic regression with and without design weights (base R; survey's svyglm has the same estimates).
answered <- as.integer((i * 17) %% 23 < 6 + 4 * (data$channel == "web") + (data$d > 1.2) * 3)
model <- glm(answered ~ channel + d, family = binomial, data = data, control = list(epsilon = 1e-15, maxit = 100))
pseudo <- suppressWarnings(glm(
  answered ~ channel + score, family = binomial, data = data, weights = d / mean(d),
  control = list(epsilon = 1e-15, maxit = 100)
))
out <- list(
  version = paste("survey", packageVersion("survey")),
  data = as.list(data), shares = lapply(shares, as.list), answered = answered,
  cells = list(region = cells$region, size = cells$size, share = cells$Freq / n),
  rake = facts(raked(weighted)), rake_equal = facts(raked(equal)),
  post = facts(postStratify(weighted, ~ region + size, cells)),
  truncated = facts(truncated(0.1, 3)), truncated_above = facts(truncated(0, 2.6)),
  trim_above = facts(trimWeights(scaled, upper = 1.5, strict = TRUE)),
  trim_below = facts(trimWeights(scaled, lower = 0.6, strict = TRUE)),
  logit = list(names = names(coef(model)), coef = unname(coef(model)),
               se = unname(sqrt(diag(vcov(model)))), chance = unname(fitted(model))),
  logit_weighted = list(names = names(coef(pseudo)), coef = unname(coef(pseudo)), chance = unname(fitted(pseudo)))
)
cat(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = FALSE), "\n", sep = "")
