"""Every file here registers its scenarios when it is imported."""
import importlib
import pathlib

for path in sorted(pathlib.Path(__file__).parent.glob("[a-z]*.py")):
    importlib.import_module(f"scenarios.{path.stem}")
