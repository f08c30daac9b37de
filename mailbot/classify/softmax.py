"""Multinomial logistic regression over signs, for every model that ships; the same lessons give the same weights. Reads nothing."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

STEP = 0.3
SEED = 1

Floats = npt.NDArray[np.float64]
Lesson = tuple[npt.NDArray[np.intp], Floats]  # the rows of its signs; 1 for each label that will do, 0 for the others


def weights_of(learned: Sequence[Lesson], rows: int, labels: int, *, epochs: int, shrink: float) -> Floats:
    """By AdaGrad, one lesson at a time in an order drawn with a fixed seed; the weights are rows × labels."""
    weights = np.zeros((rows, labels))
    squares = np.full((rows, labels), 1e-3)
    drawn, order = random.Random(SEED), list(range(len(learned)))  # noqa: S311 - a fixed order, no secret
    for _ in range(epochs):
        drawn.shuffle(order)
        for number in order:
            at, right = learned[number]
            size = 1 / np.sqrt(len(at))
            own = weights[at]
            summed = own.sum(axis=0) * size
            raised = np.exp(summed - summed.max())
            chances = raised / raised.sum()
            wanted = chances * right
            slope = (chances - wanted / wanted.sum()) * size + shrink * own
            seen = squares[at] + slope * slope
            squares[at] = seen
            weights[at] = own - STEP * slope / np.sqrt(seen)
    return weights
