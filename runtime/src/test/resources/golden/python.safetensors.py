"""Writes python.safetensors with the safetensors package (0.8.0) and numpy."""

import numpy as np
from safetensors.numpy import save_file

save_file(
    {
        "w": np.array([[1, -2.5], [3e-8, 4], [5, 6]], np.float32),
        "n": np.array(9, np.int64),
        "d": np.array([0.1], np.float64),
        "h": np.array([1, 2], np.float16),
        "b": np.array([True]),
        "é😀": np.zeros((2, 0), np.float32),
    },
    "python.safetensors",
    {"format": "pt", "k": 'é"\n'},
)
