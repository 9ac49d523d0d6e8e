"""Typed YAML and CSV data files whose errors name file, line and field.

Knowledge that a hotline editor may change (wording, aliases, hospital rules,
configuration) is loaded through this package and through nothing else.
"""

from datafiles.csv_file import load_csv
from datafiles.errors import DataFileError
from datafiles.yaml_file import load_yaml

__all__ = ["DataFileError", "load_csv", "load_yaml"]
