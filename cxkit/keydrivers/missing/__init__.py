"""What becomes of incomplete rows: pairs of answers, and multiple imputation."""
