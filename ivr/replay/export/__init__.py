"""From a call to a test: a logged call and its recording become a case that `ivr replay` runs."""
