"""What callers send and are answered of transfers."""
