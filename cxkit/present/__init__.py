"""How anything is shown: results, numbers and words in French and English, HTML, plots."""
