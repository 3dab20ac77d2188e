"""Who stays and who leaves: churn rates, survival, hazards, cohorts, and who may be next."""
