"""RPLS, the landlords' yearly register of dwellings: its layouts, what a row states, what a whole file states."""
