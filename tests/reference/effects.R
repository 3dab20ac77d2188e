# Reference values for effects: base R (t.test, lm, glm, prop.test) and, where it has no function, the published
# formula written out on whole matrices, in another way than cxkit does it.
#
#   Rscript effects.R        writes effects.json beside this file
#
library(jsonlite)

# Rows from whole-number patterns: no random generator, so that any language can make them.
n <- 480
i <- 0:(n - 1)
shop <- i %% 12
month <- (i %/% 12) %% 10
treated <- as.numeric(shop < 5)
after <- as.numeric(month >= 6)
noise <- ((i * 7919 + 104729) %% 1009) / 1009 - 0.5
wave <- ((i * i * 31 + 17 * i) %% 997) / 997 - 0.5
tenure <- ((i * 389) %% 211) / 21.1
group <- c("a", "b", "c")[1 + (i * 13 + i %/% 7) %% 3]
y <- 50 + 3 * shop + 1.5 * month + 6 * treated * after + 30 * noise + 4 * wave * (1 + shop / 6) + 0.8 * tenure
weight <- 0.5 + (i %% 5) / 4

out <- list()
out$rows <- list(shop = shop, month = month, y = y, tenure = tenure, group = group, weight = weight)

# Welch, and shares by prop.test and Newcombe's method 10.
w <- t.test(y[treated == 1], y[treated == 0])
out$welch <- list(delta = unname(w$estimate[1] - w$estimate[2]), t = unname(w$statistic), df = unname(w$parameter),
                  p = w$p.value, low = w$conf.int[1], high = w$conf.int[2])
high <- y > 85
x1 <- sum(high[treated == 1]); n1 <- sum(treated == 1); x0 <- sum(high[treated == 0]); n0 <- sum(treated == 0)
p <- prop.test(c(x1, x0), c(n1, n0), correct = FALSE)
e1 <- prop.test(x1, n1, correct = FALSE)$conf.int; e0 <- prop.test(x0, n0, correct = FALSE)$conf.int
d <- x1 / n1 - x0 / n0
out$shares <- list(delta = 100 * d, p = p$p.value,
                   low = 100 * (d - sqrt((x1 / n1 - e1[1])^2 + (e0[2] - x0 / n0)^2)),
                   high = 100 * (d + sqrt((e1[2] - x1 / n1)^2 + (x0 / n0 - e0[1])^2)))

# CUPED by hand: theta from the covariance, then Welch.
theta <- cov(y, tenure) / var(tenure)
adjusted <- y - theta * (tenure - mean(tenure))
w <- t.test(adjusted[treated == 1], adjusted[treated == 0])
out$cuped <- list(theta = theta, delta = unname(w$estimate[1] - w$estimate[2]), low = w$conf.int[1], high = w$conf.int[2],
                  p = w$p.value)

