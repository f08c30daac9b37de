"""One case of each category, walked from the first mail to its close with real servers, and told as pages under docs/walks."""
