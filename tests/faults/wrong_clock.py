"""A wall clock that is off, for one process (libfaketime)."""
import glob
import os


def faked_clock(folder, hours=0):
    """The environment of a process whose wall clock is set by a file; the monotonic clock stays true."""
    found = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    if not found:
        raise RuntimeError("libfaketime is not installed: apt-get install faketime")
    setting = os.path.join(folder, "clock")
    set_clock(setting, hours)
    return setting, {"LD_PRELOAD": found[0], "FAKETIME_TIMESTAMP_FILE": setting, "FAKETIME_NO_CACHE": "1", "DONT_FAKE_MONOTONIC": "1"}


def set_clock(setting, hours):
    with open(setting + ".new", "w") as file:
        file.write(f"{hours * 3600:+d}\n")
    os.replace(setting + ".new", setting)
