"""Figures as tables and lines, from plain values."""
