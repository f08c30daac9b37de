"""Text becomes language, verdict and facts."""
