"""Takes in customers' claims by e-mail: files each as a case, answers within the deadline, loses nothing."""

__version__ = "0.1.0"
