"""The sample organisation: a seeded simulator with known truth, which writes files shaped like real exports."""

from sources.sample.simulator import Advance, Sample, SampleError
from sources.sample.state import State
from sources.sample.truth import Truth

__all__ = ["Advance", "Sample", "SampleError", "State", "Truth"]