# Two-way fixed effects on all dummies; CR2 and Bell and McCaffrey's degrees of freedom on whole n x n matrices.
root <- function(m, power) {
  e <- eigen(m, symmetric = TRUE)
  value <- ifelse(e$values > 1e-9, pmax(e$values, 1e-9)^power, 0)
  e$vectors %*% (value * t(e$vectors))
}
cr2 <- function(X, y, cluster, w = rep(1, length(y))) {
  X <- X * sqrt(w); y <- y * sqrt(w)
  M <- solve(crossprod(X)); H <- X %*% M %*% t(X); e <- as.vector(y - H %*% y); I <- diag(length(y))
  V <- 0; parts <- list()
  for (g in unique(cluster)) {
    at <- which(cluster == g)
    A <- root((I - H)[at, at, drop = FALSE], -0.5)
    score <- t(X[at, , drop = FALSE]) %*% A %*% e[at]
    V <- V + score %*% t(score)
    parts[[length(parts) + 1]] <- (I - H)[, at, drop = FALSE] %*% A %*% X[at, , drop = FALSE] %*% M
  }
  list(coef = as.vector(M %*% t(X) %*% y), V = M %*% V %*% M, df = function(j) {
    G <- sapply(parts, function(q) q[, j]); B <- crossprod(G); sum(diag(B))^2 / sum(B * B)
  })
}
for (kind in c("plain", "weighted")) {
  ww <- if (kind == "plain") rep(1, n) else weight
  X <- model.matrix(~ 0 + factor(shop) + factor(month) + I(treated * after))
  k <- ncol(X)
  f <- cr2(X, y, shop, ww)
  check <- lm(y ~ factor(shop) + factor(month) + I(treated * after), weights = ww)
  stopifnot(abs(f$coef[k] - coef(check)[["I(treated * after)"]]) < 1e-8)
  out[[paste0("did_", kind)]] <- list(estimate = f$coef[k], se = sqrt(f$V[k, k]), df = f$df(k))
}
# The event study, month 6 (index 5) as the reference, and Hotelling's test of the months before.
D <- sapply(c(0:4, 6:9), function(m) treated * (month == m))
X <- cbind(model.matrix(~ 0 + factor(shop) + factor(month)), D)
f <- cr2(X, y, shop)
k <- ncol(X) - 8:0
lead <- k[1:5]
W <- sum(f$coef[lead] * solve(f$V[lead, lead], f$coef[lead])); v <- 12 - 1; q <- 5
F <- (v - q + 1) / (v * q) * W
out$events <- list(coef = f$coef[k], se = sqrt(diag(f$V)[k]), df = sapply(k, f$df), F = F, p = pf(F, q, v - q + 1, lower.tail = FALSE))
# Rows as clusters: HC2.
X <- cbind(1, treated)
f <- cr2(X, y, i)
out$hc2 <- list(estimate = f$coef[2], se = sqrt(f$V[2, 2]), df = f$df(2))

# An interrupted series: AR(1) by restricted likelihood on whole covariance matrices.
t <- 0:29
post <- as.numeric(t >= 18)
s <- 40 + 0.4 * t + 5 * post + 0.3 * post * (t - 18) + 8 * (((t * 37 + 11) %% 29) / 29 - 0.5) + 3 * cos(t / 3)
X <- cbind(1, t - 18, post, post * (t - 18))
reml <- function(par) {
  if (abs(par[2]) > 2.05 || abs(par[1]) > 20) return(1e10)
  R <- tanh(par[2])^abs(outer(t, t, "-")) * exp(par[1])
  Ri <- solve(R); XtRX <- t(X) %*% Ri %*% X; b <- solve(XtRX, t(X) %*% Ri %*% s); r <- s - X %*% b
  as.numeric(0.5 * (determinant(R)$modulus + determinant(XtRX)$modulus + t(r) %*% Ri %*% r))
}
# The likelihood may have two hills: the best of several starts.
found <- NULL
for (z in c(-0.8, -0.3, 0.1, 0.5, 1)) {
  try <- optim(c(log(var(s) / 4), z), reml, method = "BFGS", control = list(reltol = 1e-15, maxit = 1000))
  if (is.null(found) || try$value < found$value) found <- try
}
V <- function(par) { R <- tanh(par[2])^abs(outer(t, t, "-")) * exp(par[1]); solve(t(X) %*% solve(R) %*% X) }
R <- tanh(found$par[2])^abs(outer(t, t, "-"))
b <- solve(t(X) %*% solve(R) %*% X, t(X) %*% solve(R) %*% s)
cc <- c(0, 0, 1, mean((t - 18)[post == 1]))
H <- optimHess(found$par, reml, control = list(ndeps = c(1e-4, 1e-4)))
grad <- sapply(1:2, function(j) {
  h <- c(0, 0); h[j] <- 1e-4
  (log(t(cc) %*% V(found$par + h) %*% cc) - log(t(cc) %*% V(found$par - h) %*% cc)) / 2e-4
})
out$series <- list(y = s, rho = tanh(found$par[2]), coef = as.vector(b), effect = sum(cc * b),
                   se = sqrt(as.numeric(t(cc) %*% V(found$par) %*% cc)), df = 2 / as.numeric(t(grad) %*% solve(H) %*% grad))

