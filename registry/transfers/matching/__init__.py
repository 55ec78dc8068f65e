"""Which homes suit a need, and why: pure functions of a need profile and of what listings say."""
