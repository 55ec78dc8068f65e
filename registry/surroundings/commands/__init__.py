"""What an operator does with the surroundings."""
