"""Workbooks and charts from plain values."""
