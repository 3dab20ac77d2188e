# Reference values for linkage, from R: survey (svyby, svyglm), stats (t.test, chisq.test, fisher.test, oneway.test, lm,
# glm). HC3, clustered errors and the joint covariance of several estimates, which none of them has, are written out
# below on lm's residuals and hat values.
#
#   Rscript linkage.R        writes linkage.json beside this file
#
# The rows come from whole-number patterns and no random generator, so that the test makes the same ones.

suppressPackageStartupMessages({
  library(survey)
  library(jsonlite)
})

here <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
target <- file.path(dirname(normalizePath(here)), "linkage.json")

# ---- rows: 400 customers of 60 accounts ------------------------------------------------------------
d <- local({
  i <- 0:399
  account <- (i * 7) %% 60
  score <- pmin(pmax((account %% 5) + (i * 3) %% 8 + 1 - (i * i) %% 3, 0), 10)
  points <- ifelse(score >= 9, 100, ifelse(score >= 7, 0, -100))
  churned <- as.numeric((score * 2 + (i * 17 + i %/% 5) %% 29) < 21)
  spend <- 500 + 40 * score + ((i * 37 + (i * i) %/% 3) %% 101)^2 / 20 - 60 * ((i %% 23) == 0)
  tenure <- 1 + (i * 11) %% 37
  plan <- c("basic", "plus", "pro")[1 + ((i * 5 + account) %% 7 > 2) + ((i + account) %% 11 == 0)]
  w <- (4 + (i * 13 + i %/% 5) %% 17) / 10
  data.frame(i, account, score, points, churned, spend, tenure, plan, w)
})
d$class <- factor(ifelse(d$points < 0, "detractor", ifelse(d$points > 0, "promoter", "passive")),
                  levels = c("detractor", "passive", "promoter"))
d$plan <- relevel(factor(d$plan), ref = names(which.max(table(d$plan))))
stayed <- d[d$churned == 0, ]

# ---- written out -------------------------------------------------------------------------------------
influence_hc3 <- function(fit) {
  x <- model.matrix(fit)
  (x * (residuals(fit) / (1 - hatvalues(fit)))) %*% solve(crossprod(x))
}
hc3 <- function(fit) crossprod(influence_hc3(fit))
clustered <- function(fit, cluster) {
  x <- model.matrix(fit)
  scores <- rowsum(x * residuals(fit), cluster)
  g <- nrow(scores); n <- nrow(x); k <- ncol(x)
  bread <- solve(crossprod(x))
  bread %*% crossprod(scores) %*% bread * g / (g - 1) * (n - 1) / (n - k)
}
slope_of <- function(fit, v, name = "points") list(coef = unname(coef(fit)[name]), se = unname(sqrt(diag(v)[name])))

# ---- by class ---------------------------------------------------------------------------------------------
class_means <- lapply(split(stayed, stayed$class), function(x) list(n = nrow(x), mean = mean(x$spend), se = sd(x$spend) / sqrt(nrow(x))))
class_rates <- lapply(split(d, d$class), function(x) {
  ci <- prop.test(sum(x$churned), nrow(x), correct = FALSE)$conf.int
  list(n = nrow(x), rate = mean(x$churned), low = ci[1], high = ci[2])
})
pairs <- list(c("passive", "detractor"), c("promoter", "detractor"), c("promoter", "passive"))
names(pairs) <- sapply(pairs, paste, collapse = "|")
welch <- lapply(pairs, function(p) {
  t <- t.test(stayed$spend[stayed$class == p[1]], stayed$spend[stayed$class == p[2]])
  list(delta = unname(t$estimate[1] - t$estimate[2]), low = t$conf.int[1], high = t$conf.int[2], p = t$p.value)
})
shares <- lapply(pairs, function(p) {
  some <- d[d$class %in% p, ]
  list(chi2 = suppressWarnings(chisq.test(table(factor(some$class), some$churned), correct = FALSE)$p.value),
       fisher = fisher.test(table(factor(some$class), some$churned))$p.value)
})
family <- p.adjust(c(sapply(welch, `[[`, "p"), sapply(shares, `[[`, "chi2")), "BH")

