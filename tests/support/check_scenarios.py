#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_scenarios.py ROOT: of every finding there is a scenario in which it must be raised ("raised CODE"), and one that is near
to it and in which it must not be ("never CODE")."""
import glob
import re
import sys

root = sys.argv[1]
codes = re.findall(r'\[FINDING_[A-Z_]+\] = "([a-z-]+)"', open(f"{root}/daemon/verdict/wording.c", encoding="utf-8").read())
texts = {path: open(path, encoding="utf-8").read() for path in sorted(glob.glob(f"{root}/tests/replay/*.txt"))}
raised = {code for text in texts.values() for code in re.findall(r"^ +raised ([a-z-]+)", text, re.M)}
never = {code for text in texts.values() for line in re.findall(r"^never (.*)", text, re.M) for code in line.split("#")[0].split()}
faults = [] if len(codes) > 20 else ["daemon/verdict/wording.c: the names of the findings are not found"]
faults += [f"{code}: no scenario in tests/replay raises it" for code in codes if code not in raised]
faults += [f"{code}: no scenario in tests/replay says 'never {code}'" for code in codes if code not in never]
faults += [f"'never {code}': there is no such finding" for code in sorted(never - set(codes))]
print("\n".join(faults) or f"{len(codes)} findings have both kinds of scenarios")
sys.exit(1 if faults else 0)
