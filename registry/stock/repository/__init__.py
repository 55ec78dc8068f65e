"""The SQL of the stock, by object. Every function takes the organisation's scope: the first wall."""