# ---- one point --------------------------------------------------------------------------------------------
plain <- lm(spend ~ points, stayed)
controlled <- lm(spend ~ tenure + plan + points, stayed)
lost <- lm(100 * churned ~ points, d)
moved <- lm(spend ~ tenure + plan + class, stayed)
single <- svydesign(ids = ~1, weights = ~w, data = stayed)
grouped <- svydesign(ids = ~account, weights = ~w, data = stayed)
svy <- function(design, form) { fit <- svyglm(form, design); slope_of(fit, vcov(fit)) }
svy_means <- function(design) {
  m <- lapply(levels(stayed$class), function(level) {
    # A class as a sample of its own, as cxkit takes it: the factor counts its own units.
    own <- subset(stayed, class == level)
    one <- if (identical(design, grouped)) svydesign(ids = ~account, weights = ~w, data = own) else svydesign(ids = ~1, weights = ~w, data = own)
    found <- svymean(~spend, one)
    list(mean = unname(coef(found)), se = unname(sqrt(diag(vcov(found)))))
  })
  names(m) <- levels(stayed$class)
  m
}
tight <- glm.control(epsilon = 1e-14, maxit = 100)
logit <- glm(churned ~ tenure + points, binomial, d, control = tight)
p <- fitted(logit)
effect <- unname(coef(logit)["points"] * mean(p * (1 - p)) * 100)

# ---- shape ------------------------------------------------------------------------------------------------
enough <- names(which(table(stayed$score) >= 10))
by_answer <- stayed[stayed$score %in% as.numeric(enough), ]
anova_welch <- oneway.test(spend ~ factor(score), by_answer)

# ---- joint: base and slope of spend (stayed) and of churn (all), summed over all 400 customers ----------------------
u <- matrix(0, nrow(d), 4, dimnames = list(NULL, c("spend", "churned", "spend_slope", "churned_slope")))
at <- d$churned == 0
u[at, "spend"] <- (stayed$spend - mean(stayed$spend)) / nrow(stayed) * sqrt(nrow(stayed) / (nrow(stayed) - 1))
u[, "churned"] <- (d$churned - mean(d$churned)) / nrow(d) * sqrt(nrow(d) / (nrow(d) - 1))
u[at, "spend_slope"] <- influence_hc3(plain)[, "points"]
u[, "churned_slope"] <- influence_hc3(lm(churned ~ points, d))[, "points"]

out <- list(
  made_with = list(R = paste(R.version$major, R.version$minor, sep = "."), survey = as.character(packageVersion("survey"))),
  rows = list(n = nrow(d), score = sum(d$score * d$i), churned = sum(d$churned * d$i), spend = sum(d$spend * d$i), w = sum(d$w * d$i),
              plan = as.list(table(as.character(d$plan)))),
  class_means = class_means, class_rates = class_rates, welch = welch, shares = shares, adjusted = as.list(unname(family)),
  point = c(slope_of(plain, hc3(plain)), low = unname(coef(plain)["points"] - qt(.975, plain$df.residual) * sqrt(hc3(plain)["points", "points"]))),
  point_controlled = slope_of(controlled, hc3(controlled)),
  point_clustered = slope_of(plain, clustered(plain, stayed$account)),
  point_controlled_clustered = slope_of(controlled, clustered(controlled, stayed$account)),
  point_lost = slope_of(lost, hc3(lost)),
  point_weighted = svy(single, spend ~ points), point_weighted_controlled = svy(single, spend ~ tenure + plan + points),
  point_weighted_clustered = svy(grouped, spend ~ points),
  means_weighted = svy_means(single), means_weighted_clustered = svy_means(grouped),
  converted = slope_of(moved, hc3(moved), "classpromoter"),
  logit_effect = effect,
  answers_used = length(enough),
  oneway = list(statistic = unname(anova_welch$statistic), df = unname(anova_welch$parameter[2]), p = anova_welch$p.value),
  joint = list(covariance = crossprod(u))
)
write(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), target)
