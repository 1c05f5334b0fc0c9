"""Put a trained reader into the package, in float16: qa/reader_model/.

python training/export_reader.py RUN/stage2
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

READER_MODEL = Path(__file__).parents[1] / "qa" / "reader_model"


def main() -> None:
    """Load, halve and write."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("trained", type=Path)
    trained = arguments.parse_args().trained
    model = AutoModelForQuestionAnswering.from_pretrained(trained, dtype=torch.float32)
    model.half().save_pretrained(READER_MODEL)
    AutoTokenizer.from_pretrained(trained).save_pretrained(READER_MODEL)
    for file in sorted(READER_MODEL.iterdir()):
        print(f"{file.stat().st_size / 1e6:8.2f} MB  {file.name}")


if __name__ == "__main__":
    main()
