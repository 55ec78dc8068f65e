"""The set-up of one machine: system packages, virtual environment, private PostgreSQL, demo, processes."""

import signal
import sys

if sys.argv[:1] == ["-m"] and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    # One of these modules is being started and still has to import the others: until console.ending takes over,
    # Ctrl-C ends it as it ends any program, without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
