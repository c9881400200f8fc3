"""Planted brains of the unit tests, at sizes that take minutes."""

import sys
from pathlib import Path

for part in ("decoders", "encoders"):
    sys.path.append(str(Path(__file__).parents[1] / "unit" / part))
sys.path.append(str(Path(__file__).parent))  # for viewed_scenes.py
