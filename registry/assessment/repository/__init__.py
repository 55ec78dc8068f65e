"""The SQL of the assessment: what is known of residences, their indexes, what is asked for."""