# Overlap weights: estimating equations of all parameters stacked, derivatives by differences.
chosen <- as.numeric(((i * 271) %% 480) / 480 < plogis(-0.6 + 0.12 * tenure + 0.5 * (group == "b")))
Z <- model.matrix(~ tenure + group)
g <- glm(chosen ~ tenure + group, family = binomial, control = list(epsilon = 1e-14, maxit = 100))
for (kind in c("overlap", "treated")) {
  equations <- function(par) {
    e <- plogis(as.vector(Z %*% par[1:4]))
    w1 <- if (kind == "overlap") 1 - e else 1
    w0 <- if (kind == "overlap") e else e / (1 - e)
    cbind(Z * (chosen - e), chosen * w1 * (y - par[5]), (1 - chosen) * w0 * (y - par[6]))
  }
  e <- fitted(g)
  w1 <- if (kind == "overlap") (1 - e) else rep(1, n)
  w0 <- if (kind == "overlap") e else e / (1 - e)
  par <- c(coef(g), sum(chosen * w1 * y) / sum(chosen * w1), sum((1 - chosen) * w0 * y) / sum((1 - chosen) * w0))
  A <- sapply(seq_along(par), function(j) {
    h <- rep(0, 6); h[j] <- 1e-5 * max(1, abs(par[j]))
    (colSums(equations(par + h)) - colSums(equations(par - h))) / (2 * h[j])
  })
  S <- solve(A); C <- S %*% crossprod(equations(par)) %*% t(S)
  cc <- c(0, 0, 0, 0, 1, -1)
  out[[paste0("weights_", kind)]] <- list(effect = unname(par[5] - par[6]),
                                          se = sqrt(as.numeric(t(cc) %*% C %*% cc) * n / (n - 5)))
}
out$chosen <- chosen

# Nearest neighbour, every distance computed; Abadie and Imbens' error.
# With roots no two customers are alike, and no two are equally near.
Q <- cbind(tenure + 0.05 * sqrt(i + 2), group == "b", group == "c")
S <- solve(cov(Q))
yes <- which(chosen == 1); no <- which(chosen == 0)
share <- matrix(0, length(yes), length(no))
for (a in seq_along(yes)) {
  gap <- sweep(Q[no, ], 2, Q[yes[a], ])
  dist <- rowSums((gap %*% S) * gap)
  near <- which(dist <= min(dist) + 1e-9)
  share[a, near] <- 1 / length(near)
}
times <- colSums(share)
fit <- lm(y[no] ~ Q[no, ], weights = times)
slope <- coef(fit)[-1]
expected <- sapply(seq_along(yes), function(a) {
  near <- which(share[a, ] > 0)
  mean(y[no][near] + (matrix(Q[yes[a], ], length(near), 3, byrow = TRUE) - Q[no, ][near, , drop = FALSE]) %*% slope)
})
each <- y[yes] - expected
# Noise of a control: variance among those alike in all columns; of one alone, from the nearest other kind.
key <- paste(Q[, 1], group)[no]
noise_of <- sapply(seq_along(no), function(a) {
  mine <- which(key == key[a])
  if (length(mine) > 1) return(var(y[no][mine]))
  gap <- sweep(Q[no, ], 2, Q[no[a], ])
  dist <- rowSums((gap %*% S) * gap); dist[mine] <- Inf
  near <- which(dist <= min(dist) + 1e-9)
  (y[no][a] - mean(y[no][near]))^2 * length(near) / (length(near) + 1)
})
n1 <- length(yes)
out$nearest <- list(effect = mean(each),
                    se = sqrt(sum((each - mean(each))^2) + sum((times^2 - colSums(share^2)) * noise_of)) / n1)

# Asked again: a line for each group, read at the mean first answer of the treated.
first <- 3 + (i %% 7) * 0.5; second <- first * 0.5 + 4 + 3 * noise + 0.7 * chosen
centre <- mean(first[chosen == 1])
X <- cbind(1, chosen, (1 - chosen) * (first - centre), chosen * (first - centre))
f <- cr2(X, second, i)
out$again <- list(first = first, second = second, estimate = f$coef[2], se = sqrt(f$V[2, 2]), df = f$df(2))

out$made_with <- paste0("R ", R.version$major, ".", R.version$minor, ", jsonlite ", packageVersion("jsonlite"))
writeLines(toJSON(out, digits = 17, auto_unbox = TRUE, pretty = TRUE), "effects.json")
